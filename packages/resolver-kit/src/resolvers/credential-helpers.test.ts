import { describeBackEnd } from "../fixtures/back-ends/describe-back-end.ts";
import {
  dockerCredential,
  gitCredential,
  gitCredentialCache,
} from "../fixtures/back-ends/ready-back-ends.ts";

describeBackEnd("git-credential, store", gitCredential);
describeBackEnd("git-credential, cache", gitCredentialCache);
describeBackEnd("docker-credential, pass", dockerCredential);

import { describeBackEnd } from "../fixtures/back-ends/describe-back-end.ts";
import { awsCredentialProcess, dotenvx, keepassxc } from "../fixtures/back-ends/ready-back-ends.ts";
import { bw, sops } from "../fixtures/back-ends/standing-in.ts";

describeBackEnd("aws-credential-process", awsCredentialProcess);
describeBackEnd("keepassxc", keepassxc);
describeBackEnd("dotenvx", dotenvx);
describeBackEnd("sops (a stand-in)", sops);
describeBackEnd("bw (a stand-in)", bw);

import { join } from "node:path";
import { changeSecrets } from "./change-secrets.js";

/**
 * Shows how every plaintext credential becomes a ref: a plan, a look at what it would change, and the change.
 * @param {import("./gateway-tour.js").Tour} tour
 */
export function tourMigration({ directory, say, run, makeSecret }) {
  say("", "The dead reference is mended first: somebody adds /providers/groq/apiKey to secrets.json.");
  changeSecrets(directory, ({ providers }) => (providers["groq"] = { apiKey: makeSecret("groq") }));

  say("", "Then one plan for all plaintext. VAULT_TOKEN goes to where the server is started.");
  const vault = {
    source: "exec",
    command: join(directory, "vault-resolver"),
    passEnv: ["PATH", "VAULT_TOKEN"],
    env: {},
  };
  const provider = `vault=${JSON.stringify(vault)}`;
  run(
    ...["secrets", "plan", "--all-plaintext-to", "file:filemain", "--move-values"],
    ...["--provider", provider, "--out", "plan.json"],
  );
  say("", "What it would change, checked as the change itself is: nothing is shown but masks and refs.");
  run("secrets", "apply", "--from", "plan.json", "--allow-exec", "--dry-run");
  say("", "The change: all files or none, comments and order as they were, no copy of the plaintext.");
  run("secrets", "apply", "--from", "plan.json", "--allow-exec", "--quiet");
  say("", "The same plan again has nothing left to do, and the gate is green:");
  run("secrets", "apply", "--from", "plan.json", "--allow-exec", "--quiet");
  run("secrets", "audit", "--check", "--allow-exec", "--quiet");
}

import { formatPath } from "@durar/credential-surface";
import { agentDirectories } from "@durar/durar-config";
import type { Candidate } from "@durar/apply";
import { printable } from "@durar/secretref-schema";
import type { Prompter } from "./prompter.ts";
import type { Session } from "./session.ts";

/** Asks for a profile that an agent does not have yet, and answers the field of its credential. */
export async function newProfile(session: Session, prompter: Prompter): Promise<readonly Candidate[]> {
  const { planner, installation, options } = session;
  const agents = agentDirectories(installation.layout, installation.config).map(({ agentId }) => agentId);
  const agentId =
    options.agentId ??
    (await prompter.select(
      "Agent that gets the profile",
      agents.map((value) => ({ value, label: printable(value) })),
    ));
  const provider = await prompter.text("Model provider it is for", {
    example: "openai",
    check: (answer) => (/^[\w.-]+$/.test(answer) ? undefined : "write its name, as in models.providers"),
  });
  const field = await prompter.select<"key" | "token">("Type of the profile", [
    { value: "key", label: "api_key" },
    { value: "token", label: "token" },
  ]);
  const find = (id: string): Candidate | undefined => planner.find(["profiles", id, field], agentId);
  const id = await prompter.text("Id of the profile", {
    initial: `${provider}:default`,
    check: (answer) => {
      if (answer === "" || printable(answer) !== answer) return "write a name";
      const found = find(answer);
      if (found === undefined) return "no profile can have this id";
      return found.isNewProfile ? undefined : `${formatPath(["profiles", answer])} is there already`;
    },
  });
  const candidate = find(id);
  return candidate === undefined ? [] : [{ ...candidate, provider }];
}

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

// The floor of an audit: reads and parses every store, and looks at nothing.
const agents = join(process.argv[2] ?? "", "agents");
for (const agent of readdirSync(agents))
  for (const store of readdirSync(join(agents, agent, "agent")))
    JSON.parse(readFileSync(join(agents, agent, "agent", store), "utf8"));

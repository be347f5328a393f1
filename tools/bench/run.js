import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { layOutAgents, layOutSmall } from "./state-directories.js";
import { compare } from "./compare.js";
import { benchExec, benchRead, benchSizes } from "./snapshot.js";

/*
 * Each figure is a ratio of two whole processes, run in turn, so that it holds on a noisy machine:
 * the command against a floor, the least that any program would need for the same.
 */

const here = fileURLToPath(new URL("./", import.meta.url));
const durar = join(here, "../../packages/cli/bin/durar.js");
const agents = 1000;
const place = mkdtempSync(join(tmpdir(), "durar-bench-"));
try {
  const small = layOutSmall(join(place, "small"));
  const large = layOutAgents(join(place, "large"), agents);
  const empty = ["-e", "0"];
  const rows = [
    await compare("durar --version", [durar, "--version"], "node -e 0", empty, 1.3),
    await compare(
      "durar secrets audit, small state directory",
      [durar, "secrets", "audit", "--state-dir", small],
      "node -e 0",
      empty,
      2,
    ),
    await compare(
      `durar secrets audit, ${agents} agents`,
      [durar, "secrets", "audit", "--state-dir", large],
      "read and parse the same files",
      [join(here, "read-and-parse.js"), large],
      1.5,
    ),
  ];
  process.stdout.write(
    `node ${process.version}; milliseconds of whole processes, median of pairs run in turn\n\n`,
  );
  for (const { name, floorName, command, floor, ratio, least, aim } of rows)
    process.stdout.write(
      `${name}: ${command.toFixed(0)} against ${floor.toFixed(0)} (${floorName}), ` +
        `ratio ${ratio.toFixed(2)}, of minima ${least.toFixed(2)}, aim below ${aim.toFixed(1)}\n`,
    );

  const read = await benchRead();
  process.stdout.write(
    `\nsnapshot.read(path): ${read.command.toFixed(0)} ns against ${read.floor.toFixed(0)} (Map.get), ` +
      `ratio ${read.ratio.toFixed(2)}, aim below 3.0\n`,
  );
  const exec = await benchExec(join(place, "exec"));
  process.stdout.write(
    `reload of 512 refs of one exec provider: ${exec.command.toFixed(1)} ms against ${exec.floor.toFixed(1)} ` +
      `(its command by hand), ratio ${exec.ratio.toFixed(2)}, aim below 3.0\n`,
  );
  const sizes = await benchSizes();
  const [, middle, largest] = sizes;
  const growth = largest === undefined || middle === undefined ? NaN : largest.ms / middle.ms;
  process.stdout.write(
    `reload: ${sizes.map(({ refs, ms }) => `${refs} refs ${ms.toFixed(1)} ms`).join(", ")}; ` +
      `ten times the refs take ${growth.toFixed(1)} times as long, aim below 12\n`,
  );
} finally {
  rmSync(place, { recursive: true, force: true });
}

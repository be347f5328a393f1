import fc from "fast-check";
import { expect, test } from "vitest";
import { assertScrubbed, install } from "./fixtures/installation.ts";
import { Planner } from "./index.ts";

/** A credential somewhere, under names that are awkward to write, and what else there may be of it. */
const provider = fc.record({
  name: fc.oneof(
    fc.constantFrom("openai", "02", "a.b", "x y", "ünï", '"', "toString", "groq"),
    fc
      .string({ minLength: 1, maxLength: 6 })
      .filter((name) => !["__proto__", "constructor", "prototype"].includes(name)),
  ),
  inEnv: fc.boolean(),
  inBackup: fc.boolean(),
  inProfile: fc.boolean(),
  inLegacy: fc.boolean(),
});

const style = fc.record({
  quote: fc.constantFrom("'", '"'),
  lineEnd: fc.constantFrom("\n", "\r\n"),
  indent: fc.constantFrom("", "  ", "\t"),
  comma: fc.boolean(),
  mark: fc.boolean(),
});

test("whatever the configuration, moving all plaintext leaves none, keeps comments, and is done once", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(provider, { minLength: 1, maxLength: 4, selector: ({ name }) => name.toLowerCase() }),
      style,
      async (providers, { quote, lineEnd, indent, comma, mark }) => {
        const secretOf = (index: number): string => `<<s${index}>>`;
        const members = providers.map(
          ({ name }, index) =>
            `${indent}${indent}${JSON.stringify(name)}: { apiKey: ${quote}${secretOf(index)}${quote} }, // comment ${index}`,
        );
        const lines = [
          "// head",
          "{",
          `${indent}secrets: { providers: { filemain: { source: "file", path: "<dir>/secrets.json" } } },`,
          `${indent}models: { providers: {`,
          ...members,
          `${indent}} }${comma ? "," : ""}`,
          "} // end",
        ];
        const where = (key: "inProfile" | "inLegacy") =>
          providers.map((one, index) => ({ ...one, index })).filter((one) => one[key]);
        const files = {
          "Durar.json": (mark ? "\ufeff" : "") + lines.join(lineEnd) + lineEnd,
          ".env": providers
            .map(({ inEnv, name }, index) =>
              inEnv && name === "openai"
                ? `OPENAI_API_KEY=${secretOf(index)}${lineEnd}`
                : `# ${index}${lineEnd}`,
            )
            .join(""),
          "Durar.json.bak": JSON.stringify({
            list: providers.map(({ inBackup }, index) => (inBackup ? secretOf(index) : index)),
          }),
          "agents/main/agent/auth-profiles.json": JSON.stringify({
            profiles: Object.fromEntries(
              where("inProfile").map(({ name, index }) => [
                `p${index}`,
                { type: "api_key", provider: name, key: secretOf(index) },
              ]),
            ),
          }),
          "agents/main/agent/auth.json": JSON.stringify(
            Object.fromEntries(
              where("inLegacy").map(({ name, index }) => [name, { type: "api_key", key: secretOf(index) }]),
            ),
          ),
        };
        const installation = await install(files);
        const planner = new Planner(installation.place());
        const { assignments, unmapped } = planner.mapPlaintext({
          source: "file",
          provider: "filemain",
          move: true,
        });
        expect(unmapped).toEqual([]);
        const configOnly = assignments.filter(({ candidate }) => candidate.agentId === undefined);
        const plan = planner.build(configOnly, { upserts: {}, deletes: [] }, {});
        const dry = await installation.dryRun(plan);
        const written = await installation.apply(plan);
        expect(dry).toMatchObject({ ok: true });
        expect(written).toMatchObject({ ok: true });
        assertScrubbed(
          installation,
          providers.map((_one, index) => `s${index}`),
          ["secrets.json"],
        );
        const text = installation.text("Durar.json");
        for (const index of providers.keys()) expect(text).toContain(`, // comment ${index}${lineEnd}`);
        expect(text.startsWith(mark ? "\ufeff// head" : "// head")).toBe(true);
        const after = installation.texts();
        expect(await installation.apply(plan)).toMatchObject({ ok: true, result: { changed: false } });
        expect(installation.texts()).toEqual(after);
      },
    ),
    { numRuns: 60 },
  );
});

import type { ConfigDocument } from "@durar/config-document";
import { assertAbsent } from "@durar/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { configText, known, secrets } from "./fixtures/arbitrary-config.ts";
import { read, rules, S } from "./fixtures/durar-rules.ts";
import { holdsSentinel } from "./holds-sentinel.ts";
import { redactDocument } from "./redact-document.ts";
import { restoreSentinels } from "./restore-sentinels.ts";
import { childrenOf, isEntryId, visitRoot, type VisitedNode } from "./visited-node.ts";

const shown = (text: string): string => redactDocument(read(text), known, rules).raw;

test("whatever a config looks like, no secret shows in its text or value, and the two agree", () => {
  fc.assert(
    fc.property(configText, (text) => {
      const { raw, config } = redactDocument(read(text), known, rules);
      assertAbsent(secrets, raw);
      assertAbsent(secrets, JSON.stringify(config));
      expect(config).toEqual(read(raw).value);
    }),
    { numRuns: 150 },
  );
});

test("redaction is undone byte for byte", () => {
  fc.assert(
    fc.property(configText, (text) => {
      const restored = restoreSentinels(read(shown(text)), read(text), known, rules);
      expect(restored).toEqual({ ok: true, text });
      expect(holdsSentinel(read(text), rules)).toBeUndefined();
    }),
    { numRuns: 150 },
  );
});

test("agents that are reordered and removed keep each its own secrets", () => {
  const order = fc.array(fc.nat(), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(configText, order, fc.nat(5), (text, ranks, kept) => {
      const raw = shown(text);
      const list = read(raw).locate(["agents", "list"])?.node;
      fc.pre(list?.type === "array" && list.elements.length > 0);
      const entries = list.elements
        .map(({ start, end }, index) => ({ text: raw.slice(start, end), rank: ranks[index] ?? 0 }))
        .toSorted((a, b) => a.rank - b.rank)
        .slice(0, kept);
      const moved = entries.map((entry) => entry.text).join(", ");
      const submitted = `${raw.slice(0, list.start)}[${moved}]${raw.slice(list.end)}`;
      const restored = restoreSentinels(read(submitted), read(text), known, rules);
      if (!restored.ok) throw new Error(JSON.stringify(restored.problems));
      const agents = agentsOf(read(restored.text));
      expect(agents.size).toBe(entries.length);
      for (const [id, agent] of agents) expect(agent).toEqual(agentsOf(read(text)).get(id));
    }),
    { numRuns: 150 },
  );
});

test("a sentinel at any place but its own is refused", () => {
  const kinds = fc.constantFrom("value", "part", "name", "comment", "member", "moved");
  fc.assert(
    fc.property(configText, kinds, fc.nat(), (text, kind, choice) => {
      const raw = shown(text);
      const edits = editsOf(raw, kind);
      const edit = edits[choice % Math.max(1, edits.length)];
      fc.pre(edit !== undefined);
      const submitted = raw.slice(0, edit.start) + edit.newText + raw.slice(edit.end);
      const restored = restoreSentinels(read(submitted), read(text), known, rules);
      expect(restored.ok).toBe(false);
      assertAbsent(secrets, JSON.stringify(restored));
    }),
    { numRuns: 200 },
  );
});

function agentsOf(document: ConfigDocument): ReadonlyMap<string, unknown> {
  const { agents } = document.value as { agents: { list: { id: string }[] } };
  return new Map(agents.list.map((agent) => [agent.id, agent]));
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** Every way to write the sentinel of one kind where redaction does not. */
function editsOf(raw: string, kind: string): readonly Edit[] {
  const edits: Edit[] = [];
  const pending: VisitedNode[] = [visitRoot(read(raw).root)];
  for (let visited = pending.pop(); visited !== undefined; visited = pending.pop()) {
    pending.push(...childrenOf(visited));
    const { node, member } = visited;
    const { start, end } = node;
    const value = "value" in node ? node.value : undefined;
    if (kind === "value" && value !== S) edits.push({ start, end, newText: `"${S}"` });
    if (kind === "part" && !isEntryId(visited)) edits.push({ start, end, newText: `"${S} "` });
    if (kind === "name" && member !== undefined)
      edits.push({ start: member.keyStart, end: member.keyEnd, newText: `"${S}"` });
    if (kind === "comment") edits.push({ start, end: start, newText: `/* my ${S} */` });
    if (kind === "moved" && member !== undefined && value === S)
      edits.push({ start: member.keyStart, end: member.keyEnd, newText: "moved_password" });
    if (kind === "member" && node.type === "object") {
      const comma = node.members.length > 0 ? "," : "";
      edits.push({ start: start + 1, end: start + 1, newText: `new_password: "${S}"${comma}` });
    }
  }
  return edits;
}

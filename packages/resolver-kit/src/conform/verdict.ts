/** What a check comes to. A reason is one line and holds no value and nothing else that the command wrote. */
export type Verdict =
  { readonly outcome: "pass" } | { readonly outcome: "fail" | "skip"; readonly reason: string };

export const pass: Verdict = Object.freeze({ outcome: "pass" });

export function fail(reason: string): Verdict {
  return { outcome: "fail", reason };
}

export function skip(reason: string): Verdict {
  return { outcome: "skip", reason };
}

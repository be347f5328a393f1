import { isDurarError } from "@durar/secretref-schema";
import { commitError, type CommitErrorCode } from "./errors.ts";

type Failure = ReturnType<typeof commitError>;

// Where failures differ, the one that needs a person's hand names them all.
const precedence: readonly CommitErrorCode[] = ["COMMIT_REFUSED", "COMMIT_CONFLICT", "COMMIT_FAILED"];

/**
 * Does something for every item, one after the other, also when it fails for one.
 *
 * @throws the one failure as it is, or several as one error that says them all
 */
export async function forEveryItem<Item, Result>(
  items: readonly Item[],
  act: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const failures: Failure[] = [];
  for (const item of items) {
    try {
      results.push(await act(item));
    } catch (error) {
      if (!isDurarError(error)) throw error;
      failures.push(error as Failure);
    }
  }
  const [first] = failures;
  if (first === undefined) return results;
  throw failures.length === 1 ? first : together(first, failures);
}

function together(first: Failure, failures: readonly Failure[]): Error {
  const code = precedence.find((one) => failures.some((failure) => failure.code === one)) ?? first.code;
  const each = (part: "message" | "hint"): string =>
    [...new Set(failures.map((failure) => failure[part]))].join("; ");
  return commitError(code, each("message"), { hint: each("hint") });
}

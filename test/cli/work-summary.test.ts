import { expect, test } from "vitest";
import { formatSkipped, formatWork } from "../../src/cli/sweep-summary.ts";
import type { SweepResult } from "../../src/run/run-sweep.ts";

function skipped(reasons: readonly string[]) {
  const problems_skipped = {
    rows: reasons.length,
    columns: [{ name: "reason", type: "string", values: [...reasons] }],
  };
  return { tables: { problems_skipped } } as unknown as SweepResult;
}

test("reasons are counted, the most frequent first; those that differ in a number are one", () => {
  expect(formatSkipped(skipped([]), "run")).toBe("");
  const reasons = ["no ce", "2 points for 5", "3 points for 5", "4 points for 5", "no ce", "other", "fourth"];
  expect(formatSkipped(skipped(reasons), "run")).toBe(
    "7 stages skipped: lawfit show run problems_skipped\n" +
      "  3 times: 2 points for 5 (the first; the others differ in their numbers)\n  2 times: no ce\n  1 time: other\n  and 1 more reason\n",
  );
});

test("a digit in a name is part of it", () => {
  const reasons = ["no loss of c4", "no loss of c4", "no loss of c3"];
  expect(formatSkipped(skipped(reasons), "run")).toContain(
    "2 times: no loss of c4\n  1 time: no loss of c3\n",
  );
});

function worked(fits: number, fits_found: number) {
  const seconds = { read: 1, plan: 1, solve: 2, score: 1, bootstrap: 7, backtest: 0, mixtures: 0, search: 0 };
  return { manifest: { work: { fits, fits_found }, seconds } } as unknown as SweepResult;
}

test("the work is said with its speed, and what was finished before", () => {
  expect(formatWork(worked(123_456, 0))).toBe("123,456 fits at 12,300 a second; 12 s in all\n");
  expect(formatWork(worked(0, 5000))).toBe("no new fits, 5,000 finished before; 12 s in all\n");
  expect(formatWork(worked(0, 0))).toBe("");
});

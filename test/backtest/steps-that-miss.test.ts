import { expect, test } from "vitest";
import { type StepInterval, StepTally } from "../../src/backtest/steps-that-miss.ts";
import { besideNumbers } from "../../src/cli/sweep-summary.ts";

const kind = { purpose: "curve", interval: "expanded", level: 0.9 } as const;

/** The lines on steps whose intervals held so often. */
function linesOf(
  ...steps: [own: Pick<StepInterval, "quantity"> & Partial<StepInterval>, held: number, of: number][]
) {
  const tally = new StepTally();
  for (const [own, held, of] of steps) {
    for (let i = 0; i < of; i++) tally.add({ ...kind, held: i < held, ...own });
  }
  return tally.lines();
}

test("a step whose intervals hold less often than chance explains is named beside the numbers", () => {
  const lines = linesOf(
    [{ quantity: "feature" }, 88, 100],
    [{ quantity: "link" }, 345, 432],
    [{ quantity: "link", held: null }, 0, 50],
  );
  expect(lines).toEqual([
    "back-tests: a single step misses what was measured: the link, from the actual feature, held 345 of 432 (90 % expanded intervals for a curve)",
  ]);
  expect(besideNumbers(lines[0]!)?.text).toMatch(/^the link, .* held 345 of 432/);
  expect(linesOf([{ quantity: "feature" }, 60, 100])[0]).toContain("the law of size held 60 of 100");
});

test("few misses, and kinds that hold, are not named", () => {
  expect(linesOf()).toEqual([]);
  expect(linesOf([{ quantity: "link" }, 3, 5])).toEqual([]);
  const [line] = linesOf(
    [{ quantity: "link", interval: "percentile" }, 100, 100],
    [{ quantity: "link" }, 50, 100],
  );
  expect(line).toMatch(/held 50 of 100 \(90 % expanded intervals for a curve\)$/);
});

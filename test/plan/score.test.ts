import { expect, test } from "vitest";
import { canPredict, predictCells, skippedStages } from "../../src/plan/score.ts";
import type { Solution, SolveResult } from "../../src/solve/problem.ts";
import { type Row, smallLadder, TRUE_LAW, TRUE_LINK } from "../methods/tables.ts";
import { planRows } from "../run/plan.ts";

/** Two targets with a multiple-choice format, of which one has early checkpoints. */
const early: Row[] = [1, 2, 3].map((d) => ({
  run: "big",
  role: "target",
  d,
  phase: "early",
  metrics: { loss: 1, mc_accuracy: 0.5 },
}));
const late: Row = { run: "other", role: "target", n: 9e9, d: 1e12, metrics: { mc_accuracy: 0.6 } };
const plan = await planRows({ axes: { format: "mc", drop_early: 0 } }, [...smallLadder(), ...early, late]);
const [cell] = plan.cells;
const solved = (parameters: readonly number[]): SolveResult => ({
  solution: { parameters: Float64Array.from(parameters) } as Solution,
});
const [law, link] = cell!.keys as [string, string];
const failed: SolveResult = { skipped: { reason: "too few" } };

test("a target whose stages are solved is predicted, whatever became of the others", () => {
  const results = new Map([
    [law, solved(TRUE_LAW)],
    [link, solved(TRUE_LINK)],
  ]);
  expect(predictCells(plan.cells, results).map(({ target }) => target)).toEqual(["big"]);
  expect(skippedStages(plan.cells, results)).toMatchObject([
    { stage: "step2", problem: undefined, reason: expect.stringContaining("early checkpoint") },
  ]);
});

test("a cell can be predicted until no target has all its stages", () => {
  expect(canPredict(cell!, new Map())).toBe(true);
  expect(canPredict(cell!, new Map([[link, failed]]))).toBe(false);
  expect(canPredict(cell!, new Map([[law, failed]]))).toBe(false);
  expect(predictCells(plan.cells, new Map([[law, failed]]))).toEqual([]);
});

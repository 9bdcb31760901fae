import { expect, test } from "vitest";
import { identifiabilityOf, identifiabilityTable } from "../../src/results/identifiability-table.ts";
import type { Solution, SolveResult } from "../../src/solve/problem.ts";
import { findColumn, type Table } from "../../src/tables/table.ts";
import { smallLadder, TRUE_LAW, TRUE_LINK } from "../methods/tables.ts";
import { planRows } from "../run/plan.ts";

/** The small ladder with runs that lie above and below the laws, and checkpoints that stray. */
const rows = smallLadder().map((row, i) => {
  const own = 0.01 * Math.sin(Math.floor(i / 12) * 2.3) + 0.002 * Math.sin(i * 1.7);
  const { loss, accuracy } = row.metrics as { loss: number; accuracy: number };
  return { ...row, metrics: { loss: loss * (1 + own), accuracy: accuracy + own } };
});
const plan = await planRows({}, rows);
const solution = (parameters: readonly number[], objective: number): SolveResult => ({
  solution: {
    parameters: Float64Array.from(parameters),
    objective,
    points: 9,
    startAgreement: 1,
    conditionNumber: 5,
    flatDirection: [],
  } as Partial<Solution> as Solution,
});
const results = new Map(
  plan.shared.uses.map(({ key, stage }) => {
    return [key, stage === "step1" ? solution(TRUE_LAW, 1e-4) : solution(TRUE_LINK, 2e-3)];
  }),
);

function rowsOf(table: Table): Record<string, unknown>[] {
  return Array.from({ length: table.rows }, (_, i) =>
    Object.fromEntries(table.columns.map(({ name, values }) => [name, values[i]])),
  );
}

test("a row for each parameter of each fit, with what takes no solving", async () => {
  const table = rowsOf(identifiabilityTable(plan, results, await identifiabilityOf(plan, results)));
  expect(table.map(({ stage, parameter }) => `${stage} ${parameter}`)).toEqual([
    ...["a", "b", "alpha", "beta", "E"].map((name) => `step1 ${name}`),
    ...["a", "L0", "k", "b"].map((name) => `step2 ${name}`),
  ]);
  expect(table[0]).toMatchObject({
    form: "chinchilla",
    task: "t",
    value: 3,
    standing: "free",
    fitted_runs: 9,
    standard_error_ratio: 1,
    intra_run_correlation: Number.NaN,
    open_below: null,
    profile_by: null,
    unknown: "correlation: every run is one point",
  });
  expect(table[6]).toMatchObject({ parameter: "L0", fitted_runs: 9, unknown: null });
  // Checkpoints of a run stray together: runs move the link more than as many independent points would.
  expect(table[6]!.standard_error_ratio).toBeGreaterThan(2);
  expect(table[6]!.intra_run_correlation).toBeGreaterThan(0.5);
  expect(table[8]).toMatchObject({
    parameter: "b",
    standing: "at-bound",
    run_standard_error: Number.NaN,
    unknown: "standard errors: a bound holds it",
  });
});

test("with a solver the profiles too; what is open without end has no end point", async () => {
  // An objective that never rises.
  const cards = await identifiabilityOf(plan, results, {
    level: 0.8,
    solve: async (problems) =>
      problems.map(({ form, givenStarts }) =>
        solution([...givenStarts![0]!], form.name === "chinchilla" ? 1e-4 : 2e-3),
      ),
  });
  const [, , alpha, , , , , k] = rowsOf(identifiabilityTable(plan, results, cards, 0.8));
  expect(alpha).toMatchObject({ open_below: true, open_above: true, profile_lower: 0, profile_level: 0.8 });
  expect(k).toMatchObject({ profile_lower: 0, profile_upper: Number.NaN, profile_width: Number.NaN });
  expect(k).toMatchObject({ open_above: true, profile_by: "runs", profile_better: false });
});

test("a problem without a solution has no row", async () => {
  const none = new Map(plan.shared.uses.map(({ key }) => [key, { skipped: { reason: "no" } }]));
  const table = identifiabilityTable(plan, none, await identifiabilityOf(plan, none));
  expect(table.rows).toBe(0);
  expect(findColumn(table, "parameter")).toBeDefined();
});

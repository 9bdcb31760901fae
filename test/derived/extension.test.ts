import { expect, test } from "vitest";
import type { CellDraws } from "../../src/bootstrap/bootstrap-cells.ts";
import { derived } from "../../src/derived/extension.ts";
import type { SweepInWork, SweepRequest } from "../../src/extension.ts";
import { computeOptimal } from "../../src/forms/compute-optimal.ts";
import { getForm } from "../../src/forms/registry.ts";
import { FitErrors } from "../../src/identifiability/fit-errors.ts";
import { covariance, spreadOf } from "../../src/identifiability/spread.ts";
import { studentQuantile } from "../../src/intervals/distributions.ts";
import type { SweepPlan } from "../../src/plan/plan-sweep.ts";
import { distinctFits } from "../../src/results/identifiability-table.ts";
import type { SolveResult } from "../../src/solve/problem.ts";
import { rowsOf, type Table, valueAt } from "../../src/tables/table.ts";
import { noisyLadder } from "../bootstrap/noisy-ladder.ts";
import { known } from "../identifiability/known.ts";
import { fakeSolver } from "../run/fake-solver.ts";
import { planRows } from "../run/plan.ts";

const chinchilla = getForm("chinchilla");

async function planned() {
  const plan = await planRows({ axes: { loss1: "squared" } }, noisyLadder());
  const { problems } = plan.shared;
  const solved = await fakeSolver().solver(problems, {});
  return { plan, results: new Map<string, SolveResult>(problems.map(({ key }, i) => [key, solved[i]!])) };
}

type Solved = Awaited<ReturnType<typeof planned>>;

/** The table of a solved sweep; draws are replicates of every stage, as `draws` makes them from its parameters. */
async function tableOf(
  { plan, results }: Solved,
  settings: Record<string, string>,
  draws?: (parameters: Float64Array) => Float64Array[],
): Promise<Table> {
  const context = { where: "sweep.yaml", levels: [0.9] } as unknown as Parameters<typeof derived.request>[1];
  const prepared = derived.request(settings, context).prepare({ where: "sweep.yaml" } as SweepRequest, plan);
  const errors = new FitErrors(distinctFits(plan, results), false);
  const sweep = { plan, results, errors } as unknown as SweepInWork;
  for (const cell of plan.cells) {
    const outcomes = cell.keys.map((key, s) => {
      const stage = cell.plan.stages[s]!;
      const result = results.get(key!)!;
      if (draws === undefined || !("problem" in stage) || !("solution" in result)) return undefined;
      const rows = draws(result.solution.parameters);
      const width = rows[0]!.length;
      const parameters = Float64Array.from(rows.flatMap((row) => [...row]));
      return { replicates: { width, parameters, isHeld: false, degenerate: new Uint8Array(rows.length) } };
    });
    prepared.cell(cell, sweep, draws && ({ outcomes } as unknown as CellDraws));
  }
  return (await prepared.finish(sweep)).tables.derived;
}

function rowOf(table: Table, quantity: string, form = "chinchilla") {
  const row = rowsOf(table).find(
    (row) => valueAt(table, "quantity", row) === quantity && valueAt(table, "form", row) === form,
  )!;
  return (name: string) => valueAt(table, name, row);
}

const solutionOf = ({ plan, results }: Solved) => {
  const use = plan.shared.uses.find(({ problem }) => problem.form.name === "chinchilla")!;
  const result = results.get(use.key)!;
  if (!("solution" in result)) throw new Error(result.skipped.reason);
  return { use, parameters: result.solution.parameters };
};

const stageOf = ({ cells }: SweepPlan, key: string) => {
  for (const { keys, plan } of cells) {
    const stage = plan.stages[keys.indexOf(key)];
    if (stage !== undefined && "problem" in stage) return stage;
  }
  throw new Error("no stage");
};

test("without draws intervals are those of the delta method", async () => {
  const solved = await planned();
  const at = rowOf(await tableOf(solved, { share: "beta/(alpha + beta)" }), "share");
  const { use, parameters } = solutionOf(solved);
  const [, , alpha, beta] = parameters as unknown as number[];
  expect(at("value")).toBeCloseTo(beta! / (alpha! + beta!), 14);
  const spread = known(
    spreadOf({ problem: use.problem, parameters, runs: stageOf(solved.plan, use.key) }, "runs"),
  );
  const sum = (alpha! + beta!) ** 2;
  const [byAlpha, byBeta] = [-beta! / sum, alpha! / sum];
  const variance =
    byAlpha ** 2 * covariance(spread, 2, 2) +
    2 * byAlpha * byBeta * covariance(spread, 2, 3) +
    byBeta ** 2 * covariance(spread, 3, 3);
  const error = Number(at("standard_error"));
  expect(Math.abs(error - Math.sqrt(variance))).toBeLessThanOrEqual(1e-6 * Math.sqrt(variance));
  const reach = studentQuantile(0.95, spread.freedom) * error;
  expect(at("lower")).toBeCloseTo(Number(at("value")) - reach, 12);
  expect([at("interval"), at("draws"), at("status")]).toEqual(["delta", 0, "ok"]);
});

test("with draws intervals are their percentiles", async () => {
  const solved = await planned();
  const moved = (parameters: Float64Array): Float64Array[] =>
    Array.from({ length: 101 }, (_, i) => parameters.map((value) => value * (1 + (i - 50) / 1000)));
  const at = rowOf(await tableOf(solved, {}, moved), "N_opt");
  const { parameters } = solutionOf(solved);
  const c = solved.plan.targets[0]!.c;
  const all = moved(parameters)
    .map((row) => computeOptimal(chinchilla, row, c).n)
    .sort((a, b) => a - b);
  expect(at("value")).toBe(computeOptimal(chinchilla, parameters, c).n);
  expect([at("lower"), at("upper")]).toEqual([all[5], all[95]]);
  expect([at("interval"), at("target")]).toEqual(["percentile", "big"]);
});

test("a quantity that no fit has is refused", async () => {
  const solved = await planned();
  await expect(tableOf(solved, { wrong: "gamma" })).rejects.toThrow(
    'sweep.yaml: derived.wrong: gamma: unknown parameter "gamma"; allowed: ',
  );
});

test("a parameter after its stage is that stage's alone, and A is what its logarithm a says", async () => {
  const table = await tableOf(await planned(), { scale: "step1.A", base: "b" });
  const formsOf = (quantity: string) =>
    rowsOf(table)
      .filter((row) => valueAt(table, "quantity", row) === quantity)
      .map((row) => valueAt(table, "form", row));
  expect(formsOf("scale")).toEqual(["chinchilla"]);
  expect(formsOf("base")).toEqual(["chinchilla", "sigmoid"]);
});

import { expect, test } from "vitest";
import type { StageReplicates } from "../../src/bootstrap/resample-stage.ts";
import { computeOptimal } from "../../src/forms/compute-optimal.ts";
import { defineForm } from "../../src/forms/define-form.ts";
import type { Form } from "../../src/forms/form.ts";
import { getForm } from "../../src/forms/registry.ts";
import { FitErrors } from "../../src/identifiability/fit-errors.ts";
import { covariance, spreadOf } from "../../src/identifiability/spread.ts";
import { studentQuantile } from "../../src/intervals/distributions.ts";
import type { SweepPlan } from "../../src/plan/plan-sweep.ts";
import { ComputeOptimalTable } from "../../src/results/compute-optimal-table.ts";
import { distinctFits } from "../../src/results/identifiability-table.ts";
import type { SolveResult } from "../../src/solve/problem.ts";
import { cell, findColumn, numberAt, type Table, textAt } from "../../src/tables/table.ts";
import { noisyLadder } from "../bootstrap/noisy-ladder.ts";
import { known } from "../identifiability/known.ts";
import { smallLadder, TRUE_LAW } from "../methods/tables.ts";
import { fakeSolver } from "../run/fake-solver.ts";
import { planRows } from "../run/plan.ts";

async function solved(spec: Parameters<typeof planRows>[0] = {}, rows = smallLadder(["t"])) {
  const plan = await planRows(spec, rows);
  const { problems } = plan.shared;
  const answers = await fakeSolver().solver(problems, {});
  const results = new Map<string, SolveResult>(problems.map(({ key }, i) => [key, answers[i]!]));
  return { plan, results, errors: new FitErrors(distinctFits(plan, results), false) };
}

test("each law of parameters and tokens says how it would spend a target's FLOPs", async () => {
  const table = new ComputeOptimalTable(await solved(), 0.9).table()!;
  expect(table.rows).toBe(1);
  const value = (name: string) => cell(findColumn(table, name)!, 0);
  const c = Number(value("c"));
  const best = computeOptimal(getForm("chinchilla"), Float64Array.from(TRUE_LAW), c);
  expect(value("target")).toBe("big");
  expect([value("exponent"), value("n"), value("d"), value("loss")]).toEqual([
    best.exponent,
    best.n,
    best.d,
    best.loss,
  ]);
  expect(6 * Number(value("n")) * Number(value("d"))).toBeCloseTo(c, -12);
});

test("a sweep of laws of compute alone has none", async () => {
  expect(new ComputeOptimalTable(await solved({ axes: { input: "c" } }), 0.9).table()).toBeUndefined();
});

/** The law as a user writes it, tokens first, of which no closed form is known. */
const own = defineForm({
  name: "own-law",
  expression: "loss = exp(b - beta*ln(tokens_b)) + exp(a - alpha*ln(params)) + E",
  parameters: { a: {}, b: {}, alpha: {}, beta: {}, E: {} },
  variables: { tokens_b: "tokens", params: "parameters" },
  startRanges: { default: { a: [1, 2], b: [1, 2], alpha: [0, 1], beta: [0, 1], E: [0, 1] } },
  description: "",
  source: "lawfit",
});
const [a, b, alpha, beta, E] = TRUE_LAW as [number, number, number, number, number];
const chinchilla = getForm("chinchilla");

/** The same fits, of the law as the user writes it. */
async function ofForm(form: Form) {
  const all = await solved({ axes: { loss1: "squared" } }, noisyLadder());
  if (form === chinchilla) return { ...all, parameters: Float64Array.from(TRUE_LAW) };
  // In units of 1e9 tokens.
  const parameters = Float64Array.of(a, b - beta * Math.log(1e9), alpha, beta, E);
  const uses = all.plan.shared.uses
    .filter(({ problem }) => problem.form.name === chinchilla.name)
    .map((use) => {
      const [n, d] = use.problem.variables;
      return { ...use, problem: { ...use.problem, form, variables: [d!.map((tokens) => tokens / 1e9), n!] } };
    });
  const results = new Map(
    uses.map(({ key }) => {
      const result = all.results.get(key)!;
      if (!("solution" in result)) throw new Error(result.skipped.reason);
      return [key, { solution: { ...result.solution, parameters } }];
    }),
  );
  const runsOf = new Map(distinctFits(all.plan, all.results).map((fit) => [fit.problem.key, fit.runs]));
  const fits = uses.map(({ key, problem }) => ({
    problem,
    runs: runsOf.get(key)!,
    solution: results.get(key)!.solution,
  }));
  const plan = { ...all.plan, shared: { ...all.plan.shared, uses } } as unknown as SweepPlan;
  return { plan, results, errors: new FitErrors(fits, false), parameters };
}

test.each([
  ["by its closed form", chinchilla],
  ["by a search", own],
])("without draws the interval of a law %s is that of the exact derivatives", async (_, form) => {
  const { plan, results, errors } = await ofForm(form);
  const table = new ComputeOptimalTable({ plan, results, errors }, 0.9).table()!;
  const all = await solved({ axes: { loss1: "squared" } }, noisyLadder());
  const fit = distinctFits(all.plan, all.results).find(
    ({ problem }) => problem.form.name === chinchilla.name,
  )!;
  const spread = known(spreadOf({ ...fit, parameters: fit.solution.parameters }, "runs"));
  // ln N = (ln(alpha A) - ln(beta B) + beta ln(C/6)) / (alpha + beta), by a, b, alpha, beta and E.
  const c = numberAt(table, "c", 0);
  const sum = alpha + beta;
  const ln = (Math.log(alpha / beta) + a - b + beta * Math.log(c / 6)) / sum;
  const size = [1 / sum, -1 / sum, (1 / alpha - ln) / sum, (-1 / beta + Math.log(c / 6) - ln) / sum, 0];
  const exponent = [0, 0, -beta / sum ** 2, alpha / sum ** 2, 0];
  const errorAlong = (slope: readonly number[]): number =>
    Math.sqrt(
      slope.reduce(
        (all, by, p) => all + slope.reduce((s, other, q) => s + by * other * covariance(spread, p, q), 0),
        0,
      ),
    );
  const t = studentQuantile(0.95, spread.freedom);
  expect(textAt(table, "interval", 0)).toBe("delta");
  const near = (name: string, wanted: number) =>
    expect(Math.abs(numberAt(table, name, 0) / wanted - 1), name).toBeLessThan(1e-5);
  near("n", Math.exp(ln));
  near("n_lower", Math.exp(ln - t * errorAlong(size)));
  near("n_upper", Math.exp(ln + t * errorAlong(size)));
  near("d_lower", c / 6 / Math.exp(ln + t * errorAlong(size)));
  near("exponent_lower", beta / sum - t * errorAlong(exponent));
  near("tokens_exponent_upper", alpha / sum + t * errorAlong(exponent));
});

test.each([
  ["by its closed form", chinchilla],
  ["by a search", own],
])("with draws the interval of a law %s is that of their percentiles", async (_, form) => {
  const { plan, results, errors, parameters } = await ofForm(form);
  const table = new ComputeOptimalTable({ plan, results, errors }, 0.9);
  const factors = Array.from({ length: 101 }, (_, i) => 1 + (((i * 37) % 101) - 50) / 500);
  const rows = factors.flatMap((factor) => [...parameters.with(2, factor * alpha)]);
  const replicates = {
    width: 5,
    parameters: Float64Array.from(rows),
    isHeld: false,
    degenerate: new Uint8Array(101),
  };
  const use = plan.shared.uses.find(({ problem }) => problem.form.name === form.name)!;
  table.addReplicates(use.problem, replicates as unknown as StageReplicates);
  const found = table.table() as Table;
  const c = numberAt(found, "c", 0);
  const all = factors
    .map((factor) => computeOptimal(chinchilla, Float64Array.of(a, b, factor * alpha, beta, E), c))
    .sort((one, other) => one.n - other.n);
  expect(textAt(found, "interval", 0)).toBe("percentile");
  const near = (name: string, wanted: number) =>
    expect(Math.abs(numberAt(found, name, 0) / wanted - 1), name).toBeLessThan(1e-8);
  near("n_lower", all[5]!.n);
  near("n_upper", all[95]!.n);
  near("d_upper", all[5]!.d);
  const losses = all.map(({ loss }) => loss).sort((one, other) => one - other);
  near("loss_lower", losses[5]!);
});

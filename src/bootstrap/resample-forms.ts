import { type Alternative, alternativesTo } from "../forms/alternatives.ts";
import type { SolutionRows } from "../methods/method.ts";
import { randomStream } from "../random.ts";
import type { Backend } from "../solve/kernel.ts";
import { freeParameters, type Problem } from "../solve/problem.ts";
import { freshStartsOf } from "../solve/search/start-count.ts";
import { solveProblemsOn } from "../solve/solve.ts";
import { mean, sum } from "../statistics.ts";
import type { StageUse } from "./plan-bootstrap.ts";
import type { StagePoints } from "./population.ts";
import { resampleStage, resamplingOf } from "./resample-stage.ts";
import { residualsOf } from "./residuals.ts";
import type { Bootstrap } from "./spec.ts";

/** Replicates of a stage, each by one of several forms. */
export interface StageForms {
  /** The names of the forms, which are built in, and the replicates of each. */
  members: readonly { form: string; rows: SolutionRows }[];
  /** Of each replicate its form's place among them, and its place among that form's replicates. */
  member: Uint8Array;
  row: Int32Array;
}

/** Whether some of the intervals are made of draws over forms, and a stage has others than its own. */
export function isPooled(intervals: Bootstrap["intervals"], use: FormsOf): boolean {
  return intervals.some(({ method }) => method.needs.includes("pooledDraws")) && formsOf(use).length > 0;
}

/** What the forms that may be true follow from. */
type FormsOf = { problem: Pick<Problem, "form" | "priors" | "training"> };

/** The forms that may be true of a stage. What is known of the parameters of a form says nothing of others': with priors there are none. */
export function formsOf({ problem: { form, priors, training } }: FormsOf): readonly Alternative[] {
  return priors || training ? [] : alternativesTo(form);
}

/**
 * Resamples a stage under all forms that may be true in place of its own (`alternativesTo`). Each is fitted, and draws as many of the replicates as its weight
 * says: (mean square of its residuals)^(-R/2) R^(-P/2), for R runs and P free parameters (Schwarz, 1978, with runs as what is independent). Which replicates are
 * whose is drawn for each stage apart. Points of no run are left out: an anchor is what the forms differ in.
 *
 * @returns undefined where no other form is known, parameters have priors, or no form has a solution
 */
export async function resampleForms(
  backend: Backend,
  use: StageUse,
  bootstrap: Pick<Bootstrap, "scheme" | "blockLength" | "resamples" | "freshStarts">,
  seed: number,
): Promise<StageForms | undefined> {
  const alternatives = formsOf(use);
  if (alternatives.length === 0) return undefined;
  const points = withoutFixed(use.points);
  const problems = alternatives.map((one) => problemWith(points.problem, one));
  const results = await solveProblemsOn(backend, problems, { seed });
  const fitted = problems.flatMap((problem, i) => {
    const result = results[i]!;
    return "solution" in result ? [{ problem, solution: result.solution }] : [];
  });
  if (fitted.length === 0) return undefined;
  const logWeights = fitted.map(({ problem, solution }) => {
    const { plain } = residualsOf(problem, solution.parameters, points);
    const square = Math.max(Number.MIN_VALUE, mean(plain.map((e) => e * e)));
    const runs = points.measuredRuns;
    return (-runs / 2) * Math.log(square) - (freeParameters(problem) / 2) * Math.log(runs);
  });
  const largest = Math.max(...logWeights);
  const weights = logWeights.map((weight) => Math.exp(weight - largest));
  const { resamples } = bootstrap;
  const shares = sharesOf(weights, resamples);
  const drawn = fitted.flatMap((fit, i) => (shares[i]! > 0 ? [{ ...fit, count: shares[i]! }] : []));
  const members = await Promise.all(
    drawn.map(async ({ problem, solution, count }) => {
      const ready = resamplingOf(
        { points: { ...points, problem }, solution, population: use.population },
        bootstrap,
      );
      const freshStarts = freshStartsOf(bootstrap.freshStarts, problem, solution);
      const rows = await resampleStage(backend, ready, { resamples: count, freshStarts, seed });
      return { form: problem.form.name, rows };
    }),
  );
  return {
    members,
    ...placesOf(
      drawn.map(({ count }) => count),
      `${seed}/${use.stage}/forms`,
    ),
  };
}

/** The points of runs alone, which come first. */
function withoutFixed(given: StagePoints): StagePoints {
  const { fixedPoints, problem } = given;
  if (fixedPoints === 0) return given;
  const points = given.points - fixedPoints;
  const first = (values: Float64Array): Float64Array => values.subarray(0, points);
  return {
    ...given,
    points,
    fixedPoints: 0,
    problem: {
      ...problem,
      variables: problem.variables.map(first),
      response: first(problem.response),
      ...(problem.weights && { weights: first(problem.weights) }),
      ...(problem.sigma && { sigma: first(problem.sigma) }),
    },
  };
}

/** The problem of the same points with another form. */
function problemWith(problem: Problem, { form, held }: Alternative): Problem {
  const { variables, response, weights, sigma, loss, residual, key } = problem;
  const isOwn = form.record === problem.form.record;
  const bounds = { lower: form.lower.slice(), upper: form.upper.slice(), ...(isOwn && boundsOf(problem)) };
  form.parameterNames.forEach((name, p) => {
    if (held[name] !== undefined) bounds.lower[p] = bounds.upper[p] = held[name];
  });
  return {
    ...{ form, variables, response, loss, residual, ...bounds },
    ...(weights && { weights }),
    ...(sigma && { sigma }),
    key: `${key}/${form.name}/${JSON.stringify(held)}`,
  };
}

function boundsOf({ form, lower = form.lower, upper = form.upper }: Problem) {
  return { lower: lower.slice(), upper: upper.slice() };
}

/** Numbers of replicates in proportion to weights: rounded where their sums are, so that none is lost. */
function sharesOf(weights: readonly number[], replicates: number): number[] {
  const total = sum(weights);
  let before = 0;
  let weight = 0;
  return weights.map((own) => {
    weight += own;
    const until = Math.round((replicates * weight) / total);
    const share = until - before;
    before = until;
    return share;
  });
}

/** Deals so many replicates of each member out in an order drawn by the key. */
function placesOf(counts: readonly number[], key: string): Pick<StageForms, "member" | "row"> {
  const all = counts.flatMap((count, member) => Array.from({ length: count }, (_, row) => ({ member, row })));
  const stream = randomStream(key);
  const order = all.map((place) => ({ place, by: stream.uniform(0, 1) })).sort((a, b) => a.by - b.by);
  return {
    member: Uint8Array.from(order, ({ place }) => place.member),
    row: Int32Array.from(order, ({ place }) => place.row),
  };
}

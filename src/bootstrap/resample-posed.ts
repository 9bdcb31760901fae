import type { PointRuns } from "../methods/method.ts";
import { checkAnswer, checkBounds } from "../solve/check-kernel.ts";
import { drawCounter } from "../solve/draw-resample.ts";
import { inParallel } from "../solve/in-parallel.ts";
import type { Backend } from "../solve/kernel.ts";
import { packProblem, searchRequest, variantOf } from "../solve/pack.ts";
import { freeParameters, type Problem, terminations } from "../solve/problem.ts";
import { scaleProblem } from "../solve/units.ts";
import { type DegenerateReason, degenerateCode, inputNumbers } from "./degenerate.ts";
import type { StageUse } from "./plan-bootstrap.ts";
import { type Population, runsOfUnit } from "./population.ts";
import {
  isLower,
  type LeftOut,
  type ResampleOptions,
  replicateParameters,
  type StageReplicates,
} from "./resample-stage.ts";

/** A stage whose points are made with the fits of others, as it is posed on the data. */
type PosedUse = Pick<StageUse, "posing" | "problem" | "solution" | "population">;

/** Parameters of the stages that it waits for; undefined where there are none. */
type ParametersOf = readonly (Float64Array | undefined)[];

/** One fit: how often each run of the population counts, and the parameters of the stages that come before. */
interface Wanted {
  counts: Float64Array;
  parameters: ParametersOf;
  /** Key of its random starts. */
  key: string;
}

type Fitted = { parameters: Float64Array; isFresh: boolean } | { reason: DegenerateReason };

/**
 * Resamples such a stage: on each replicate it is posed anew with that replicate's fits of the stages before, and its points
 * count as often as their runs were drawn. So its replicates include the uncertainty of those fits.
 *
 * @param before replicates of the stages that it waits for, in the order of `posing.after`
 */
export async function resamplePosed(
  backend: Backend,
  stage: PosedUse,
  before: readonly StageReplicates[],
  options: ResampleOptions,
): Promise<StageReplicates> {
  const { resamples, seed } = options;
  const { population, problem } = stage;
  const width = problem.form.parameterNames.length;
  const runs = population.runs.length;
  // Every scheme that weighs runs draws them like this, whatever it does with the points within a run.
  const draw = {
    kind: "groups",
    group: Int32Array.from({ length: runs }, (_, r) => r),
    strata: population.strata,
  } as const;
  const count = drawCounter(population.name, draw, seed, runs);
  const replicates: StageReplicates = {
    width,
    parameters: new Float64Array(resamples * width),
    isHeld: false,
    degenerate: new Uint8Array(resamples),
    freshWins: 0,
    lostTerms: 0,
  };
  await inParallel(backend.concurrency, resamples, async (i) => {
    const counts = new Float64Array(runs);
    count(i + 1, counts);
    const parameters = before.map((stageBefore) => replicateParameters(stageBefore, i));
    const fit = await fitPosed(
      backend,
      stage,
      { counts, parameters, key: `${problem.key}/${i + 1}` },
      options,
    );
    if ("reason" in fit) {
      replicates.degenerate[i] = degenerateCode(fit.reason);
      return;
    }
    replicates.parameters.set(fit.parameters, i * width);
    if (fit.isFresh) replicates.freshWins++;
  });
  return replicates;
}

/** Fits such a stage with each run of its population left out in turn, with the fits of the stages before without it. */
export async function leaveOneRunOutOfPosed(
  backend: Backend,
  stage: PosedUse,
  before: readonly LeftOut[],
  options: Omit<ResampleOptions, "resamples">,
): Promise<LeftOut> {
  const runs = stage.population.runs.length;
  const fits: (Float64Array | undefined)[] = new Array(runs).fill(undefined);
  await inParallel(backend.concurrency, runs, async (run) => {
    const counts = new Float64Array(runs).fill(1);
    counts[run] = 0;
    const parameters = before.map((leftOut) => leftOut[run]);
    const fit = await fitPosed(backend, stage, { counts, parameters, key: stage.problem.key }, options);
    fits[run] = "reason" in fit ? undefined : fit.parameters;
  });
  return fits;
}

async function fitPosed(
  backend: Backend,
  { posing, solution, population, problem: { key: _, ...onData } }: PosedUse,
  { counts, parameters, key }: Wanted,
  { freshStarts, seed }: Omit<ResampleOptions, "resamples">,
): Promise<Fitted> {
  const fitsBefore = parameters.filter((fit) => fit !== undefined);
  if (fitsBefore.length < parameters.length) return { reason: "unposed" };
  const posed = posing!.pose(fitsBefore);
  if ("skipped" in posed) return { reason: "unposed" };
  const drawn = drawnPoints(posed, population, counts);
  if (drawn.runs < 2) return { reason: "few-runs" };
  const { problem } = drawn;
  if (new Set(inputNumbers(problem)).size < freeParameters(problem)) return { reason: "few-points" };
  const scaled = scaleProblem({ ...problem, key, givenStarts: [inBox(solution.parameters, problem)] });
  const kernel = await backend.kernel(variantOf({ ...onData, key }));
  const starts = 1 + freshStarts;
  const fits = { firstStart: 0, firstResample: 0, count: starts, starts, each: false };
  const raw = await kernel.solve(searchRequest(problem, packProblem(scaled.problem), { seed }, fits));
  const answer = scaled.answerOf(raw);
  if (terminations[answer.termination[0]!] === "undefined") return { reason: "undefined" };
  const [best, first] = [answer.objective[answer.best[0]!]!, answer.objective[0]!];
  const solved = { ...problem, key };
  const claim = { parameters: answer.parameters.slice(), objective: best };
  checkBounds(solved, backend.description, claim.parameters);
  checkAnswer(kernel, backend, () => solved, claim);
  return { parameters: claim.parameters, isFresh: isLower(best, first) };
}

/** The points whose runs are drawn, each with how often as its weight. */
function drawnPoints(
  posed: { problem: Omit<Problem, "key"> } & PointRuns,
  population: Population,
  counts: Float64Array,
): { problem: Omit<Problem, "key">; runs: number } {
  const countOf = new Map(
    population.runs.flatMap((unit, r) =>
      runsOfUnit(population, unit).map((run) => [run, counts[r]!] as const),
    ),
  );
  const { problem, runs, runLengths } = posed;
  const times = runs.flatMap((run, r) => new Array<number>(runLengths[r]!).fill(countOf.get(run) ?? 1));
  const kept = times.flatMap((count, q) => (count > 0 ? [q] : []));
  const pick = (values: Float64Array): Float64Array => Float64Array.from(kept, (q) => values[q]!);
  return {
    problem: {
      ...problem,
      variables: problem.variables.map(pick),
      response: pick(problem.response),
      weights: Float64Array.from(kept, (q) => times[q]! * (problem.weights?.[q] ?? 1)),
    },
    runs: runs.filter((run, r) => runLengths[r]! > 0 && (countOf.get(run) ?? 1) > 0).length,
  };
}

/** Parameters that the replicate holds elsewhere than the data do start there. */
function inBox(
  parameters: Float64Array,
  { form, lower = form.lower, upper = form.upper }: Omit<Problem, "key">,
): Float64Array {
  return parameters.map((value, p) => Math.min(Math.max(value, lower[p]!), upper[p]!));
}

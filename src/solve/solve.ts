import type { KernelAnswer } from "./answer.ts";
import { openBackend } from "./backends.ts";
import { checkAnswer, checkBounds } from "./check-kernel.ts";
import { checkOptions, whyUnsolvable } from "./check-problem.ts";
import { activeBounds, curvature } from "./diagnose.ts";
import { inParallel, partsInParallel } from "./in-parallel.ts";
import { type Backend, fitsPerRequest, type Kernel, type KernelRequest } from "./kernel.ts";
import { type PackedProblem, packProblem, startRangeOf, variantOf } from "./pack.ts";
import type { Problem, Solution, SolveOptions, SolveResult, StartResults } from "./problem.ts";
import { agreeingObjective, agreeingStarts, terminations } from "./reduce.ts";
import { inOwnUnits, type OwnUnits } from "./units.ts";
import { unvariedInputs } from "./unvaried-inputs.ts";

/** Limit of iterations of one start, unless the options say another. */
export const defaultIterationLimit = 600;

/** Tolerances of the squared scaled gradient, relative to the objective: of every start, and of the reported best. */
export const searchTolerance = 1e-16;
const polishTolerance = 1e-26;

/** Relative differences of the objective that rounding can make. */
const settled = 1e-12;

/**
 * Solves problems, each from many starts, on the best backend. Results are in the order of the problems; one that
 * cannot be solved has the reason instead. The same seed gives the same result on any number of threads.
 * @throws UserError for an option out of its range, or where no backend works.
 * @throws KernelError for an answer that is not what the kernel says.
 */
export async function solveProblems(problems: Problem[], options: SolveOptions = {}): Promise<SolveResult[]> {
  checkOptions(options);
  const backend = await openBackend(options.backend, options.threads, options);
  try {
    const results = await solveProblemsOn(backend, problems, options);
    options.onKernels?.(backend.kernelCounts());
    return results;
  } finally {
    await backend.close();
  }
}

/** As `solveProblems`, on a backend that is open and stays so: `options.backend` and `options.threads` mean nothing here. */
export async function solveProblemsOn(
  backend: Backend,
  problems: Problem[],
  options: SolveOptions = {},
): Promise<SolveResult[]> {
  const results: SolveResult[] = new Array(problems.length);
  let done = 0;
  await inParallel(backend.concurrency, problems.length, async (i) => {
    results[i] = await solveOne(backend, problems[i]!, options);
    options.onProgress?.(++done, problems.length);
  });
  return results;
}

/** Every start of one problem, for benchmarks and diagnostics. The problem must be solvable. */
export async function solveStarts(problem: Problem, options: SolveOptions = {}): Promise<StartResults> {
  checkOptions(options);
  const reason = whyUnsolvable(problem);
  if (reason !== undefined) throw new RangeError(reason);
  const backend = await openBackend(options.backend, options.threads, options);
  try {
    return await allStarts(backend, inOwnUnits(problem), options);
  } finally {
    await backend.close();
  }
}

/** The random initial vectors of a problem, row-major: starts x parameters. The same on every backend. */
export async function randomStarts(problem: Problem, options: SolveOptions = {}): Promise<Float64Array> {
  checkOptions(options);
  const backend = await openBackend(options.backend, 1, options);
  try {
    const kernel = await kernelOf(backend, problem);
    const own = inOwnUnits(problem);
    const { problemKey } = packProblem(own.problem);
    const { starts: count = 256, seed = 0 } = options;
    const starts = await kernel.starts({ seed, problemKey, firstStart: 0, count }, startRangeOf(own.problem));
    return own.parametersOf(starts);
  } finally {
    await backend.close();
  }
}

async function solveOne(backend: Backend, problem: Problem, options: SolveOptions): Promise<SolveResult> {
  const reason = whyUnsolvable(problem);
  if (reason !== undefined) return { skipped: { reason } };
  const own = inOwnUnits(problem);
  const packed = packProblem(own.problem);
  const total = startsOf(problem, packed, options);
  if (total === 0) return { skipped: { reason: "no starts, neither random nor given ones" } };
  const found = await search(backend, own.problem, packed, total, options);
  if (terminations[found.termination] === "undefined") {
    return { skipped: { reason: `form ${problem.form.name} is not finite at any of ${total} starts` } };
  }
  if (!problem.training) await polish(backend, own.problem, packed, found);
  const solution = summarise(problem, own, found);
  checkBounds(problem, backend.description, solution.parameters);
  checkAnswer(await kernelOf(backend, problem), backend, () => problem, solution);
  // Where an input does not vary, terms may change places at no cost: that is no flat valley at either place.
  const isCompared =
    problem.training !== undefined ||
    solution.conditionNumber > comparedCondition ||
    unvariedInputs(problem).length > 0;
  if (!isCompared) return { solution };
  const alternatives = await otherEnds(backend, problem, own, options, solution.objective);
  return { solution: { ...solution, alternatives } };
}

/** Starts whose ends are compared, and the condition number from which on they are. */
const comparedStarts = 24;
const comparedCondition = 1e8;
/** Forms of more parameters are networks and their like, whose units may change places without moving a prediction: all ends are kept. */
const mostNamedParameters = 16;

/**
 * Where other starts ended at the same objective: of each parameter the least and the largest value; of a network, whose
 * units may change places, all.
 *
 * @param best the objective
 */
async function otherEnds(
  backend: Backend,
  problem: Problem,
  own: OwnUnits,
  options: SolveOptions,
  best: number,
): Promise<Float64Array[]> {
  const starts = Math.min(comparedStarts, options.starts ?? 256);
  const { objective, parameters } = await allStarts(backend, own, { ...options, starts });
  const { parameterNames } = problem.form;
  const width = parameterNames.length;
  // Training ends near a minimum, not in it: what is within the objective's own noise of the best is as good.
  const left = Math.max(1, problem.response.length - width);
  const most = Math.max(agreeingObjective(problem, best), problem.training ? best * (1 + 1 / left) : 0);
  const ends = Array.from({ length: objective.length }, (_, i) => i)
    .filter((i) => objective[i]! <= most)
    .map((i) => parameters.slice(i * width, (i + 1) * width));
  if (width > mostNamedParameters) return ends;
  const chosen = parameterNames.flatMap((_, p) => {
    const sorted = ends.toSorted((a, b) => a[p]! - b[p]!);
    return sorted.length === 0 ? [] : [sorted[0]!, sorted.at(-1)!];
  });
  return [...new Set(chosen)];
}

/** The best fit of a problem, and the objectives of all its starts. */
interface Found extends BestFit {
  objectives: Float64Array;
  totalIterations: number;
}

interface BestFit {
  /** Which start it is. */
  start: number;
  objective: number;
  /** Scaled projected gradient norm. */
  gradientNorm: number;
  parameters: Float64Array;
  iterations: number;
  /** Index into `terminations`. */
  termination: number;
}

/** Given and random starts together. */
function startsOf({ form }: Problem, { givenStarts }: PackedProblem, { starts = 256 }: SolveOptions): number {
  return starts + givenStarts.length / form.parameterNames.length;
}

function startsRequest(
  { training }: Problem,
  packed: PackedProblem,
  { seed = 0, iterationLimit: limit = defaultIterationLimit }: SolveOptions,
  firstStart: number,
  count: number,
): Omit<KernelRequest, "each"> {
  const wanted = { firstStart, firstResample: 0, count, starts: count };
  return {
    ...packed,
    ...wanted,
    seed,
    limit: training?.steps ?? limit,
    tolerance: searchTolerance,
    polish: false,
  };
}

/** Solves from all starts; the best of equals is the first. */
async function search(
  backend: Backend,
  problem: Problem,
  packed: PackedProblem,
  total: number,
  options: SolveOptions,
): Promise<Found> {
  const kernel = await kernelOf(backend, problem);
  const objectives = new Float64Array(total);
  const answers: KernelAnswer[] = [];
  const most = fitsPerRequest(backend, problem.training !== undefined);
  await partsInParallel(backend.concurrency, total, most, async (firstStart, count) => {
    const answer = await kernel.solve({
      ...startsRequest(problem, packed, options, firstStart, count),
      each: false,
    });
    objectives.set(answer.objective, firstStart);
    answers[firstStart / most] = answer;
  });
  const best = answers.map((answer, i) => bestFit(answer, i * most)).reduce(better);
  return {
    ...best,
    objectives,
    totalIterations: answers.reduce((sum, { allIterations }) => sum + allIterations[0]!, 0),
  };
}

/** The fit of lower objective; the first of equals. */
function better(a: BestFit, b: BestFit): BestFit {
  return b.objective < a.objective ? b : a;
}

function bestFit(answer: KernelAnswer, firstStart: number): BestFit {
  const place = answer.best[0]!;
  return {
    start: firstStart + place,
    objective: answer.objective[place]!,
    gradientNorm: Math.sqrt(answer.gradientNorm[0]!),
    parameters: answer.parameters.slice(),
    iterations: answer.iterations[0]!,
    termination: answer.termination[0]!,
  };
}

async function allStarts(
  backend: Backend,
  { problem, answerOf }: OwnUnits,
  options: SolveOptions,
): Promise<StartResults> {
  const packed = packProblem(problem);
  const total = startsOf(problem, packed, options);
  const width = problem.form.parameterNames.length;
  const kernel = await kernelOf(backend, problem);
  const results: StartResults = {
    objective: new Float64Array(total),
    gradientNorm: new Float64Array(total),
    iterations: new Int32Array(total),
    termination: new Uint8Array(total),
    parameters: new Float64Array(total * width),
  };
  const most = fitsPerRequest(backend, problem.training !== undefined);
  await partsInParallel(backend.concurrency, total, most, async (firstStart, count) => {
    const answer = answerOf(
      await kernel.solve({ ...startsRequest(problem, packed, options, firstStart, count), each: true }),
    );
    results.objective.set(answer.objective, firstStart);
    results.gradientNorm.set(answer.gradientNorm.map(Math.sqrt), firstStart);
    results.parameters.set(answer.parameters, firstStart * width);
    results.iterations.set(answer.iterations, firstStart);
    results.termination.set(answer.termination, firstStart);
  });
  return results;
}

function kernelOf(backend: Backend, problem: Problem): Promise<Kernel> {
  return backend.kernel(variantOf(problem));
}

/**
 * Makes the best fit exact: a few of Newton's steps from it, kept only if the objective does not rise beyond rounding. The search
 * itself stops when the objective has settled, which in a flat valley leaves the parameters a few digits short.
 */
async function polish(
  backend: Backend,
  problem: Problem,
  packed: PackedProblem,
  found: Found,
): Promise<void> {
  const kernel = await kernelOf(backend, problem);
  const answer = await kernel.solve({
    ...packed,
    givenStarts: found.parameters,
    seed: 0,
    firstStart: 0,
    firstResample: 0,
    count: 1,
    starts: 1,
    each: false,
    limit: 100,
    tolerance: polishTolerance,
    polish: true,
  });
  const { objective, gradientNorm, parameters, iterations } = bestFit(answer, 0);
  if (!(objective <= found.objective * (1 + settled))) return;
  found.objectives[found.start] = objective;
  Object.assign(found, { objective, gradientNorm, parameters, iterations: found.iterations + iterations });
}

function summarise(problem: Problem, own: OwnUnits, found: Found): Solution {
  const { gradientNorm, iterations, termination, objectives, totalIterations } = found;
  const parameters = own.parametersOf(found.parameters);
  const starts = objectives.length;
  return {
    parameters,
    objective: own.objectiveOf(found.objective),
    gradientNorm,
    iterations,
    termination: terminations[termination]!,
    activeBounds: activeBounds(problem, parameters),
    points: problem.response.length,
    starts,
    startAgreement: agreeingStarts(own.problem, objectives, found.objective) / starts,
    totalIterations,
    ...curvature(problem, parameters),
  };
}

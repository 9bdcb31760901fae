import { openBackend } from "./backends.ts";
import { checkAnswer, checkBounds } from "./check-kernel.ts";
import { checkOptions, whyUnsolvable } from "./check-problem.ts";
import { solvedForm } from "./coordinates.ts";
import { activeBounds, curvature } from "./diagnose.ts";
import { inParallel, partsInParallel } from "./in-parallel.ts";
import {
  type Backend,
  fitsPerRequest,
  type Kernel,
  type KernelAnswer,
  type KernelRequest,
  type KernelVariant,
} from "./kernel.ts";
import { agreeingObjective, agreeingStarts } from "./objective.ts";
import { type PackedProblem, packProblem, searchRequest, startRangeOf, variantOf } from "./pack.ts";
import {
  type Problem,
  type Solution,
  type SolveOptions,
  type SolveResult,
  hasConverged,
  type StartResults,
  terminations,
} from "./problem.ts";
import { type ScaledProblem, scaleProblem } from "./units.ts";
import { unvariedInputs } from "./unvaried-inputs.ts";

/** Tolerance of the squared scaled gradient, relative to the objective, of the polished best start. */
const polishTolerance = 1e-26;

/** Relative differences of the objective that rounding can make. */
const settled = 1e-12;

/**
 * Solves problems, each from many starts, on the backend that the options choose. Results are in the order of the problems; one
 * that cannot be solved has the reason instead. The same seed gives the same result on any number of threads.
 *
 * @throws UserError for an option out of its range, or where no backend works.
 * @throws KernelError where an objective is not that of the parameters.
 */
export async function solveProblems(problems: Problem[], options: SolveOptions = {}): Promise<SolveResult[]> {
  checkOptions(options);
  return withBackend(options, async (backend) => {
    const results = await solveProblemsOn(backend, problems, options);
    options.onKernels?.(backend.kernelCounts());
    return results;
  });
}

/** Does work on a backend that is open for it alone. */
async function withBackend<Result>(
  options: SolveOptions,
  work: (backend: Backend) => Promise<Result>,
): Promise<Result> {
  const backend = await openBackend(options.backend, options.threads, options);
  try {
    return await work(backend);
  } finally {
    await backend.close();
  }
}

/** As `solveProblems`, on a backend that is open already and stays open; `options.backend` and `options.threads` are not read. */
export async function solveProblemsOn(
  backend: Backend,
  problems: Problem[],
  options: SolveOptions = {},
): Promise<SolveResult[]> {
  await compileKernels(backend, problems, options);
  const results: SolveResult[] = new Array(problems.length);
  let done = 0;
  await inParallel(backend.concurrency, problems.length, async (i) => {
    results[i] = await solveOne(backend, problems[i]!, options);
    options.onProgress?.(++done, problems.length);
  });
  return results;
}

/** Has the kernels of problems compiled at once, with those of their resamples. */
export async function compileKernels(
  backend: Backend,
  problems: readonly Problem[],
  { resampling }: Pick<SolveOptions, "resampling">,
): Promise<void> {
  if (backend.compile === undefined) return;
  const seen = new Map<Problem["form"], Set<string>>();
  const variants: KernelVariant[] = [];
  for (const problem of problems) {
    const { residual, loss, training } = problem;
    const solved = solvedForm(problem);
    const kinds = seen.get(solved) ?? new Set();
    seen.set(solved, kinds);
    const kind = training ? "trained" : `${residual} ${loss.kind}`;
    if (kinds.has(kind) || whyUnsolvable(problem) !== undefined) continue;
    kinds.add(kind);
    const variant = variantOf(problem);
    variants.push(variant, ...(resampling ? [{ ...variant, resampling }] : []));
  }
  await backend.compile(variants);
}

/** Solves one problem and returns the ends of all its starts, for benchmarks and diagnosis. @throws RangeError where it cannot be solved */
export async function solveStarts(problem: Problem, options: SolveOptions = {}): Promise<StartResults> {
  checkOptions(options);
  const reason = whyUnsolvable(problem);
  if (reason !== undefined) throw new RangeError(reason);
  return withBackend(options, (backend) => allStarts(backend, scaleProblem(problem), options));
}

/** The random starts of a problem, row-major: starts x parameters. They are the same on every backend. */
export async function randomStarts(problem: Problem, options: SolveOptions = {}): Promise<Float64Array> {
  checkOptions(options);
  return withBackend({ ...options, threads: 1 }, async (backend) => {
    const kernel = await kernelOf(backend, problem);
    const scaled = scaleProblem(problem);
    const { problemKey } = packProblem(scaled.problem);
    const { starts: count = 256, seed = 0 } = options;
    const starts = await kernel.starts(
      { seed, problemKey, firstStart: 0, count },
      startRangeOf(scaled.problem),
    );
    return scaled.parametersOf(starts);
  });
}

async function solveOne(backend: Backend, problem: Problem, options: SolveOptions): Promise<SolveResult> {
  const reason = whyUnsolvable(problem);
  if (reason !== undefined) return { skipped: { reason } };
  const scaled = scaleProblem(problem);
  const packed = packProblem(scaled.problem);
  const total = startsOf(problem, packed, options);
  if (total === 0) return { skipped: { reason: "no starts, neither random nor given ones" } };
  const best = await search(backend, scaled.problem, packed, total, options);
  if (terminations[best.termination] === "undefined") {
    return { skipped: { reason: `form ${problem.form.name} is not finite at any of ${total} starts` } };
  }
  if (!problem.training) await polish(backend, scaled.problem, packed, best);
  const solution = summarise(problem, scaled, best);
  checkBounds(problem, backend.description, solution.parameters);
  checkAnswer(await kernelOf(backend, problem), backend, () => problem, solution);
  // Where an input does not vary, two terms may change places at no cost, although neither end lies in a flat valley.
  const isCompared =
    problem.training !== undefined ||
    solution.conditionNumber > comparison.condition ||
    unvariedInputs(problem).length > 0;
  if (!isCompared) return { solution };
  const alternatives = await otherEnds(backend, problem, scaled, options, solution.objective);
  return { solution: { ...solution, alternatives } };
}

/** Which problems have the ends of their starts compared, and how many starts. */
const comparison = {
  /** Above this condition number. */
  condition: 1e8,
  starts: 24,
  /** Forms of more parameters are networks, whose units may be exchanged without changing a prediction: all their ends are kept. */
  mostParameters: 16,
} as const;

/**
 * Parameters at which other starts ended with the same objective: of each parameter the ends with its least and its largest
 * value; of a network all.
 *
 * @param best the lowest objective
 */
async function otherEnds(
  backend: Backend,
  problem: Problem,
  scaled: ScaledProblem,
  options: SolveOptions,
  best: number,
): Promise<Float64Array[]> {
  const starts = Math.min(comparison.starts, options.starts ?? 256);
  const { objective, parameters } = await allStarts(backend, scaled, { ...options, starts });
  const { parameterNames } = problem.form;
  const width = parameterNames.length;
  // Training ends near a minimum and not in it: an end within the noise of the objective is as good as the best.
  const left = Math.max(1, problem.response.length - width);
  const most = Math.max(agreeingObjective(problem, best), problem.training ? best * (1 + 1 / left) : 0);
  const ends = Array.from({ length: objective.length }, (_, i) => i)
    .filter((i) => objective[i]! <= most)
    .map((i) => parameters.slice(i * width, (i + 1) * width));
  if (width > comparison.mostParameters) return ends;
  const chosen = parameterNames.flatMap((_, p) => {
    const sorted = ends.toSorted((a, b) => a[p]! - b[p]!);
    return sorted.length === 0 ? [] : [sorted[0]!, sorted.at(-1)!];
  });
  return [...new Set(chosen)];
}

/** The best fit of a problem, and the objectives of all its starts. */
interface SearchResult extends BestFit {
  objectives: Float64Array;
  totalIterations: number;
}

interface BestFit {
  /** Index of its start. */
  start: number;
  objective: number;
  /** Scaled projected gradient norm. */
  gradientNorm: number;
  parameters: Float64Array;
  iterations: number;
  /** Index into `terminations`. */
  termination: number;
}

/** Number of given and random starts. */
function startsOf({ form }: Problem, { givenStarts }: PackedProblem, { starts = 256 }: SolveOptions): number {
  return starts + givenStarts.length / form.parameterNames.length;
}

/** The request for consecutive starts of a problem, on the data as they are. */
function startsRequest(
  problem: Problem,
  packed: PackedProblem,
  options: SolveOptions,
  range: Pick<KernelRequest, "firstStart" | "count" | "each">,
): KernelRequest {
  return searchRequest(problem, packed, options, { ...range, firstResample: 0, starts: range.count });
}

/** Solves a problem from all its starts; of equal objectives the first is the best. */
async function search(
  backend: Backend,
  problem: Problem,
  packed: PackedProblem,
  total: number,
  options: SolveOptions,
): Promise<SearchResult> {
  const kernel = await kernelOf(backend, problem);
  const objectives = new Float64Array(total);
  const answers: KernelAnswer[] = [];
  const most = fitsPerRequest(backend, problem.training !== undefined);
  await partsInParallel(backend.concurrency, total, most, async (firstStart, count) => {
    const range = { firstStart, count, each: false };
    const answer = await kernel.solve(startsRequest(problem, packed, options, range));
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

/** The fit of the lower objective; of equal ones the first. */
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
  { problem, answerOf }: ScaledProblem,
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
    const range = { firstStart, count, each: true };
    const answer = answerOf(await kernel.solve(startsRequest(problem, packed, options, range)));
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
 * Polishes the best fit by a few Newton steps, which are kept only if the objective does not rise beyond rounding. The search
 * stops when the objective no longer falls, and in a flat valley the parameters then lack their last digits.
 */
async function polish(
  backend: Backend,
  problem: Problem,
  packed: PackedProblem,
  best: SearchResult,
): Promise<void> {
  const kernel = await kernelOf(backend, problem);
  const answer = await kernel.solve({
    ...startsRequest(problem, packed, { iterationLimit: 100 }, { firstStart: 0, count: 1, each: false }),
    givenStarts: best.parameters,
    tolerance: polishTolerance,
    polish: true,
  });
  const { objective, gradientNorm, parameters, iterations } = bestFit(answer, 0);
  if (!(objective <= best.objective * (1 + settled))) return;
  best.objectives[best.start] = objective;
  Object.assign(best, { objective, gradientNorm, parameters, iterations: best.iterations + iterations });
}

function summarise(problem: Problem, scaled: ScaledProblem, best: SearchResult): Solution {
  const { gradientNorm, iterations, termination, objectives, totalIterations } = best;
  const parameters = scaled.parametersOf(best.parameters);
  const starts = objectives.length;
  const name = terminations[termination]!;
  return {
    parameters,
    objective: scaled.objectiveOf(best.objective),
    gradientNorm,
    iterations,
    termination: scaled.isAtLimit(best.parameters) && hasConverged(name) ? "limit" : name,
    activeBounds: activeBounds(problem, parameters),
    points: problem.response.length,
    starts,
    startAgreement: agreeingStarts(scaled.problem, objectives, best.objective) / starts,
    totalIterations,
    ...curvature(problem, parameters),
  };
}

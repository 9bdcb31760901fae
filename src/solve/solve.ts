import { getOrInsert } from "../collections.ts";
import { parametersByName } from "../forms/by-name.ts";
import { openBackend } from "./backends.ts";
import { checkAnswer, checkBounds } from "./check-kernel.ts";
import { checkOptions, whyUnsolvable } from "./check-problem.ts";
import { activeBounds, curvature, flatCondition } from "./diagnose.ts";
import { inParallel } from "./in-parallel.ts";
import type { Backend, KernelVariant } from "./kernel.ts";
import { agreeingObjective, agreeingStarts, objectiveOf } from "./objective.ts";
import { packProblem, startRangeOf, variantOf } from "./pack.ts";
import { whyNotWeighed } from "./priors.ts";
import {
  type Problem,
  type Solution,
  type SolveOptions,
  type SolveResult,
  type StartResults,
  terminations,
} from "./problem.ts";
import { Restarts } from "./search/restarts.ts";
import { allStarts, Search } from "./search/search.ts";
import { firstStarts, missingStarts, mostStartsOf, usualStarts } from "./search/start-count.ts";
import { type ScaledProblem, scaleProblem, solvedForm } from "./units.ts";
import { unvariedInputs } from "./unvaried-inputs.ts";

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

/**
 * As `solveProblems`, on a backend that is open already and stays open; `options.backend` and `options.threads` are not read.
 *
 * @throws KernelError where an objective is not that of the parameters
 */
export async function solveProblemsOn(
  backend: Backend,
  problems: Problem[],
  options: SolveOptions = {},
): Promise<SolveResult[]> {
  await compileKernels(backend, problems, options);
  const results: SolveResult[] = new Array(problems.length);
  let done = 0;
  // Twice as many as are solved at once: while some answers are read, the next requests are there already.
  await inParallel(2 * backend.concurrency * (backend.requestsPerCall ?? 1), problems.length, async (i) => {
    results[i] = await solveOne(backend, problems[i]!, options);
    options.onSolved?.(problems[i]!, results[i]!);
    options.onProgress?.(++done, problems.length);
  });
  return results;
}

/** Has the kernels of problems compiled at once, with those of their resamples. */
export async function compileKernels(
  backend: Backend,
  problems: readonly Problem[],
  {
    resampling,
    resamples = Infinity,
    starts = "auto",
  }: Pick<SolveOptions, "resampling" | "resamples" | "starts">,
): Promise<void> {
  if (backend.compile === undefined) return;
  const seen = new Map<Problem["form"], Map<string, number>>();
  const variants: KernelVariant[] = [];
  const work: number[] = [];
  for (const problem of problems) {
    const { residual, loss, training, response } = problem;
    if (whyUnsolvable(problem) !== undefined) continue;
    const ofForm = getOrInsert(seen, solvedForm(problem), () => new Map());
    const at = getOrInsert(ofForm, training ? "trained" : `${residual} ${loss.kind}`, () => {
      const variant = variantOf(problem);
      const wanted = [variant, ...(resampling ? [{ ...variant, resampling }] : [])];
      variants.push(...wanted);
      return work.push(...wanted.map(() => 0)) - wanted.length;
    });
    work[at]! += usualStarts(problem, starts) * response.length;
    if (resampling) work[at + 1]! += resamples * response.length;
  }
  await backend.compile(variants, work);
}

/** Random starts where all are wanted, whatever their ends, and the options give no number. */
const allOfThem = 256;

/**
 * Solves one problem from `options.starts` random starts (256 under `auto`) and returns the ends of all, for benchmarks and diagnosis.
 *
 * @returns one number, or one row of parameters, for each start, in the units of the table
 * @throws RangeError where it cannot be solved
 * @throws UserError for an option out of its range, or where no backend works
 */
export async function solveStarts(problem: Problem, options: SolveOptions = {}): Promise<StartResults> {
  checkOptions(options);
  const reason = whyUnsolvable(problem);
  if (reason !== undefined) throw new RangeError(reason);
  const scaled = scaleProblem(problem);
  return withBackend(options, async (backend) =>
    scaled.answerOf(await allStarts(backend, scaled.problem, options, numberOf(options))),
  );
}

/**
 * The random starts of a problem (256 under `auto`), row-major: starts x parameters, in the units of the table. They are the same on every backend.
 *
 * @throws UserError for an option out of its range, or where no backend works
 */
export async function randomStarts(problem: Problem, options: SolveOptions = {}): Promise<Float64Array> {
  const { seed = 0 } = options;
  checkOptions(options);
  return withBackend({ ...options, threads: 1 }, async (backend) => {
    const kernel = await backend.kernel(variantOf(problem));
    const scaled = scaleProblem(problem);
    const { problemKey } = packProblem(scaled.problem);
    const starts = await kernel.starts(
      { seed, problemKey, firstStart: 0, count: numberOf(options) },
      startRangeOf(scaled.problem),
    );
    return scaled.parametersOf(starts);
  });
}

function numberOf({ starts }: SolveOptions): number {
  return typeof starts === "number" ? starts : allOfThem;
}

async function solveOne(backend: Backend, problem: Problem, options: SolveOptions): Promise<SolveResult> {
  const reason = whyUnsolvable(problem) ?? whyNotWeighed(problem);
  if (reason !== undefined) return { skipped: { reason } };
  const scaled = scaleProblem(problem);
  const search = new Search(backend, scaled.problem, options);
  let more = search.others + firstStarts(problem, options);
  if (more === 0) return { skipped: { reason: "no starts, neither random nor given ones" } };
  const { starts = "auto" } = options;
  const restarts = starts === "auto" ? new Restarts(scaled.problem, options, problem) : undefined;
  const missing = (isFlat: boolean, isPlateau: boolean): number =>
    restarts === undefined || restarts.haveMet
      ? 0
      : missingStarts(scaled.problem, search, search.best!, isFlat, isPlateau);
  let solution: Solution | undefined;
  while (more > 0) {
    await search.solve(more);
    more = missing(false, false);
    if (more > 0 && restarts?.arePaid(search) && (await restarts.untilMet(search))) more = 0;
    if (more > 0 || !search.isDefined) continue;
    await search.polish();
    const summary = summarise(problem, scaled, search);
    solution = summary.solution;
    more = missing(summary.isFlat, summary.isPlateau);
  }
  if (solution === undefined) {
    return {
      skipped: {
        reason: `form ${problem.form.name} is not finite at any of ${search.objective.length} starts`,
      },
    };
  }
  const overflow = whyNoNumber(problem, solution);
  if (overflow !== undefined) return { skipped: { reason: overflow } };
  checkBounds(problem, backend.description, solution.parameters);
  checkAnswer(await backend.kernel(variantOf(scaled.problem)), backend, () => problem, solution);
  // Where an input does not vary, two terms may change places at no cost, although neither end lies in a flat valley.
  const isCompared =
    problem.training !== undefined ||
    solution.conditionNumber > comparison.condition ||
    unvariedInputs(problem).length > 0;
  if (!isCompared) return { solution };
  const compared = Math.min(comparison.starts, mostStartsOf(problem, starts));
  const { objective, parameters } =
    search.endsOf(compared) ?? (await allStarts(backend, scaled.problem, options, compared));
  const ends = {
    objective: objective.map(scaled.objectiveOf),
    parameters: scaled.parametersOf(parameters),
  };
  return { solution: { ...solution, alternatives: otherEnds(problem, ends, solution.objective) } };
}

/**
 * Why parameters that are finite in the solver's units cannot be given in the table's, if so: an exponent that nothing holds runs away,
 * and the scale of its term with it.
 */
function whyNoNumber(problem: Problem, { parameters, conditionNumber }: Solution): string | undefined {
  if (conditionNumber < Infinity) return undefined;
  const { form } = problem;
  const beyond = form.parameterNames.filter((_, p) => !Number.isFinite(parameters[p]!));
  if (beyond.length === 0 && Number.isFinite(objectiveOf(problem, parameters))) return undefined;
  const names = beyond.length > 0 ? beyond.join(", ") : "the law";
  const causes = unvariedInputs(problem).map(({ text }) => text);
  const cause = causes.length === 0 ? "the data do not determine the law" : causes.join("; ");
  return `in the units of the table ${names} is beyond the largest number: ${cause}; give bounds to its exponents`;
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
function otherEnds(
  problem: Problem,
  { objective, parameters }: Pick<StartResults, "objective" | "parameters">,
  best: number,
): Float64Array[] {
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

/** The solution of a search, and whether it lies where starts may agree and still miss the minimum: in a flat valley or on a plateau. */
function summarise(
  problem: Problem,
  scaled: ScaledProblem,
  search: Search,
): { solution: Solution; isFlat: boolean; isPlateau: boolean } {
  const { counted, totalIterations, lowestCell } = search;
  const { gradientNorm, iterations, ...best } = search.best!;
  const parameters = scaled.parametersOf(best.parameters);
  const objective = scaled.objectiveOf(best.objective);
  const { isPlateau, ...shape } = curvature(problem, parameters, objective);
  const termination = terminations[best.termination]!;
  // No step helps on a plateau, where nothing is left of what a parameter did.
  const isLimit = scaled.isAtLimit(best.parameters)
    ? termination !== "iterations"
    : isPlateau && termination === "stalled";
  return {
    isPlateau,
    isFlat: isPlateau || shape.conditionNumber > flatCondition,
    solution: {
      parameters,
      estimates: parametersByName(problem.form, parameters),
      objective,
      gradientNorm,
      iterations,
      termination: isLimit ? "limit" : termination,
      activeBounds: activeBounds(problem, parameters),
      points: problem.response.length,
      starts: counted.length,
      startAgreement: agreeingStarts(scaled.problem, counted, best.objective) / counted.length,
      ...(lowestCell < Number.POSITIVE_INFINITY && { lowestCell: scaled.objectiveOf(lowestCell) }),
      totalIterations,
      ...shape,
    },
  };
}

import { openBackend } from "./backends.ts";
import { checkOptions } from "./check-options.ts";
import { whyUnsolvable } from "./check-problem.ts";
import { activeBounds, curvature } from "./diagnose.ts";
import type { Backend, Kernel, KernelAnswer } from "./kernel.ts";
import { type PackedProblem, packProblem, startRangeOf } from "./pack.ts";
import type { Problem, Solution, SolveOptions, SolveResult, StartResults } from "./problem.ts";
import { agreeingStarts, bestStart, terminations } from "./reduce.ts";

/** Limit of iterations of one start, unless the options say another. */
const defaultIterationLimit = 600;

/** Tolerances of the squared scaled gradient, relative to the objective: of every start, and of the reported best. */
const searchTolerance = 1e-16;
const polishTolerance = 1e-26;

/** Relative differences of the objective that rounding can make. */
const settled = 1e-12;

/**
 * Solves problems, each from many starts, on the best backend. Results are in the order of the problems; one that
 * cannot be solved has the reason instead. The same seed gives the same result on any number of threads.
 * @throws UserError for an option out of its range, or where no backend works.
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
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < problems.length) {
      const index = next++;
      results[index] = await solveOne(backend, problems[index]!, options);
      options.onProgress?.(++done, problems.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(backend.concurrency, problems.length) }, worker));
  return results;
}

/** Every start of one problem, for benchmarks and diagnostics. The problem must be solvable. */
export async function solveStarts(problem: Problem, options: SolveOptions = {}): Promise<StartResults> {
  checkOptions(options);
  const reason = whyUnsolvable(problem);
  if (reason !== undefined) throw new RangeError(reason);
  const backend = await openBackend(options.backend, options.threads, options);
  try {
    return await allStarts(backend, problem, packProblem(problem), options);
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
    const { problemKey } = packProblem(problem);
    const { starts: count = 256, seed = 0 } = options;
    return await kernel.starts({ seed, problemKey, firstStart: 0, count }, startRangeOf(problem));
  } finally {
    await backend.close();
  }
}

async function solveOne(backend: Backend, problem: Problem, options: SolveOptions): Promise<SolveResult> {
  const reason = whyUnsolvable(problem);
  if (reason !== undefined) return { skipped: { reason } };
  const packed = packProblem(problem);
  const results = await allStarts(backend, problem, packed, options);
  if (results.objective.length === 0)
    return { skipped: { reason: "no starts, neither random nor given ones" } };
  const best = bestStart(results);
  if (best < 0) {
    return {
      skipped: {
        reason: `form ${problem.form.name} is not finite at any of ${results.objective.length} starts`,
      },
    };
  }
  await polish(backend, problem, packed, results, best);
  return { solution: summarise(problem, results, best) };
}

async function allStarts(
  backend: Backend,
  problem: Problem,
  packed: PackedProblem,
  options: SolveOptions,
): Promise<StartResults> {
  const { starts = 256, seed = 0 } = options;
  const width = problem.form.parameterNames.length;
  const kernel = await kernelOf(backend, problem);
  const total = starts + packed.givenStarts.length / width;
  const { startsPerRequest, concurrency } = backend;
  const limit = options.iterationLimit ?? defaultIterationLimit;
  const ask = (firstStart: number, count: number): Promise<KernelAnswer> =>
    kernel.solve({ ...packed, seed, firstStart, count, limit, tolerance: searchTolerance, polish: false });
  if (total > 0 && total <= startsPerRequest) return resultsOf(await ask(0, total), total);

  const results: StartResults = {
    objective: new Float64Array(total),
    gradientNorm: new Float64Array(total),
    iterations: new Int32Array(total),
    termination: new Uint8Array(total),
    parameters: new Float64Array(total * width),
  };
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < total) {
      const firstStart = next;
      const count = Math.min(startsPerRequest, total - firstStart);
      next += count;
      const answer = await ask(firstStart, count);
      copyAnswer(answer, results, firstStart, count, width);
    }
  };
  await Promise.all(
    Array.from({ length: Math.min(concurrency, Math.ceil(total / startsPerRequest)) }, worker),
  );
  return results;
}

function kernelOf(backend: Backend, { form, residual, loss }: Problem): Promise<Kernel> {
  return backend.kernel({
    formSource: form.kernelSource,
    parameters: form.parameterNames.length,
    logResidual: residual === "log",
    robust: loss.kind === "huber",
  });
}

/**
 * Makes the best start exact: a few of Newton's steps from it, kept only if the objective does not rise beyond rounding. The search
 * itself stops when the objective has settled, which in a flat valley leaves the parameters a few digits short.
 */
async function polish(
  backend: Backend,
  problem: Problem,
  packed: PackedProblem,
  results: StartResults,
  best: number,
): Promise<void> {
  const width = problem.form.parameterNames.length;
  const kernel = await kernelOf(backend, problem);
  const answer = await kernel.solve({
    ...packed,
    givenStarts: results.parameters.slice(best * width, (best + 1) * width),
    seed: 0,
    firstStart: 0,
    count: 1,
    limit: 100,
    tolerance: polishTolerance,
    polish: true,
  });
  if (!(answer.real[0]! <= results.objective[best]! * (1 + settled))) return;
  const { iterations, termination } = results;
  const before = { iterations: iterations[best]!, termination: termination[best]! };
  copyAnswer(answer, results, best, 1, width);
  iterations[best]! += before.iterations;
  termination[best] = before.termination;
}

/** The answer to a request of all starts: its own arrays, for copies of every start would cost as much as all else here. */
function resultsOf({ real, whole }: KernelAnswer, count: number): StartResults {
  const gradientNorm = real.subarray(count, 2 * count);
  for (let s = 0; s < count; ++s) gradientNorm[s] = Math.sqrt(gradientNorm[s]!);
  return {
    objective: real.subarray(0, count),
    gradientNorm,
    iterations: whole.subarray(0, count),
    termination: new Uint8Array(whole.subarray(count)),
    parameters: real.subarray(2 * count),
  };
}

function copyAnswer(
  { real, whole }: KernelAnswer,
  to: StartResults,
  first: number,
  count: number,
  width: number,
): void {
  to.objective.set(real.subarray(0, count), first);
  to.gradientNorm.set(real.subarray(count, 2 * count).map(Math.sqrt), first);
  to.parameters.set(real.subarray(2 * count), first * width);
  to.iterations.set(whole.subarray(0, count), first);
  to.termination.set(whole.subarray(count), first);
}

function summarise(problem: Problem, results: StartResults, best: number): Solution {
  const width = problem.form.parameterNames.length;
  const starts = results.objective.length;
  const parameters = results.parameters.slice(best * width, (best + 1) * width);
  return {
    parameters,
    objective: results.objective[best]!,
    gradientNorm: results.gradientNorm[best]!,
    iterations: results.iterations[best]!,
    termination: terminations[results.termination[best]!]!,
    activeBounds: activeBounds(problem, parameters),
    points: problem.response.length,
    starts,
    startAgreement: agreeingStarts(problem, results, best) / starts,
    totalIterations: results.iterations.reduce((sum, n) => sum + n, 0),
    ...curvature(problem, parameters),
  };
}

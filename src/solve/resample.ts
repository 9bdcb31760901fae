import { checkAnswer, checkBounds } from "./check-kernel.ts";
import { checkTraining, whyUntrainable } from "./check-problem.ts";
import { replicateMaker } from "./draw-resample.ts";
import { growingParts } from "./in-parallel.ts";
import { type Backend, fitsPerRequest } from "./kernel.ts";
import { packProblem, searchRequest, variantOf } from "./pack.ts";
import { type Problem, type SolveOptions, terminations } from "./problem.ts";
import type { Resampling } from "./resampling.ts";
import { scaleProblem } from "./units.ts";

/** The best fit of each replicate: one value, or one row of parameters, for each. */
export interface Replicates {
  objective: Float64Array;
  /** Objective of the first start: of the first given start, where there is one. */
  firstObjective: Float64Array;
  /** Scaled projected gradient norm. */
  gradientNorm: Float64Array;
  /** Replicates x parameters, row-major, in the user's coordinates. */
  parameters: Float64Array;
  /** Of the best start. */
  iterations: Int32Array;
  /** Index into `terminations`. */
  termination: Int32Array;
  /** Index of the best start: the problem's given starts come first, then the random ones. */
  best: Int32Array;
}

const isUndefined = terminations.indexOf("undefined");

export interface ReplicateOptions extends Pick<SolveOptions, "seed" | "iterationLimit"> {
  /** Number of replicates. */
  replicates: number;
  /** Number of the first replicate; number 0 is the data as they are. @default 1 */
  firstReplicate?: number;
  /** Random starts of each replicate, beside the problem's given starts (the fit of the data). @default 3 */
  starts?: number;
}

/** Largest number of fits of a request of replicates, of which each takes microseconds. */
const MOST_FITS = 16_384;

/**
 * Fits resamples of a problem's points. Every replicate is solved from the problem's given starts and from random starts of
 * its own. What is drawn depends only on the seed, the population's name and the number of the replicate; so does every bit of
 * the answer, however many replicates are solved at once.
 *
 * @throws RangeError where the resampling does not match the points, or the problem cannot be trained
 * @throws UserError for an option of its training that is out of range
 * @throws KernelError where an objective is not that of the parameters
 */
export async function solveReplicatesOn(
  backend: Backend,
  problem: Problem,
  resampling: Resampling,
  options: ReplicateOptions,
): Promise<Replicates> {
  const { replicates, firstReplicate = 1, starts: fresh = 3, seed = 0 } = options;
  checkTraining(problem);
  const untrainable = whyUntrainable(problem);
  if (untrainable !== undefined) throw new RangeError(untrainable);
  const scaled = scaleProblem(problem, resampling);
  const packed = packProblem(scaled.problem, scaled.resampling);
  const kernel = await backend.kernel(variantOf(scaled.problem, packed.population));
  const width = problem.form.parameterNames.length;
  const starts = fresh + packed.givenStarts.length / width;
  if (starts < 1) throw new RangeError("replicates need a given start or a random one");
  const result: Replicates = {
    objective: new Float64Array(replicates),
    firstObjective: new Float64Array(replicates),
    gradientNorm: new Float64Array(replicates),
    parameters: new Float64Array(replicates * width),
    iterations: new Int32Array(replicates),
    termination: new Int32Array(replicates),
    best: new Int32Array(replicates),
  };
  const isTrained = problem.training !== undefined;
  const rowsOf = (fits: number): number => Math.max(1, Math.floor(fits / starts));
  const least = rowsOf(fitsPerRequest(backend, isTrained));
  const most = Math.max(least, rowsOf(isTrained ? 0 : MOST_FITS));
  await growingParts(backend.concurrency, replicates, { least, most }, async (first, rows) => {
    const fits = {
      firstStart: 0,
      firstResample: firstReplicate + first,
      count: rows * starts,
      starts,
      each: false,
    };
    const raw = await kernel.solve(searchRequest(problem, packed, options, fits));
    const answer = scaled.answerOf(raw);
    for (let r = 0; r < rows; r++) {
      result.objective[first + r] = answer.objective[r * starts + answer.best[r]!]!;
      result.firstObjective[first + r] = answer.objective[r * starts]!;
      result.gradientNorm[first + r] = Math.sqrt(answer.gradientNorm[r]!);
    }
    const undefinedOnes = answer.termination.filter((end) => end === isUndefined).length;
    const parametersOf = (r: number): Float64Array => answer.parameters.subarray(r * width, (r + 1) * width);
    if (undefinedOnes === 0) checkBounds(problem, backend.description, answer.parameters);
    else {
      for (let r = 0; r < rows; r++) {
        if (answer.termination[r] !== isUndefined) checkBounds(problem, backend.description, parametersOf(r));
      }
    }
    const r = answer.termination.findIndex((end) => end !== isUndefined);
    if (r >= 0) {
      const replicate = firstReplicate + first + r;
      checkAnswer(
        kernel,
        backend,
        () => replicateMaker(problem, resampling, seed)(replicate),
        { parameters: parametersOf(r), objective: result.objective[first + r]! },
        { scheme: resampling.draw.kind, replicate },
      );
    }
    result.parameters.set(answer.parameters, first * width);
    for (const name of ["iterations", "termination", "best"] as const) result[name].set(answer[name], first);
  });
  return result;
}

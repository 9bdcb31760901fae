import { concatenated } from "../collections.ts";
import { type KernelRequest, type KernelVariant, lossNumbers, type Population } from "./kernel.ts";
import { inUnitOfResponse, isAbsolute, residualSize, shapeOf } from "./loss.ts";
import { leastWithPrior, packPriors } from "./priors.ts";
import { boundsOf, type Problem, type SolveOptions } from "./problem.ts";
import { packResampling, type Resampling, randomKey } from "./resampling.ts";
import { solvedForm } from "./units.ts";

/** Huber's threshold that stands for the squared loss (kernels/base.hpp). */
const squared = 1e300;

/** A problem in the layout of the kernels; which fits are wanted is not a part of it. */
export type PackedProblem = Pick<
  KernelRequest,
  | "points"
  | "logResidual"
  | "relative"
  | "divided"
  | "priors"
  | "problemKey"
  | "training"
  | "data"
  | "scalars"
  | "givenStarts"
  | "population"
>;

/** The first threshold of an absolute loss, of the size of its residuals (kernels/sharpen.hpp has the others). */
const firstThreshold = 0.1;

/** The loss as the kernels take it: [delta | over | under | mass]. */
function packLoss(problem: Pick<Problem, "loss" | "residual" | "response" | "sigma" | "weights">): number[] {
  const { loss, weights, response } = problem;
  const { delta, over, under } = shapeOf(loss);
  if (!isAbsolute(loss)) return [Math.min(delta, squared), over, under, 0];
  const total = weights ? weights.reduce((sum, weight) => sum + weight, 0) : response.length;
  return [firstThreshold * (residualSize(problem) || 1), over, under, (total * (over + under)) / 2];
}

/** The variant of the kernel that solves a problem. */
export function variantOf(problem: Problem, population?: Population): KernelVariant {
  const { residual, loss, training } = problem;
  const form = solvedForm(problem);
  return {
    // Written only where it is compiled.
    get formSource() {
      return training ? form.trainingSource : form.kernelSource;
    },
    parameters: form.parameterNames.length,
    logResidual: residual === "log",
    robust: loss.kind !== "squared",
    resampling: population ? (population.moves ? "moved" : "reweighted") : "none",
    training: training !== undefined,
    form,
  };
}

/** Intervals of the random starts: lower ends of all parameters, then upper ends. */
export function startRangeOf(problem: Pick<Problem, "form" | "startRange">): Float64Array {
  const { form } = problem;
  const range =
    problem.startRange ?? form.parameterNames.map((name) => form.record.startRanges.default![name]!);
  const ends = new Float64Array(2 * range.length);
  range.forEach(([low, high], p) => {
    ends[p] = low;
    ends[range.length + p] = high;
  });
  return ends;
}

/**
 * Lays a problem out for the kernels. `whyUnsolvable` must have found no reason against it.
 *
 * @throws RangeError where a resampling does not match the points
 */
export function packProblem(problem: Problem, resampling?: Resampling): PackedProblem {
  const { form, response, residual, sigma, training } = problem;
  const points = response.length;
  const columns = form.columns.length;
  const packed = resampling && packResampling(problem, resampling);
  const rows = [...(sigma ? [sigma] : []), ...(packed?.rows ?? [])];
  const data = new Float64Array((columns + 2 + rows.length) * points);
  rows.forEach((row, r) => {
    data.set(row, (columns + 2 + r) * points);
  });
  form.columnsAt(problem.variables, points).forEach((column, c) => {
    data.set(column, c * points);
  });
  const isPlain = inUnitOfResponse(residual);
  for (let i = 0; i < points; ++i)
    data[columns * points + i] = isPlain ? response[i]! : Math.log(response[i]!);
  if (problem.weights) data.set(problem.weights, (columns + 1) * points);
  else data.fill(1, (columns + 1) * points, (columns + 2) * points);
  const centres = new Float64Array(columns);
  const halfRanges = new Float64Array(columns);
  for (let c = 0; c < columns; ++c) {
    const first = c * points;
    let sum = 0;
    for (let i = first; i < first + points; ++i) sum += data[i]!;
    const centre = sum / points;
    let most = 0;
    for (let i = first; i < first + points; ++i) most = Math.max(most, Math.abs(data[i]! - centre));
    centres[c] = centre;
    halfRanges[c] = most;
  }
  const { lower, upper } = boundsOf(problem);
  const finite = (x: number): number => Math.max(-1e308, Math.min(1e308, x));
  const priors = packPriors(problem);
  const least = (bound: number, p: number): number => leastWithPrior(problem, form.parameterNames[p]!, bound);
  const parts: ArrayLike<number>[] = [
    packLoss(problem),
    (priors.length > 0 ? lower.map(least) : lower).map(finite),
    upper.map(finite),
    startRangeOf(problem),
    centres,
    halfRanges,
    priors,
  ];
  if (training) parts.push([training.learningRate, training.weightDecay]);
  if (packed) parts.push(packed.numbers);
  return {
    points,
    logResidual: residual === "log",
    relative: residual === "relative",
    divided: sigma !== undefined,
    priors: priors.length > 0,
    problemKey: randomKey(problem.startKey ?? problem.key),
    training: training !== undefined,
    data,
    scalars: concatenated(parts),
    givenStarts: concatenated(problem.givenStarts ?? []),
    population: packed && {
      key: packed.key,
      scheme: packed.scheme,
      drawn: packed.drawn + (priors.length > 0 ? form.parameterNames.length : 0),
      moves: packed.moves,
      numbers: packed.numbers.length,
    },
  };
}

/**
 * A packed problem with other intervals of random starts, on the same data.
 *
 * @param range lower ends of all parameters, then upper ends
 */
export function withStartRange(packed: PackedProblem, range: Float64Array): PackedProblem {
  const scalars = packed.scalars.slice();
  // After the loss and the bounds, which are as many as the ends.
  scalars.set(range, lossNumbers + range.length);
  return { ...packed, scalars };
}

/** Threshold at the end, of the size of the residuals (kernels/sharpen.hpp). */
const lastThreshold = 1e-10;

/** A packed problem at a threshold of an absolute loss that is small beside the residuals of a fit; others as they are. */
export function sharpened(packed: PackedProblem, objective: number): PackedProblem {
  const [first, , , mass] = packed.scalars;
  if (mass === 0) return packed;
  const threshold = Math.max(lastThreshold * (objective / mass!), 1e-13 * first!);
  return { ...packed, scalars: packed.scalars.with(0, threshold) };
}

/** Limit of iterations of one start, where the options give none. */
export const defaultIterationLimit = 600;

/** Tolerance of the squared scaled gradient of every start, relative to the objective. */
export const searchTolerance = 1e-16;

/**
 * The request that searches some fits of a packed problem from their starts.
 *
 * @param problem the problem that was packed; of a training its steps are the limit
 */
export function searchRequest(
  { training }: Pick<Problem, "training">,
  packed: PackedProblem,
  { seed = 0, iterationLimit = defaultIterationLimit }: Pick<SolveOptions, "seed" | "iterationLimit">,
  fits: Pick<KernelRequest, "firstStart" | "firstResample" | "count" | "starts" | "each" | "structured">,
): KernelRequest {
  // Written out, because spreading costs more than all else that the host does for a request.
  return {
    points: packed.points,
    logResidual: packed.logResidual,
    relative: packed.relative,
    divided: packed.divided,
    priors: packed.priors,
    problemKey: packed.problemKey,
    training: packed.training,
    data: packed.data,
    scalars: packed.scalars,
    givenStarts: packed.givenStarts,
    population: packed.population,
    firstStart: fits.firstStart,
    firstResample: fits.firstResample,
    count: fits.count,
    starts: fits.starts,
    each: fits.each,
    structured: fits.structured,
    seed,
    limit: training?.steps ?? iterationLimit,
    tolerance: searchTolerance,
    polish: false,
  };
}

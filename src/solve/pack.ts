import { mean } from "../statistics.ts";
import type { KernelRequest, KernelVariant, Population } from "./kernel.ts";
import { boundsOf, type Problem, type SolveOptions } from "./problem.ts";
import { packResampling, type Resampling, randomKey } from "./resampling.ts";

/** Huber's threshold that stands for the squared loss (kernels/base.hpp). */
const squared = 1e300;

/** A problem in the layout of the kernels; which fits are wanted is not a part of it. */
export type PackedProblem = Pick<
  KernelRequest,
  "points" | "logResidual" | "problemKey" | "training" | "data" | "scalars" | "givenStarts" | "population"
>;

/** The variant of the kernel that solves a problem. */
export function variantOf(
  { form, residual, loss, training }: Problem,
  population?: Population,
): KernelVariant {
  return {
    formSource: training ? form.trainingSource : form.kernelSource,
    parameters: form.parameterNames.length,
    logResidual: residual === "log",
    robust: loss.kind === "huber",
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
  return Float64Array.from([...range.map(([low]) => low), ...range.map(([, high]) => high)]);
}

/**
 * Lays a problem out for the kernels. `whyUnsolvable` must have found no reason against it.
 *
 * @throws RangeError where a resampling does not match the points
 */
export function packProblem(problem: Problem, resampling?: Resampling): PackedProblem {
  const { form, response, residual, training } = problem;
  const points = response.length;
  const columns = form.columns.length;
  const packed = resampling && packResampling(problem, resampling);
  const data = new Float64Array((columns + 2 + (packed?.rows.length ?? 0)) * points);
  packed?.rows.forEach((row, r) => {
    data.set(row, (columns + 2 + r) * points);
  });
  const values = new Float64Array(columns);
  const variables = new Float64Array(problem.variables.length);
  for (let i = 0; i < points; ++i) {
    problem.variables.forEach((variable, v) => {
      variables[v] = variable[i]!;
    });
    form.columnValues(variables, values);
    for (let c = 0; c < columns; ++c) data[c * points + i] = values[c]!;
    data[columns * points + i] = residual === "log" ? Math.log(response[i]!) : response[i]!;
    data[(columns + 1) * points + i] = problem.weights?.[i] ?? 1;
  }
  const centres = Array.from({ length: columns }, (_, c) =>
    mean(data.subarray(c * points, (c + 1) * points)),
  );
  const halfRanges = centres.map((centre, c) =>
    data.subarray(c * points, (c + 1) * points).reduce((most, x) => Math.max(most, Math.abs(x - centre)), 0),
  );
  const { lower, upper } = boundsOf(problem);
  const finite = (x: number): number => Math.max(-1e308, Math.min(1e308, x));
  return {
    points,
    logResidual: residual === "log",
    problemKey: randomKey(problem.startKey ?? problem.key),
    training: training !== undefined,
    data,
    scalars: Float64Array.from([
      problem.loss.kind === "huber" ? problem.loss.delta : squared,
      ...lower.map(finite),
      ...upper.map(finite),
      ...startRangeOf(problem),
      ...centres,
      ...halfRanges,
      ...(training ? [training.learningRate, training.weightDecay] : []),
      ...(packed?.numbers ?? []),
    ]),
    givenStarts: Float64Array.from((problem.givenStarts ?? []).flatMap((start) => [...start])),
    population: packed && {
      key: packed.key,
      scheme: packed.scheme,
      drawn: packed.drawn,
      moves: packed.moves,
      numbers: packed.numbers.length,
    },
  };
}

/** Limit of iterations of one start, where the options give none. */
export const defaultIterationLimit = 600;

/** Tolerance of the squared scaled gradient of every start, relative to the objective. */
const searchTolerance = 1e-16;

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
  const limit = training?.steps ?? iterationLimit;
  return { ...packed, ...fits, seed, limit, tolerance: searchTolerance, polish: false };
}

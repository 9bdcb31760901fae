import { createHash } from "node:crypto";
import type { KernelRequest, KernelVariant } from "./kernel.ts";
import type { Problem } from "./problem.ts";

/** Huber's threshold that stands for the squared loss (kernels/base.hpp). */
const squared = 1e300;

/** The problem as the kernels take it, without saying which fits are wanted. */
export type PackedProblem = Pick<
  KernelRequest,
  "points" | "logResidual" | "problemKey" | "data" | "scalars" | "givenStarts" | "population"
>;

/**
 * What the cluster bootstrap draws: whole groups of points (training runs), with replacement, stratum by stratum, as
 * many as there are.
 */
export interface Resampling {
  /**
   * Name of what is drawn from: its hash keys the draws, beside the seed. Problems on the same runs that share it see the
   * same draws, and differences between their replicates are paired.
   */
  population: string;
  /** Groups of each stratum; groups are numbered stratum by stratum. One stratum: plain resampling. */
  strata: readonly number[];
  /** Group of each point, from 0. */
  group: Int32Array;
}

/** The first 32 bits of a text's hash: its number in the keys of the random numbers. */
export function randomKey(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32LE(0);
}

/** What the kernel of a problem is compiled for. */
export function variantOf({ form, residual, loss }: Problem, resampled: boolean): KernelVariant {
  return {
    formSource: form.kernelSource,
    parameters: form.parameterNames.length,
    logResidual: residual === "log",
    robust: loss.kind === "huber",
    resampled,
  };
}

/** Bounds in the user's coordinates, the form's where the problem has none of its own. */
export function boundsOf({ form, lower = form.lower, upper = form.upper }: Problem): {
  lower: Float64Array;
  upper: Float64Array;
} {
  return { lower, upper };
}

/** Intervals of the random starts: low of each parameter, then high of each. */
export function startRangeOf(problem: Problem): Float64Array {
  const { form } = problem;
  const range =
    problem.startRange ?? form.parameterNames.map((name) => form.record.startRanges.default![name]!);
  return Float64Array.from([...range.map(([low]) => low), ...range.map(([, high]) => high)]);
}

/**
 * Lays a problem out for the kernels. The problem must have passed `whyUnsolvable`.
 * @throws RangeError for groups that do not match the points or the strata
 */
export function packProblem(problem: Problem, resampling?: Resampling): PackedProblem {
  const { form, response, residual } = problem;
  const points = response.length;
  const columns = form.columns.length;
  const data = new Float64Array((columns + (resampling ? 3 : 2)) * points);
  if (resampling) data.set(checkGroups(resampling, points), (columns + 2) * points);
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
    problemKey: randomKey(problem.key),
    data,
    scalars: Float64Array.from([
      problem.loss.kind === "huber" ? problem.loss.delta : squared,
      ...lower.map(finite),
      ...upper.map(finite),
      ...startRangeOf(problem),
      ...centres,
      ...halfRanges,
      ...(resampling ? [resampling.strata.length, ...resampling.strata] : []),
    ]),
    givenStarts: Float64Array.from((problem.givenStarts ?? []).flatMap((start) => [...start])),
    population: resampling && { key: randomKey(resampling.population), groups: sum(resampling.strata) },
  };
}

function checkGroups({ group, strata }: Resampling, points: number): Int32Array {
  const groups = sum(strata);
  if (group.length !== points) throw new RangeError(`groups of ${group.length} points for ${points} points`);
  const bad = group.find((one) => one < 0 || one >= groups);
  if (bad !== undefined) throw new RangeError(`a point of group ${bad}; there are groups 0 to ${groups - 1}`);
  return group;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

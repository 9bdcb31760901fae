import type { SolutionRows } from "../methods/method.ts";
import type { Mode } from "./posterior.ts";

/** Modes about which a law is taken as linear, at most. */
const MOST = 4;

/** Standard deviations within which a mode explains what a draw predicts. */
const REACH = 5;

/** Share of the draws from which those that no mode explains are about a mode of their own. */
const LEAST_SHARE = 0.05;

/**
 * The modes of the draws of a law: the fit, and a draw amid those that it does not explain, as long as they are more than a few.
 *
 * @param predictions of the targets by parameters
 * @param errorsAt their standard deviations by the law as it is linear about parameters
 */
export function modesOf(
  fit: Float64Array,
  { parameters, width, degenerate }: SolutionRows,
  predictions: (parameters: Float64Array) => number[],
  errorsAt: (parameters: Float64Array) => Float64Array,
): Mode[] {
  const draws = Array.from(degenerate.keys())
    .filter((r) => degenerate[r] === 0)
    .map((r) => {
      const own = parameters.subarray(r * width, (r + 1) * width);
      return { own, at: predictions(own) };
    })
    .filter(({ at }) => at.every(Number.isFinite));
  const modes: { parameters: Float64Array; at: number[]; errors: Float64Array }[] = [];
  const add = (own: Float64Array) =>
    modes.push({ parameters: own, at: predictions(own), errors: errorsAt(own) });
  const distance = (at: readonly number[], mode: (typeof modes)[number]): number =>
    at.reduce(
      (most, value, t) => Math.max(most, Math.abs(value - mode.at[t]!) / (mode.errors[t]! || 1e-300)),
      0,
    );
  add(fit);
  while (modes.length < MOST) {
    const left = draws.filter(({ at }) => modes.every((mode) => distance(at, mode) > REACH));
    if (left.length <= LEAST_SHARE * draws.length) break;
    add(left.toSorted((a, b) => a.at[0]! - b.at[0]!)[left.length >> 1]!.own);
  }
  const counts = new Float64Array(modes.length);
  for (const { at } of draws) {
    const distances = modes.map((mode) => distance(at, mode));
    counts[distances.indexOf(Math.min(...distances))]!++;
  }
  if (draws.length === 0) counts[0] = 1;
  const all = counts.reduce((sum, count) => sum + count, 0);
  return modes.flatMap((mode, k) =>
    counts[k] === 0 ? [] : [{ parameters: mode.parameters, weight: counts[k]! / all }],
  );
}

import { Matrix, SVD } from "ml-matrix";
import type { LinkPoints } from "../link-stage.ts";
import { scaleOf } from "./domain-form.ts";

/** Share of the largest singular value below which a direction is only rounding. */
const ROUNDING = 1e-10;

/** Share of the largest weight from which on a domain is named. */
const NAMED = 1e-3;

/**
 * Why the losses of several domains cannot tell their parts in the score: one is the same everywhere, or a linear
 * function of others. Of no more points than domains nothing is said of the latter.
 *
 * @param names one a domain, in the order of the inputs
 */
export function whyCollinear(points: readonly LinkPoints[], names: readonly string[]): string | undefined {
  const columns = names.map((_, k) => points.flatMap(({ x }) => [...x[k]!]));
  if (columns[0]!.length === 1)
    return "only one checkpoint is kept, which does not tell how the score follows the losses";
  const scaled = columns.map(standardise);
  const constant = scaled.indexOf(undefined);
  if (constant >= 0) {
    return `the loss of ${names[constant]} is ${columns[constant]![0]} at every checkpoint that is kept; leave it out of axis domains`;
  }
  if (names.length < 2 || columns[0]!.length <= names.length) return undefined;
  const { diagonal, rightSingularVectors } = new SVD(new Matrix(scaled as number[][]).transpose());
  const last = diagonal.length - 1;
  if (diagonal[last]! > ROUNDING * diagonal[0]!) return undefined;
  const weights = rightSingularVectors.getColumn(last).map(Math.abs);
  const most = Math.max(...weights);
  const involved = names.filter((_, k) => weights[k]! > NAMED * most);
  return (
    `the losses of ${involved.join(", ")} are linear functions of each other over the checkpoints that are kept; ` +
    "leave one out of axis domains, or take their mean: link average"
  );
}

/** Values less their mean over their standard deviation; undefined where they are all the same. */
function standardise(values: readonly number[]): number[] | undefined {
  const { centre, spread } = scaleOf(values);
  return spread > ROUNDING * Math.abs(centre) ? values.map((value) => (value - centre) / spread) : undefined;
}

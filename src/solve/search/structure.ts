import { startRangeOf } from "../pack.ts";
import { boundsOf, type Problem, type SolveOptions } from "../problem.ts";

/** Cells along each axis of a grid, by its number of axes (Cells of kernels/structure.hpp, as the other two). */
const cellsAlong = [1, 48, 12, 8, 5, 3];
const mostLinear = 8;
const mostStarts = 16;

/**
 * The largest number of starts from a problem's structure: 0 where its form has none that the kernels use, and for networks that are
 * trained.
 *
 * @param problem in the units that it is solved in
 */
export function mostStructured(problem: Problem): number {
  const { linearity } = problem.form;
  const linear = linearity.filter((how) => how !== undefined).length;
  const isUsed = linear > 0 && linear <= mostLinear && linearity.length - linear < cellsAlong.length;
  if (!isUsed || problem.training !== undefined) return 0;
  const { lower, upper } = boundsOf(problem);
  const range = startRangeOf(problem);
  const axes = linearity.filter(
    (how, p) =>
      how === undefined && Math.max(lower[p]!, range[p]!) < Math.min(upper[p]!, range[linearity.length + p]!),
  );
  return Math.min(mostStarts, cellsAlong[axes.length]! ** axes.length);
}

/** Starts from a problem's structure, beside the random ones. */
const usualStructured = 4;

/** The number of starts from a problem's structure; none where no random ones are wanted. @param problem in the units that it is solved in */
export function structuredStarts(
  problem: Problem,
  { starts = "auto" }: Pick<SolveOptions, "starts">,
): number {
  return starts === 0 ? 0 : Math.min(usualStructured, mostStructured(problem));
}

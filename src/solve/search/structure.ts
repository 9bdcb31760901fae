import type { KernelVariant } from "../kernel.ts";
import { startRangeOf } from "../pack.ts";
import { boundsOf, type Problem, type SolveOptions } from "../problem.ts";

/** Cells along each axis of a grid, by its number of axes (Cells of kernels/structure.hpp, as the other two). */
const cellsAlong = [1, 48, 16, 8, 5, 3];
const mostLinear = 8;
const mostStarts = 16;

/**
 * The largest number of starts from a problem's structure: 0 where its form has none that the kernels use, and for networks that are
 * trained.
 *
 * @param problem in the units that it is solved in
 */
export function mostStructured(problem: Problem): number {
  const axes = gridAxes(problem);
  return axes === undefined ? 0 : Math.min(mostStarts, cellsAlong[axes]! ** axes);
}

/** Whether a kernel has starts from the form's structure (has_structure of kernels/structure.hpp). */
export function hasStructure({
  form,
  training,
}: Pick<KernelVariant, "form"> & { training?: unknown }): boolean {
  if (form === undefined || training) return false;
  const { linearity } = form;
  const linear = linearity.filter((how) => how !== undefined).length;
  return linear > 0 && linear <= mostLinear && linearity.length - linear < cellsAlong.length;
}

/** Number of axes of a problem's grid; undefined where it has none. @param problem in the units that it is solved in */
export function gridAxes(problem: Problem): number | undefined {
  const { linearity } = problem.form;
  if (!hasStructure(problem)) return undefined;
  const { lower, upper } = boundsOf(problem);
  const range = startRangeOf(onGrid(problem));
  return linearity.filter(
    (how, p) =>
      how === undefined && Math.max(lower[p]!, range[p]!) < Math.min(upper[p]!, range[linearity.length + p]!),
  ).length;
}

/** The problem whose random starts are drawn from the intervals of its grid, which is laid over those. */
export function onGrid(problem: Problem): Problem {
  return problem.gridRange === undefined ? problem : { ...problem, startRange: problem.gridRange };
}

/** Starts from a problem's structure, beside the random ones; where the grid goes beyond these, there are more minima to tell apart. */
const usualStructured = 4;
const beyondRandom = 8;

/** The number of starts from a problem's structure; none where no random ones are wanted, or there are too many points. @param problem in the units that it is solved in */
export function structuredStarts(
  problem: Problem,
  { starts = "auto", structuredPoints = Infinity }: Pick<SolveOptions, "starts" | "structuredPoints">,
): number {
  const axes = gridAxes(problem);
  // A grid along a line takes as long as a fit.
  const isLine = axes !== undefined && axes <= 1;
  if (starts === 0 || (problem.response.length > structuredPoints && !isLine)) return 0;
  const isBeyond = problem.gridRange !== undefined && problem.response.length <= structuredPoints;
  return Math.min(isBeyond ? beyondRandom : usualStructured, mostStructured(problem));
}

import { agreeingObjective, roundingNoise } from "../objective.ts";
import { hasConverged, type Problem, type Solution, type SolveOptions, terminations } from "../problem.ts";
import { gridAxes } from "./structure.ts";

/** Random starts of the first round; every further round doubles their number. */
const firstRound = 8;

/** Most random starts of a problem under `auto`. */
export const mostStarts = 4096;

/** The same for forms of many parameters, such as networks, whose fits take long and have minima without number. */
const mostOfMany = { parameters: 16, starts: 256 } as const;

/** Random starts of a trained problem: the best of many networks is only the one that follows the noise most closely. */
export const trainedStarts = 16;

/**
 * Random starts before which agreement does not end the search where the best is doubtful, because others that agree with it may
 * lie on the same plateau: its search did not converge, or it ended in a flat valley. After as many, ends that did not converge count
 * too, and a best that no random start reached is taken as it is.
 */
const doubtfulStarts = 64;

/**
 * The same where a fine grid lies over all that the form is not linear in: beside the ends of random starts, its best cells speak. Not on
 * a plateau, where all of these may agree at the nearest corner, and a proper minimum beside it is lower.
 */
const doubtfulOnGrid = { axes: 2, starts: 16 } as const;

/**
 * Iterations times points after which a doubtful search ends too: more starts of many points that crawl along plateaus take seconds a
 * problem. The share that agreed says what was left open.
 */
const mostWork = 3e7;

/** Chance of missing the best minimum at which the starts are enough. */
const missed = 1e-6;

/** The same for the starts of a replicate, of which the fit of the data is one. */
const missedByReplicate = 1e-3;

/** Most random starts of a replicate under `auto`. */
const mostFresh = 15;

/** The ends of the starts of a problem, as far as they are solved: the random ones follow the others. */
export interface Ends {
  objective: Float64Array;
  /** Index into `terminations`. */
  termination: Uint8Array;
  /** Number of those that are not random: given ones, and those from the form's structure. */
  others: number;
  /** Iterations of all of them. */
  totalIterations: number;
}

/** Whether a search came to an end by itself, and not for want of iterations or of a step that helps. */
function isConverged(termination: number): boolean {
  return hasConverged(terminations[termination]!);
}

/**
 * Starts after which a minimum is missed with a chance below 1e-6, when `met` of `made` starts have led to it: its share is taken for
 * met/(made + 1), so that few starts never count as sure. Infinity where none met it.
 */
export function startsToMeet(met: number, made: number): number {
  return Math.ceil(Math.log(missed) / Math.log1p(-met / (made + 1)));
}

/** Random starts of the first round of a problem. */
export function firstStarts(
  { training }: Problem,
  { starts = "auto" }: Pick<SolveOptions, "starts">,
): number {
  return starts !== "auto" ? starts : training ? trainedStarts : firstRound;
}

/** The share of the starts of a problem that agree, as it most often is: what is planned with while nothing is solved. */
export const usualAgreement = 0.9;

/** Random starts of a problem as it most often needs them, under `auto`. */
export function usualStarts(problem: Problem, starts: number | "auto"): number {
  return starts !== "auto" ? starts : problem.training ? trainedStarts : 2 * firstRound;
}

/** Most random starts that a problem can get. */
export function mostStartsOf(
  problem: Pick<Problem, "form" | "training">,
  starts: SolveOptions["starts"] = "auto",
): number {
  if (starts !== "auto") return starts;
  if (problem.training) return trainedStarts;
  return problem.form.parameterNames.length > mostOfMany.parameters ? mostOfMany.starts : mostStarts;
}

/**
 * How many more random starts a problem needs under `auto`; 0 where it has enough. With k of n random starts that converged to the
 * best minimum, its share is taken for k/(n + 1), so that few starts never count as sure, and they are enough when all n would have
 * missed a minimum of that share with a chance below 1e-6. An exact fit is enough by itself.
 *
 * @param problem in the solver's units
 * @param best the lowest objective, or the lower one that polishing reached, and how its search ended
 * @param isFlat whether the best lies in a flat valley or on a plateau, as far as that is known
 * @param isPlateau whether it lies on a plateau
 */
export function missingStarts(
  problem: Problem,
  { objective, termination, others, totalIterations }: Ends,
  best: { objective: number; termination: number },
  isFlat: boolean,
  isPlateau = false,
): number {
  const random = objective.length - others;
  const more = Math.min(random, mostStartsOf(problem) - random);
  if (more <= 0 || best.objective <= roundingNoise(problem)) return 0;
  const axes = others > 0 && !isPlateau ? gridAxes(problem) : undefined;
  const isGridded = axes !== undefined && axes <= doubtfulOnGrid.axes;
  const isMany = random >= (isGridded ? doubtfulOnGrid.starts : doubtfulStarts);
  if (!isMany && (isFlat || !isConverged(best.termination))) return more;
  const limit = agreeingObjective(problem, best.objective);
  let met = 0;
  for (let i = others; i < objective.length; ++i) {
    if (objective[i]! <= limit && (isMany || isConverged(termination[i]!))) ++met;
  }
  if (isMany && totalIterations * problem.response.length > mostWork) return 0;
  if (random >= doubtfulStarts && met === 0 && others > 0) return 0;
  return random >= startsToMeet(met, random) ? 0 : more;
}

/**
 * Random starts of each replicate of a fit under `auto`, beside the fit of the data: together as many as miss a minimum of its share
 * with a chance below 1e-3, so none where all its starts agree; for a trained problem as many as the fit itself had, because the
 * best of many networks is not comparable with the best of few.
 */
export function freshStartsOf(
  wanted: number | "auto",
  { training }: Pick<Problem, "training">,
  { starts, startAgreement }: Pick<Solution, "starts" | "startAgreement">,
): number {
  if (wanted !== "auto") return wanted;
  if (training) return starts - 1;
  if (startAgreement === 0) return mostFresh;
  const enough = Math.ceil(Math.log(missedByReplicate) / Math.log(1 - startAgreement));
  return Math.max(0, Math.min(mostFresh, enough - 1));
}

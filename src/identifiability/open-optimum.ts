import { quantityOf } from "../forms/quantity.ts";
import { boundsOf, type Problem } from "../solve/problem.ts";
import { unvariedInputs } from "../solve/unvaried-inputs.ts";
import { blindDirections, STATED_SHARE } from "./determined.ts";
import { type Fit, standingAs, standings } from "./fit.ts";
import { linearise } from "./linearise.ts";

/** Model size and tokens. */
interface Place {
  n: number;
  d: number;
}

/** A quantity of the best use of a budget by a fitted law: its size, its loss. */
export interface OfOptimum {
  /** The best sizes that it follows from; where the law has none, the largest run. */
  places: readonly Place[];
  /** The law's inputs, in the form's order. */
  inputsAt(n: number, d: number): readonly number[];
  /** Its value at other parameters; NaN where it has none. */
  valueAt(parameters: Float64Array): number;
}

/** Says why the points of a fit do not determine a quantity of an optimum; undefined where they do. */
export type OptimumJudge = (asked: OfOptimum) => string | undefined;

/** A size beside the best one on the same budget is this many times as large. */
const BESIDE = 2;

/** Step along a direction that no point sees, as a share of a parameter's size. */
const STEP = 1e-3;

/**
 * Judges quantities of optima by one fit. An optimum is where no size beside it on the budget is better: what does not vary over the points and
 * is another there leaves it open, as does a direction of the parameters that no point sees and that moves the quantity.
 */
export function optimumJudge(fit: Fit): OptimumJudge {
  const { problem, parameters } = fit;
  const unvaried = unvariedInputs(problem);
  const blind = blindOf(fit);
  return ({ places, inputsAt, valueAt }) => {
    const beside = places.flatMap(({ n, d }) => [inputsAt(n, d), inputsAt(n * BESIDE, d / BESIDE)]);
    const open = unvaried.find(({ isShared }) => !beside.every((inputs) => isShared(inputs)));
    if (open !== undefined) {
      return `not determined by the data: ${open.text} and sizes beside the best one have not: runs that vary it would determine the best`;
    }
    const moving = blind.find((step) => moves(problem, parameters, step, valueAt));
    if (moving === undefined) return undefined;
    const { parameterNames, record } = problem.form;
    const names = parameterNames.flatMap((name, p) =>
      moving[p] === 0 ? [] : quantityOf(name, record.parameters[name]!),
    );
    return `not determined by the data: other ${names.join(", ")} fit as well and say another: runs of more sizes and tokens would tell`;
  };
}

/** Directions that no point sees, the largest change of a parameter being `STEP` of its size. */
function blindOf(fit: Fit): Float64Array[] {
  const linear = linearise(fit);
  if ("reason" in linear) return [];
  const movable = standingAs(standings(fit), "free", "at-bound");
  return blindDirections(linear, movable).map((step) => {
    const shares = step.map((by, p) => Math.abs(by) / Math.max(Math.abs(fit.parameters[p]!), 1));
    const most = Math.max(...shares);
    // What is a millionth of the largest change is rounding.
    return step.map((by, p) => (shares[p]! > 1e-6 * most ? (STEP * by) / most : 0));
  });
}

/** Whether a direction moves a quantity by more than the stated share while a parameter changes by its size. */
function moves(
  problem: Problem,
  parameters: Float64Array,
  step: Float64Array,
  valueAt: OfOptimum["valueAt"],
): boolean {
  const { lower, upper } = boundsOf(problem);
  const value = valueAt(parameters);
  return [1, -1].some((sign) => {
    const there = parameters.map((at, p) => Math.min(Math.max(at + sign * step[p]!, lower[p]!), upper[p]!));
    return Math.abs(valueAt(there) - value) > STATED_SHARE * STEP * Math.abs(value);
  });
}

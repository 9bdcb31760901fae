import { getOrInsert } from "../collections.ts";
import { quantityOf } from "../forms/quantity.ts";
import { studentQuantile } from "../intervals/distributions.ts";
import { boundsOf, type Problem } from "../solve/problem.ts";
import { unvariedInputs } from "../solve/unvaried-inputs.ts";
import { blindDirections, STATED_SHARE } from "./determined.ts";
import { type Fit, standingAs, standings, type Unknown } from "./fit.ts";
import { type LinearFit, linearise } from "./linearise.ts";
import { type Mirrored, mirroredFit, TELLING_LEVEL } from "./mirrored-fit.ts";
import { standardErrorsOfPredictions } from "./prediction-error.ts";
import { type Spread, sandwich } from "./spread.ts";

/** An optimum of a law. */
interface Place {
  /** The law's inputs there, in the form's order, and at a size beside it on the budget. */
  at: readonly number[];
  beside: readonly number[];
  /** Its size at other parameters; NaN where there is none. */
  sizeAt(parameters: Float64Array): number;
}

/** A quantity that follows from the parameters of a law: the size of a best model, its loss. */
export interface OfOptimum {
  /** Each optimum that it follows from (`placeOf`); where the law has none, the largest run. Empty for what follows from no optimum. */
  places: readonly Place[];
  /** Its value at other parameters; NaN where it has none. */
  valueAt(parameters: Float64Array): number;
}

/** @param inputsAt inputs of the law at a size */
export const placeOf = (
  inputsAt: (n: number, d: number) => number[],
  { n, d }: { n: number; d: number },
  sizeAt: Place["sizeAt"],
): Place => ({ at: inputsAt(n, d), beside: inputsAt(n * BESIDE, d / BESIDE), sizeAt });

/** Says why the points of a fit do not determine a quantity of an optimum; undefined where they do. */
export type OptimumJudge = (asked: OfOptimum) => string | undefined;

/** A size beside the best one on the same budget is this many times as large. */
const BESIDE = 2;

/** Changes up to this share are rounding. */
const ROUNDING = 1e-9;

/** Step along a direction that no point sees, as a share of a parameter's size. */
const STEP = 1e-3;

/** A fit, and the error of its parameters, its points taken as independent. */
interface JudgedFit extends Fit {
  byPoints: () => Spread | Unknown;
}

/**
 * Judges quantities of optima by one fit. An optimum is where no size beside it on the budget is better: what does not vary over the points and
 * is another there leaves it open, as does a direction of the parameters that no point sees and that moves the quantity.
 *
 * @param linear the fit, linearised
 * @param byPoints its sandwich, points taken as independent
 */
export function optimumJudge(
  { problem, parameters, runs }: Fit,
  linear: LinearFit | Unknown = linearise({ problem, parameters, runs }),
  byPoints = () => ("reason" in linear ? linear : sandwich(linear, "points")),
): OptimumJudge {
  const unvaried = unvariedInputs(problem);
  const blind = blindOf(linear);
  const fit: JudgedFit = { problem, parameters, runs, byPoints };
  const fits = new Map<string, Mirrored | undefined>();
  const mirroredAlong = (direction: readonly number[]) =>
    getOrInsert(fits, direction.join(), () =>
      "reason" in linear ? undefined : mirroredFit(linear, direction),
    );
  const mirroredBy = ({ places, valueAt }: OfOptimum): Mirrored | undefined => {
    for (const place of places) {
      const mirrored = mirroredAlong(directionOf(place));
      if (mirrored !== undefined && isElsewhere(fit, mirrored, place)) return mirrored;
    }
    if (places.length > 0) return undefined;
    for (const direction of apartOf(problem.variables.length)) {
      const mirrored = tellsApart(fit, direction, valueAt) ? mirroredAlong(direction) : undefined;
      if (mirrored !== undefined && isSteeper(fit, mirrored, direction)) return mirrored;
    }
    return undefined;
  };
  return (asked) => {
    const { places, valueAt } = asked;
    const beside = places.flatMap((place) => [place.at, place.beside]);
    const open = unvaried.find(({ isShared }) => !beside.every((inputs) => isShared(inputs)));
    if (open !== undefined) {
      return `not determined by the data: ${open.text} and sizes beside the best one have not: runs that vary it would determine the best`;
    }
    const moving = blind.find((step) => moves(problem, parameters, step, valueAt));
    if (moving === undefined) {
      const mirrored = mirroredBy(asked);
      return (
        mirrored && `not determined by the data: ${mirrored.text}: runs farther from the curve would tell`
      );
    }
    const { parameterNames, record } = problem.form;
    const names = parameterNames.flatMap((name, p) =>
      moving[p] === 0 ? [] : quantityOf(name, record.parameters[name]!),
    );
    return `not determined by the data: other ${names.join(", ")} fit as well and say another: runs of more sizes and tokens would tell`;
  };
}

/** Change of the logarithm of each input from a place to the one beside it. */
const directionOf = ({ at, beside }: Place): number[] =>
  at.map((value, v) => Math.log(beside[v]! / value) || 0);

/** Whether the optimum of a mirrored law lies beyond the error of that of the fit. */
function isElsewhere(fit: JudgedFit, mirrored: Mirrored, place: Place): boolean {
  const [error] = errorsOf(fit, (moved) => [Math.log(place.sizeAt(moved))]);
  // The place of the law before it is mirrored, on the same budget.
  const lengths =
    Math.log(place.sizeAt(mirrored.parameters) / place.sizeAt(fit.parameters)) / Math.log(BESIDE);
  const direction = directionOf(place);
  const there = place.at.map((value, v) => value * Math.exp(lengths * direction[v]!));
  const apart = mirrored.departureOf(place.at) + mirrored.departureOf(there);
  return !(Math.abs(apart) * Math.log(BESIDE) <= error!);
}

/** Points at which slopes are compared. */
const SLOPES = 5;

/** Whether a mirrored law has other slopes along a direction, beyond the errors of those of the fit. */
function isSteeper(fit: JudgedFit, mirrored: Mirrored, direction: readonly number[]): boolean {
  const { form, variables, response } = fit.problem;
  const moved = (inputs: readonly number[], by: number): number[] =>
    inputs.map((x, v) => x * Math.exp(by * direction[v]!));
  const slopeAt = (parameters: Float64Array, inputs: readonly number[]): number =>
    (form.value(parameters, moved(inputs, STEP)) - form.value(parameters, moved(inputs, -STEP))) / STEP;
  const points = Array.from({ length: SLOPES }, (_, k) => {
    const i = Math.round((k * (response.length - 1)) / (SLOPES - 1));
    const inputs = variables.map((values) => values[i]!);
    return moved(inputs, -mirrored.departureOf(inputs));
  });
  const errors = errorsOf(fit, (parameters) => points.map((inputs) => slopeAt(parameters, inputs)));
  return points.some((inputs, k) => {
    const apart = slopeAt(fit.parameters, inputs) + slopeAt(mirrored.parameters, inputs);
    return !(Math.abs(apart) <= errors[k]!);
  });
}

/** Half the intervals of numbers that follow from the parameters; 0 where they are not known. */
function errorsOf(
  { parameters, byPoints }: JudgedFit,
  numbersOf: (parameters: Float64Array) => number[],
): number[] {
  const errors = standardErrorsOfPredictions(([moved]) => numbersOf(moved!), [parameters], [byPoints()]);
  return errors.map((error) =>
    "reason" in error ? 0 : error.standardError * studentQuantile((1 + TELLING_LEVEL) / 2, error.freedom),
  );
}

/** Directions in which one of two inputs grows and the other falls. */
function apartOf(inputs: number): number[][] {
  const all = Array.from({ length: inputs }, (_, v) => v);
  return all.flatMap((b) => all.slice(0, b).map((a) => all.map((v) => Number(v === a) - Number(v === b))));
}

/** Whether a quantity follows from parameters by whose terms inputs differ that move in a direction. */
function tellsApart(
  { problem: { form, variables }, parameters }: Fit,
  direction: readonly number[],
  valueAt: OfOptimum["valueAt"],
): boolean {
  const there = variables.map((values) => values[values.length >> 1]!);
  const moved = there.map((x, v) => x * BESIDE ** direction[v]!);
  const [before, after] = [there, moved].map((inputs) => {
    const gradient = new Float64Array(parameters.length);
    form.gradient(parameters, inputs, gradient);
    return gradient;
  });
  const value = valueAt(parameters);
  return parameters.some((own, p) => {
    if (Math.abs(after![p]! - before![p]!) <= ROUNDING * Math.abs(before![p]!)) return false;
    const other = valueAt(parameters.with(p, own + STEP * Math.max(Math.abs(own), STEP)));
    return Math.abs(other - value) > ROUNDING * Math.abs(value);
  });
}

/** Directions that no point sees, the largest change of a parameter being `STEP` of its size. */
function blindOf(linear: LinearFit | Unknown): Float64Array[] {
  if ("reason" in linear) return [];
  const movable = standingAs(standings(linear), "free", "at-bound");
  return blindDirections(linear, movable).map((step) => {
    const shares = step.map((by, p) => Math.abs(by) / Math.max(Math.abs(linear.parameters[p]!), 1));
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

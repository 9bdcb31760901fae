import { inUnitOfResponse } from "../solve/loss.ts";
import { objectiveOf } from "../solve/objective.ts";
import { boundsOf, type Problem, type Solution } from "../solve/problem.ts";
import { type Unvaried, unvariedInputs } from "../solve/unvaried-inputs.ts";
import { divide, dot } from "./columns.ts";
import { singular, weightedColumns } from "./curvature-root.ts";
import { type Fit, standingAs, standings, type Unknown } from "./fit.ts";
import { influenceVariance, type LinearFit, linearise, meanSlope } from "./linearise.ts";
import { type PredictRows, type Probes, probesOf, rowAfterRow, slopesAlong } from "./probes.ts";
import { valleysOf } from "./valley.ts";

/** Whether the data determine a prediction; if not, what leaves it open. */
export type Determined = "yes" | "outside" | "seed" | "flat" | "bound";

/** Of a prediction: whether it is determined, and a sentence that says why not and what would help. */
export interface Verdict {
  determined: Determined;
  /** Empty where it is. */
  reason: string;
}

/**
 * The stated share: a prediction that moves by more of itself, while the objective rises by less than its own noise, is not
 * determined.
 */
export const STATED_SHARE = 0.1;

/** Singular values below this, relative to the largest, are nothing but rounding: the points do not vary there. */
const ROUNDING = 1e-10;

/** Noise of residuals is taken as at least this share of the response: what is below is rounding. */
const LEAST_NOISE = 1e-9;

/** What helps where no direction of the inputs is missing. */
const CURE = "more runs, a nearer target or a form of fewer parameters";

/** A witness moves the prediction by so many times the stated share. */
const BEYOND = 1.2;

/** A solved stage. */
export interface SolvedStage extends Fit {
  problem: Problem;
  solution: Solution;
}

/** The directions of a fit's parameters in which it may move. */
export interface FitFreedom {
  /** Directions that change no fitted value, of all parameters that are not fixed. */
  blind: readonly Float64Array[];
  /**
   * Steps that raise the objective by its noise, one a direction that the points see: of the free parameters, and of those with
   * the ones on a bound, which may leave it.
   */
  noisy: readonly (readonly Float64Array[])[];
  /** For each bound that holds a parameter and is not the form's own: the step to the minimum without it, and its name. */
  released: readonly { step: Float64Array; bound: string }[];
  /** The objective, worked out here as at other parameters, and the rise that is its own noise. */
  objective: number;
  noise: number;
  /** Parameters far from the fit whose objective is the same within the noise. */
  far: readonly Float64Array[];
  /** Where the fit goes through all its points, so that nothing is known of its noise, how many points and free parameters. */
  exact: { points: number; free: number } | undefined;
}

/**
 * In which directions a fit may move. Of a fit that is not a minimum, such as a trained network, nothing is known but where its other
 * starts ended.
 */
export function freedomOf(stage: SolvedStage, linear: LinearFit | Unknown = linearise(stage)): FitFreedom {
  const { problem } = stage;
  if ("reason" in linear) {
    const none = { blind: [], noisy: [], released: [], far: [] };
    const [points, free] = [problem.response.length, stage.parameters.length];
    const exact = points > free ? undefined : { points, free };
    return { ...none, exact, objective: stage.solution.objective, noise: 0 };
  }
  const all = standings(stage);
  const free = standingAs(all, "free");
  const mean = meanSize(problem.response);
  const ofResidual = inUnitOfResponse(problem.residual) ? mean : 1;
  // What rounding leaves of a residual, in units of the smallest sigma.
  const floor =
    LEAST_NOISE * (problem.sigma === undefined ? ofResidual : ofResidual / leastOf(problem.sigma));
  const left = Math.max(1, linear.points - free.length);
  const slope = meanSlope(linear);
  const spread = Math.max(Math.sqrt(influenceVariance(linear, left)) / slope, floor);
  // A parameter on a bound may leave it.
  const movable = standingAs(all, "free", "at-bound");
  const { blind, seen } = directions(linear, movable);
  const seenBy = all.includes("at-bound") ? [directions(linear, free).seen, seen] : [seen];
  const noisy = seenBy.map((steps) => steps.map(({ value, step }) => step.map((x) => (x * spread) / value)));
  const objective = objectiveOf(problem, stage.parameters);
  const noise = (slope * spread * spread) / 2;
  const valleys = valleysOf(stage, movable, objective + noise);
  return {
    blind,
    noisy,
    released: standingAs(all, "at-bound").flatMap((p) => releasedStep(linear, slope, free, p) ?? []),
    objective,
    noise,
    far: [
      ...farEnds(stage, noisy.flat(), objective + noise),
      ...[...noisy.at(-1)!, ...blind.map((step) => atSize(step, stage.parameters))].flatMap((step) =>
        valleys.ends(step),
      ),
      ...valleys.regained(),
    ],
    exact:
      linear.points + linear.priors.length > free.length
        ? undefined
        : { points: linear.points, free: free.length },
  };
}

function leastOf(values: Float64Array): number {
  return values.reduce((least, value) => Math.min(least, value));
}

function meanSize(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.abs(values[i]!);
  return sum / values.length;
}

/** Directions of some parameters that move no residual. */
export const blindDirections = (linear: LinearFit, parameters: readonly number[]): readonly Float64Array[] =>
  directions(linear, parameters).blind;

/** Directions of some parameters by how much they move the residuals; those that do not move them apart. */
function directions(
  linear: LinearFit,
  parameters: readonly number[],
): { blind: Float64Array[]; seen: { value: number; step: Float64Array }[] } {
  const columns = weightedColumns(linear, parameters, linear.weights);
  const lengths = columns.map((column) => Math.sqrt(dot(column, column)));
  const moving = parameters.flatMap((_, c) => (lengths[c]! > 0 ? [c] : []));
  if (moving.length === 0) return { blind: [], seen: [] };
  for (const c of moving) divide(columns[c]!, lengths[c]!);
  const { values, right } = singular(moving.map((c) => columns[c]!));
  const blind: Float64Array[] = [];
  const seen: { value: number; step: Float64Array }[] = [];
  values.forEach((value, k) => {
    const step = new Float64Array(linear.parameters.length);
    moving.forEach((c, j) => {
      step[parameters[c]!] = right.get(j, k) / lengths[c]!;
    });
    if (value > ROUNDING * values[0]!) seen.push({ value, step });
    else blind.push(step);
  });
  return { blind, seen };
}

/** The step to the minimum if a parameter were free too; undefined where its bound is the form's own or holds nothing. */
function releasedStep(
  linear: LinearFit,
  slope: number,
  free: readonly number[],
  held: number,
): { step: Float64Array; bound: string } | undefined {
  const { problem, parameters, influence, weights, design } = linear;
  const { form } = problem;
  const { lower, upper } = boundsOf(problem);
  const isLower = parameters[held]! <= lower[held]!;
  const [own, given] = isLower ? [form.lower[held]!, lower[held]!] : [form.upper[held]!, upper[held]!];
  if (own === given) return undefined;
  const width = parameters.length;
  const step = new Float64Array(width);
  for (const { value, step: direction } of directions(linear, [...free, held]).seen) {
    const points = influence.length;
    let pull = 0;
    for (let i = 0; i < points; i++) {
      let along = 0;
      for (let p = 0; p < width; p++) along += design[p * points + i]! * direction[p]!;
      pull += weights[i]! * influence[i]! * along;
    }
    for (const { parameter, residual, slope: own } of linear.priors)
      pull += residual * own * direction[parameter]!;
    for (let p = 0; p < width; p++) step[p]! -= (pull / (slope * value * value)) * direction[p]!;
  }
  if (isLower ? step[held]! >= 0 : step[held]! <= 0) return undefined;
  return { step, bound: `${form.parameterNames[held]} ${isLower ? ">=" : "<="} ${given}` };
}

/** A solved stage, what its points leave open, and what of its inputs does not vary. */
export interface JudgedStage {
  stage: SolvedStage;
  freedom: FitFreedom;
  unvaried: readonly Unvaried[];
  probes: Probes;
}

export function judgedStage(stage: SolvedStage, freedom = freedomOf(stage)): JudgedStage {
  return { stage, freedom, unvaried: unvariedInputs(stage.problem), probes: probesOf(stage, freedom) };
}

/**
 * Whether the data determine predictions. A verdict other than `yes` has a witness: other parameters of one stage, at which the
 * objective is the same within its noise and the prediction is another by more than the stated share. So parameters that
 * are not determined but leave the prediction alone do not count.
 *
 * @param predict predictions from the parameters of one stage, the others as they are
 * @param inputs inputs of the stage for each prediction, where they are known before anything is fitted: sizes of targets
 * @param predictRows the same numbers as `predict` for many rows of parameters. @default `predict`, row after row
 * @returns one for each prediction
 */
export function judgePredictions(
  { stage, freedom, unvaried, probes }: JudgedStage,
  predict: (parameters: Float64Array) => ArrayLike<number>,
  inputs: readonly (readonly number[] | undefined)[] = [],
  predictRows: PredictRows = rowAfterRow(predict, stage.parameters.length),
): Verdict[] {
  const { blind, noisy, released, objective, noise, exact } = freedom;
  const { parameters, problem, solution } = stage;

  return predictRows(probes.rows, probes.count).map((values, k): Verdict => {
    const value = values[0]!;
    if (!Number.isFinite(value)) return { determined: "yes", reason: "" };
    const limit = STATED_SHARE * Math.abs(value);
    const isOther = (there: number): boolean => Math.abs(values[there]! - value) > limit;
    const blindSlopes = slopesAlong(values, probes.blind);
    const isBlind = isWitnessed(k, value, along(blind, blindSlopes), lengthOf(blindSlopes));
    const otherAt = probes.others.find((there) => !(Math.abs(values[there]! - value) <= limit));
    const other = otherAt === undefined ? undefined : values[otherAt]!;
    const noisySlopes = probes.noisy.map((steps) => slopesAlong(values, steps));
    const isFlat =
      isBlind ||
      // Within the noise a parameter may be anywhere: what is linear at the fit says nothing of the other end.
      probes.far.some(isOther) ||
      noisySlopes.some((slopes, s) => {
        const moved = lengthOf(slopes);
        return moved > limit && isWitnessed(k, value, along(noisy[s]!, slopes), moved);
      });
    const input = inputs[k];
    const outside =
      input === undefined
        ? isFlat || other !== undefined
          ? unvaried[0]
          : undefined
        : unvaried.find(({ isShared }) => !isShared(input));
    if (outside !== undefined) return outsideVerdict(outside);
    if (other !== undefined) {
      const both = `${short(value)} and ${short(other)}`;
      return {
        determined: "seed",
        reason: `starts that end at the same objective predict ${both}: ${CURE} would tell`,
      };
    }
    if (isFlat) return { determined: "flat", reason: flatReason() };
    const mayMove = noisySlopes.length === 0 || noisySlopes.some((slopes) => lengthOf(slopes) > 0);
    if (exact !== undefined && mayMove) {
      return {
        determined: "flat",
        reason: `${exact.points} points for ${exact.free} free parameters: the fit can go through all of them, and nothing is known of its noise`,
      };
    }
    const releasedSlopes = slopesAlong(values, probes.released);
    const bound = releasedSlopes.findIndex((change) => Math.abs(change) > limit);
    if (bound >= 0) {
      return {
        determined: "bound",
        reason: `the bound ${released[bound]!.bound} holds it: without the bound it would be about ${short(value + releasedSlopes[bound]!)}`,
      };
    }
    return { determined: "yes", reason: "" };
  });

  /** Whether parameters along a direction have the same objective and predict something else. */
  function isWitnessed(k: number, base: number, direction: Float64Array, move: number): boolean {
    if (!(move > 0)) return false;
    const limit = STATED_SHARE * Math.abs(base);
    // Whatever the rounding of the sum and of the difference.
    const surelyMore = (objective + noise) * (1 + 1e-12);
    const { lower, upper } = boundsOf(problem);
    for (const times of [1, 3, 10]) {
      const by = (times * BEYOND * limit) / move;
      let isWithin = false;
      for (const sign of [1, -1]) {
        const there = parameters.map((value, p) =>
          Math.min(Math.max(value + sign * by * direction[p]!, lower[p]!), upper[p]!),
        );
        // Where the form is not finite there is no objective.
        if (!(objectiveOf(problem, there, surelyMore) - objective <= noise)) continue;
        isWithin = true;
        if (Math.abs(predict(there)[k]! - base) > limit) return true;
      }
      if (!isWithin) return false;
    }
    return false;
  }

  function flatReason(): string {
    const { flatDirection } = solution;
    const named = flatDirection.length > 0 ? ` (${flatDirection.join(", ")})` : "";
    return (
      `other parameters${named} fit as well within the noise and change the prediction by more than ` +
      `${100 * STATED_SHARE} %: ${CURE} would tell`
    );
  }
}

/** A direction that no point sees, as a step that changes some parameter by four times its size. */
function atSize(step: Float64Array, parameters: Float64Array): Float64Array {
  const most = step.reduce(
    (largest, by, p) => Math.max(largest, Math.abs(by) / Math.max(Math.abs(parameters[p]!), 1)),
    0,
  );
  return step.map((by) => (4 * by) / most);
}

/** The verdict on a prediction for what does not vary over the points and is another at the target. */
export function outsideVerdict({ text }: Unvaried): Verdict {
  const cure = "runs that vary it, or a target that shares it, would determine the prediction";
  return { determined: "outside", reason: `${text} and the target has not: ${cure}` };
}

/** Shares of the way to a bound at which a direction that leads there is looked at: a bound itself may be out of the noise. */
const TOWARDS_BOUND = [0.9, 0.99, 0.999, 0.9999];

/**
 * Parameters far from the fit whose objective is the same within its noise, along the directions in which some parameter may change
 * by more than its own size.
 */
function farEnds(
  { problem, parameters }: SolvedStage,
  steps: readonly Float64Array[],
  most: number,
): Float64Array[] {
  const { lower, upper } = boundsOf(problem);
  return steps.flatMap((step) => {
    if (!step.some((by, p) => Math.abs(by) > Math.max(Math.abs(parameters[p]!), 1))) return [];
    return [1, -1].flatMap((sign) => {
      let toBound = Number.POSITIVE_INFINITY;
      step.forEach((by, p) => {
        const end = sign * by > 0 ? upper[p]! : lower[p]!;
        if (by !== 0) toBound = Math.min(toBound, (end - parameters[p]!) / (sign * by));
      });
      const parts = toBound < 1 ? TOWARDS_BOUND.map((share) => share * toBound) : [1];
      return parts
        .map((part) => parameters.map((value, p) => value + sign * part * step[p]!))
        .filter((there) => objectiveOf(problem, there, most) <= most);
    });
  });
}

/** The unit direction, in steps, in which one prediction moves most. */
function along(steps: readonly Float64Array[], slopes: readonly number[]): Float64Array {
  const length = lengthOf(slopes) || 1;
  const direction = new Float64Array(steps[0]?.length ?? 0);
  steps.forEach((step, s) => {
    for (let p = 0; p < direction.length; p++) direction[p]! += (slopes[s]! / length) * step[p]!;
  });
  return direction;
}

const lengthOf = (slopes: readonly number[]): number => Math.hypot(...slopes);

const short = (value: number): string => String(Number(value.toPrecision(4)));

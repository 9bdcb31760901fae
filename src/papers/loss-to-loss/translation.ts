import type { Form } from "../../forms/form.ts";
import { boundsFor } from "../../methods/bounds.ts";
import type { Posed, Stage } from "../../methods/method.ts";
import { sideBySide } from "../../methods/stages.ts";
import type { Problem } from "../../solve/problem.ts";
import { mean } from "../../statistics.ts";
import type { LossToLossRecipe } from "./choices.ts";
import { type Pairs, smallestLoss, usablePairs, whyTooFew } from "./pairs.ts";

/** A shifted power law between two losses (Brandfonbrener et al., 2024, equations 4 and 5), to be fitted. */
export interface Translation {
  name: string;
  /** The source loss in words: `hellaswag on fineweb`. */
  from: string;
  to: string;
  pairs: Pairs;
  /** Places in the plan of the laws that E0 and E1 are taken from; undefined where they are fitted. */
  sourceLaw: number | undefined;
  destinationLaw: number | undefined;
  /** Name under which a run is resampled. */
  drawnAs(run: string): string;
}

/** A fitted translation, L1 = K (L0 - E0)^kappa + E1. */
export interface TranslationFit {
  kappa: number;
  K: number;
  E0: number;
  E1: number;
}

/** Whether residuals are of ln(L1 - E1), which needs an E1 that is not fitted. */
function isShifted({ residual }: LossToLossRecipe, { destinationLaw }: Translation): boolean {
  return residual === "shifted-log" && destinationLaw !== undefined;
}

/** The regression of a translation; it waits for the laws whose E0 and E1 it takes. */
export function planTranslation(translation: Translation, recipe: LossToLossRecipe): Stage {
  const { name, from, to, sourceLaw, destinationLaw } = translation;
  const identity = { name, subject: `${from} to ${to}` };
  const after = [sourceLaw, destinationLaw].filter((place) => place !== undefined);
  const pose = (parameters: readonly Float64Array[]): Posed => {
    const [E0, E1] = offsetsOf(translation, recipe, (place) => parameters[after.indexOf(place)]!);
    return poseTranslation(translation, recipe, E0, E1);
  };
  if (after.length === 0) return { ...identity, ...pose([]) };
  return { ...identity, posing: { after, form: recipe.translation, pose } };
}

/** E0 and E1 as the laws give them; undefined where they are fitted. */
function offsetsOf(
  { sourceLaw, destinationLaw }: Translation,
  { law }: LossToLossRecipe,
  parametersAt: (place: number) => Float64Array,
): [E0: number | undefined, E1: number | undefined] {
  const of = (place: number | undefined) =>
    place === undefined ? undefined : irreducibleLoss(law, parametersAt(place));
  return [of(sourceLaw), of(destinationLaw)];
}

/** E of a fitted law; 0 of a form without one. */
function irreducibleLoss(law: Form, parameters: Float64Array): number {
  const place = law.parameterNames.indexOf("E");
  return place < 0 ? 0 : parameters[place]!;
}

function poseTranslation(
  translation: Translation,
  recipe: LossToLossRecipe,
  E0: number | undefined,
  E1: number | undefined,
): Posed {
  const { translation: form, step2 } = recipe;
  const isLogarithm = recipe.residual !== "plain";
  const shift = isShifted(recipe, translation) ? E1! : 0;
  const { kept, leftOut } = usablePairs(
    translation.pairs,
    recipe.pairing,
    E0,
    isLogarithm ? shift : Number.NEGATIVE_INFINITY,
  );
  const why = { ...(leftOut.length > 0 && { leftOut }) };
  const bounds = boundsFor(step2.bounds, form);
  if ("reason" in bounds) return { ...why, skipped: bounds };
  const isHeld = (name: string): boolean =>
    (name === "g" && E0 !== undefined) || (name === "E" && E1 !== undefined);
  const { lower = form.lower, upper = form.upper } = bounds;
  const free = form.parameterNames.filter((name, p) => !isHeld(name) && lower[p]! < upper[p]!).length;
  if (kept.length <= free)
    return { ...why, skipped: { reason: whyTooFew(translation, kept.length, free, leftOut) } };
  const fixed = new Map<string, number>();
  // A fitted E0 is measured from the smallest loss of all pairs, which does not depend on the pairs that are left out.
  const base = smallestLoss(E0 === undefined ? translation.pairs.pairs : kept);
  const { points, runs, runLengths } = sideBySide(kept, ({ y }) => translation.drawnAs(y.run));
  if (E0 !== undefined) fixed.set("g", Math.log(base - E0));
  if (E1 !== undefined) fixed.set("E", E1 - shift);
  const above = Float64Array.from(points, ({ x }) => x.value - base);
  return {
    ...why,
    problem: {
      form,
      variables: [above],
      response: Float64Array.from(points, ({ y }) => y.value - shift),
      loss: step2.loss,
      residual: isLogarithm ? "log" : "plain",
      ...withFixed(form, bounds, fixed, Math.log(mean(above))),
    },
    runs,
    runLengths,
    measured: points.map(({ y }) => y.run),
  };
}

/**
 * Bounds of g, the logarithm of the depth of E0 below the smallest source loss, relative to the logarithm of the losses' mean height
 * above it. Below the lower one, E0 equals the smallest loss to all digits; above the upper one, the power is an exponential, and a
 * larger depth changes nothing.
 */
const DEPTHS = [-50, 7] as const;

/** The bounds with some parameters held at a value, and `g` within `DEPTHS` where the bounds are infinite. */
function withFixed(
  form: Form,
  { lower = form.lower, upper = form.upper }: Pick<Problem, "lower" | "upper">,
  fixed: ReadonlyMap<string, number>,
  height: number,
): Pick<Problem, "lower" | "upper"> {
  const at = (values: Float64Array, end: 0 | 1): Float64Array =>
    values.map((value, p) => {
      const name = form.parameterNames[p]!;
      const free = name === "g" && !Number.isFinite(value) ? height + DEPTHS[end] : value;
      return fixed.get(name) ?? free;
    });
  return { lower: at(lower, 0), upper: at(upper, 1) };
}

/** Reads a fitted translation. @param parametersAt the solution of the stage at a place in the plan */
export function readTranslation(
  translation: Translation,
  recipe: LossToLossRecipe,
  parameters: Float64Array,
  parametersAt: (place: number) => Float64Array,
): TranslationFit {
  const { parameterNames } = recipe.translation;
  const of = (name: string): number => parameters[parameterNames.indexOf(name)]!;
  const [E0, E1] = offsetsOf(translation, recipe, parametersAt);
  return {
    kappa: of("kappa"),
    K: Math.exp(of("k")),
    E0: E0 ?? smallestLoss(translation.pairs.pairs) - Math.exp(of("g")),
    E1: E1 ?? of("E"),
  };
}

/**
 * The loss that a translation gives for a source loss.
 *
 * @param shift noise that is added in the unit of the residuals
 * @returns NaN for a source loss that is not above E0
 */
export function translate(
  { kappa, K, E0, E1 }: TranslationFit,
  loss: number,
  shift: number,
  { residual, isShifted }: { residual: LossToLossRecipe["residual"]; isShifted: boolean },
): number {
  if (!(loss > E0)) return Number.NaN;
  const above = K * (loss - E0) ** kappa;
  if (isShifted) return above * Math.exp(shift) + E1;
  return residual === "plain" ? above + E1 + shift : (above + E1) * Math.exp(shift);
}

/** The unit of a translation's residuals. */
export function unitOf(
  translation: Translation,
  recipe: LossToLossRecipe,
): { residual: LossToLossRecipe["residual"]; isShifted: boolean } {
  return { residual: recipe.residual, isShifted: isShifted(recipe, translation) };
}

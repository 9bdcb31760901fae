import type { Stage } from "../method.ts";
import type { RunIndex } from "../runs.ts";
import { drawnAs } from "./drawn-sizes.ts";
import { type FinalLoss, finalLosses } from "./final-losses.ts";
import { describeLoss, planLaw } from "./law-stage.ts";
import { type Pairs, pairOwn, pairRuns } from "./pairs.ts";
import type { LossToLossRecipe } from "./recipe.ts";
import type { Side, Sides } from "./sides.ts";
import { planTranslation, type Translation } from "./translation.ts";

/** The stages of a relation between losses: laws, then the translations that are made with them. */
export interface RelationStages {
  stages: Stage[];
  /** Place of the source's law; undefined where nothing needs it. */
  sourceLaw: number | undefined;
  /** In the order in which a loss goes through them, with the places of their stages. */
  translations: { translation: Translation; place: number }[];
}

/** Laws of the losses on all sides whose E is not fitted, a translation between them, or two one after the other. */
export function planRelation(recipe: LossToLossRecipe, sides: Sides, index: RunIndex): RelationStages {
  const { source, between, destination } = sides;
  const { offsets, sourceLoss } = recipe;
  const isError = recipe.relation === "loss-to-error";
  const names = drawnAs(index, undefined);
  const stages: Stage[] = [];
  const translations: RelationStages["translations"] = [];
  const law = (name: string, side: Side, isNeeded: boolean): number | undefined =>
    isNeeded ? stages.push(planLaw(name, recipe, side, index)) - 1 : undefined;
  const connect = (
    name: string,
    [from, sourceLaw]: readonly [Side, number | undefined],
    [to, destinationLaw]: readonly [Side, number | undefined],
  ): void => {
    const translation: Translation = {
      name,
      from: describeLoss(from.quantity, from.family),
      to: describeLoss(to.quantity, to.family),
      pairs: pairsOf(recipe, from, to, index),
      sourceLaw: offsets === "free" ? undefined : sourceLaw,
      destinationLaw: offsets === "fixed" ? destinationLaw : undefined,
      drawnAs: (run) => names.get(run)!,
    };
    translations.push({ translation, place: stages.push(planTranslation(translation, recipe)) - 1 });
  };
  const sourceLaw = law("law_source", source, offsets !== "free" || sourceLoss === "law");
  // The loss between is a destination first and then a source.
  const betweenLaw = between && law("law_between", between, offsets !== "free");
  // No law is known of errors.
  const destinationLaw = law("law_destination", destination, offsets === "fixed" && !isError);
  if (between === undefined) {
    connect("translation", [source, sourceLaw], [destination, destinationLaw]);
  } else {
    connect("bridge", [source, sourceLaw], [between, betweenLaw]);
    connect("translation", [between, betweenLaw], [destination, destinationLaw]);
  }
  return { stages, sourceLaw, translations };
}

/** The pairs of a translation's points; a score counts as the error, 1 less it. */
function pairsOf(recipe: LossToLossRecipe, from: Side, to: Side, index: RunIndex): Pairs {
  const { finalWindow, runs } = recipe;
  const losses = ({ quantity, family }: Side): readonly FinalLoss[] =>
    finalLosses(index, { quantity, family, finalWindow, runs });
  const [x, y] = [losses(from), losses(to)];
  const values = to.isError ? y.map((one) => ({ ...one, value: 1 - one.value })) : y;
  return from.family === to.family ? pairOwn(x, values) : pairRuns(x, values, recipe);
}

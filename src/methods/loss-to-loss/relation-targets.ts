import { familyOfRuns } from "../families.ts";
import type { Stage } from "../method.ts";
import type { RunIndex, Target } from "../runs.ts";
import { targetLosses } from "./final-losses.ts";
import { PAIRED_BY, partnerOf } from "./pairs.ts";
import type { LossToLossRecipe } from "./recipe.ts";
import type { Side, Sides } from "./sides.ts";

/** A target of a relation, and what was measured of it. */
export interface RelationTarget {
  target: Target;
  /** Loss of the source's run that is its pair; NaN where there is none. */
  sourceLoss: number;
  /** NaN where there is none. */
  actual: number;
}

/** The targets of a relation: those of the table that were trained on the destination's corpus, and those that are sizes. */
export function relationTargets(
  recipe: LossToLossRecipe,
  { source, destination }: Sides,
  targets: readonly Target[],
  index: RunIndex,
): RelationTarget[] {
  const families = familyOfRuns(index, undefined);
  const { finalWindow } = recipe;
  const sources = targetLosses(index, { ...source, finalWindow });
  const measured = targetLosses(index, { ...destination, finalWindow });
  const actuals = new Map(measured.map(({ run, value }) => [run, destination.isError ? 1 - value : value]));
  return targets.flatMap((target): RelationTarget[] => {
    const isRun = families.has(target.name);
    if (isRun && families.get(target.name) !== destination.family) return [];
    const partner =
      isRun && source.family === destination.family
        ? sources.find(({ run }) => run === target.name)
        : partnerOf(target, sources, recipe);
    const actual = actuals.get(target.name) ?? Number.NaN;
    return [{ target, sourceLoss: partner?.value ?? Number.NaN, actual }];
  });
}

/** The reason why a target without a measured source loss has no prediction, as a stage that is skipped. */
export function withoutPair(
  { name }: Target,
  { quantity, family }: Side,
  { pairing }: LossToLossRecipe,
): Stage {
  const reason =
    `${name} is not predicted: no target on ${family} of the same ${PAIRED_BY[pairing]} has ${quantity.metric} of ` +
    `${quantity.subjects[0]}; source_loss law takes what the law of the source gives`;
  return { name: "translation", target: name, skipped: { reason } };
}

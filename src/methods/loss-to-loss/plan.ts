import type { Plan, Prediction, Stage, TaskData, Translated, Unpredicted } from "../method.ts";
import { familyOfRuns, type RunIndex, type Target } from "../runs.ts";
import type { LossToLossRecipe } from "./choices.ts";
import { drawnRuns, targetLosses } from "./losses.ts";
import { PAIRED_BY, partnerOf } from "./pairs.ts";
import { planRelation, type Side, type Sides, sidesOf } from "./relation.ts";
import { readTranslation, type TranslationFit, translate, unitOf } from "./translation.ts";

type Parameters = readonly (Float64Array | undefined)[];

/** One loss from another (Brandfonbrener et al., 2024, sections 4.2 and 4.3, appendix B). */
export function planLossToLoss(recipe: LossToLossRecipe, { index, task, targets }: TaskData): Plan {
  const sides = sidesOf(recipe, task);
  const { stages, sourceLaw, translations } = planRelation(recipe, sides, index);
  const known = relationTargets(recipe, sides, targets, index);
  const usesLaw = recipe.sourceLoss === "law";
  const unpaired = usesLaw ? [] : known.filter(({ sourceLoss }) => Number.isNaN(sourceLoss));
  const steps = translations.map(({ translation, place }) => {
    const { name: stage, from } = translation;
    return { stage, from, place, unit: unitOf(translation, recipe) };
  });

  /** The fitted translations, undefined where one has no fit. */
  const read = (parameters: Parameters): TranslationFit[] | undefined => {
    const fits = translations.flatMap(({ translation, place }) => {
      const own = parameters[place];
      return own === undefined ? [] : [readTranslation(translation, recipe, own, (at) => parameters[at]!)];
    });
    return fits.length === translations.length ? fits : undefined;
  };
  /** What the law of the source gives for a target; NaN where there is none. */
  const byLaw = (parameters: Parameters, { target }: RelationTarget, shifts: readonly number[]): number => {
    const own = sourceLaw === undefined ? undefined : parameters[sourceLaw];
    if (own === undefined) return Number.NaN;
    return recipe.law.value(own, [target.n, target.d]) * Math.exp(shifts[sourceLaw!] ?? 0);
  };
  /** A loss through all translations. */
  const through = (fits: readonly TranslationFit[], loss: number, shifts: readonly number[]): number =>
    steps.reduce((value, { place, unit }, i) => translate(fits[i]!, value, shifts[place] ?? 0, unit), loss);

  return {
    stages: [...stages, ...unpaired.map(({ target }) => withoutPair(target, sides.source, recipe))],
    fitRuns: drawnRuns(index, recipe.runs),
    predict(parameters, shifts = []) {
      const fits = read(parameters);
      if (fits === undefined) return [];
      return known.flatMap((one): Prediction[] => {
        const { target, actual, sourceLoss } = one;
        const featurePredicted = byLaw(parameters, one, shifts);
        const linkPredicted = through(fits, sourceLoss, shifts);
        const predicted = usesLaw ? through(fits, featurePredicted, shifts) : linkPredicted;
        if (Number.isNaN(predicted)) return [];
        return [
          {
            target: target.name,
            predicted,
            actual,
            featurePredicted,
            featureActual: sourceLoss,
            linkPredicted,
          },
        ];
      });
    },
    unpredicted(parameters) {
      const fits = read(parameters);
      if (fits === undefined) return [];
      return known.flatMap((one): Unpredicted[] => {
        let loss = usesLaw ? byLaw(parameters, one, []) : one.sourceLoss;
        for (const [i, { stage, from, unit }] of steps.entries()) {
          if (Number.isNaN(loss)) return [];
          const next = translate(fits[i]!, loss, 0, unit);
          if (Number.isNaN(next)) {
            const target = one.target.name;
            const reason = `${target} is not predicted: its loss ${from}, ${digits(loss)}, is not above E0 = ${digits(fits[i]!.E0)}`;
            return [{ stage, target, reason }];
          }
          loss = next;
        }
        return [];
      });
    },
    translations(parameters) {
      return translations.flatMap(({ translation, place }): Translated[] => {
        const own = parameters[place];
        if (own === undefined) return [];
        const { name: stage, from, to, sourceLaw: law0, destinationLaw: law1 } = translation;
        const fit = readTranslation(translation, recipe, own, (at) => parameters[at]!);
        return [{ place, stage, from, to, ...fit, isFixed: [law0 !== undefined, law1 !== undefined] }];
      });
    },
  };
}

const digits = (value: number): string => String(Number(value.toPrecision(4)));

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

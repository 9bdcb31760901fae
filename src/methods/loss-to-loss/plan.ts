import type { Plan, Prediction, TaskData, Translated, Unpredicted } from "../method.ts";
import { drawnRuns } from "./drawn-sizes.ts";
import type { LossToLossRecipe } from "./recipe.ts";
import { planRelation } from "./relation-stages.ts";
import { type RelationTarget, relationTargets, withoutPair } from "./relation-targets.ts";
import { sidesOf } from "./sides.ts";
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

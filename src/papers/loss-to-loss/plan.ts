import { moved } from "../../methods/chain.ts";
import type { Plan, Prediction, Stage, TaskData, Translated, Unpredicted } from "../../methods/method.ts";
import { familyOfRuns, type RunIndex, type Target } from "../../methods/runs.ts";
import type { LossToLossRecipe } from "./choices.ts";
import { drawnRuns, type Side, targetLosses } from "./losses.ts";
import { PAIRED_BY, partnerOf } from "./pairs.ts";
import { planRelation, type Sides, sidesOf } from "./relation.ts";
import { readTranslation, type TranslationFit, translate, unitOf } from "./translation.ts";

type Parameters = readonly (Float64Array | undefined)[];

/** One loss from another (Brandfonbrener et al., 2024, sections 4.2 and 4.3, appendix B). */
export function planLossToLoss(recipe: LossToLossRecipe, { index, task, targets }: TaskData): Plan {
  const sides = sidesOf(recipe, task);
  const { stages, sourceLaw, translations } = planRelation(recipe, sides, index);
  const measuredTargets = relationTargets(recipe, sides, targets, index);
  const usesLaw = recipe.sourceLoss === "law";
  const unpaired = usesLaw ? [] : measuredTargets.filter(({ sourceLoss }) => Number.isNaN(sourceLoss));
  const steps = translations.map(({ translation, place }) => {
    const { name: stage, from } = translation;
    return { stage, from, place, unit: unitOf(translation, recipe) };
  });

  /** The translations that have a fit, each with its fit. */
  const fitted = (parameters: Parameters) =>
    translations.flatMap(({ translation, place }) => {
      const ofTranslation = parameters[place];
      if (ofTranslation === undefined) return [];
      const fit = readTranslation(translation, recipe, ofTranslation, (at) => parameters[at]!);
      return [{ translation, place, fit }];
    });
  /** The fits of all translations; undefined where one has none. */
  const allFits = (parameters: Parameters): TranslationFit[] | undefined => {
    const fits = fitted(parameters).map(({ fit }) => fit);
    return fits.length === translations.length ? fits : undefined;
  };
  /** The loss that the law of the source gives for a target; NaN without such a law. */
  const byLaw = (parameters: Parameters, { n, d }: Target, shifts: readonly number[]): number => {
    const ofLaw = sourceLaw === undefined ? undefined : parameters[sourceLaw];
    if (ofLaw === undefined) return Number.NaN;
    return moved(recipe.law.value(ofLaw, [n, d]), recipe.step1.residual, shifts[sourceLaw!] ?? 0);
  };
  /** A source loss translated through the chain. */
  const through = (fits: readonly TranslationFit[], loss: number, shifts: readonly number[]): number =>
    steps.reduce((value, { place, unit }, i) => translate(fits[i]!, value, shifts[place] ?? 0, unit), loss);

  return {
    stages: [...stages, ...unpaired.map(({ target }) => withoutPair(target, sides.source, recipe))],
    fitRuns: drawnRuns(index, recipe.runs),
    measured: measuredTargets.map(({ target: { name: target }, actual, sourceLoss: featureActual }) => {
      return { target, actual, featureActual };
    }),
    predict(parameters, shifts = []) {
      const fits = allFits(parameters);
      if (fits === undefined) return [];
      return measuredTargets.flatMap(({ target, actual, sourceLoss }): Prediction[] => {
        const featurePredicted = byLaw(parameters, target, shifts);
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
      const fits = allFits(parameters);
      if (fits === undefined) return [];
      return measuredTargets.flatMap(({ target, sourceLoss }): Unpredicted[] => {
        let loss = usesLaw ? byLaw(parameters, target, []) : sourceLoss;
        for (const [i, { stage, from, unit }] of steps.entries()) {
          if (Number.isNaN(loss)) return [];
          const next = translate(fits[i]!, loss, 0, unit);
          if (Number.isNaN(next)) {
            const reason = `${target.name} is not predicted: its loss ${from}, ${digits(loss)}, is not above E0 = ${digits(fits[i]!.E0)}`;
            return [{ stage, target: target.name, reason }];
          }
          loss = next;
        }
        return [];
      });
    },
    translations(parameters) {
      return fitted(parameters).map(({ translation, place, fit }): Translated => {
        const { name: stage, from, to, sourceLaw: law0, destinationLaw: law1 } = translation;
        return { place, stage, from, to, ...fit, isFixed: [law0 !== undefined, law1 !== undefined] };
      });
    },
  };
}

const digits = (value: number): string => String(Number(value.toPrecision(4)));

/** A target of a relation, and the losses that were measured for it. */
interface RelationTarget {
  target: Target;
  /** Loss of its partner on the source; NaN where there is none. */
  sourceLoss: number;
  /** Measured loss of the target itself; NaN if there is none. */
  actual: number;
}

/** The targets of a relation: those of the table that were trained on the destination's corpus, and those given by their size. */
function relationTargets(
  recipe: LossToLossRecipe,
  { source, destination }: Sides,
  targets: readonly Target[],
  index: RunIndex,
): RelationTarget[] {
  const families = familyOfRuns(index, undefined);
  const { finalWindow } = recipe;
  const sources = targetLosses(index, { ...source, finalWindow });
  const measured = targetLosses(index, { ...destination, finalWindow });
  const actuals = new Map(measured.map(({ run, value }) => [run, value]));
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

/** A skipped stage that says why a target without a measured source loss has no prediction. */
function withoutPair({ name }: Target, { quantity, family }: Side, { pairing }: LossToLossRecipe): Stage {
  const reason =
    `${name} is not predicted: no target on ${family} of the same ${PAIRED_BY[pairing]} has ${quantity.metric} of ` +
    `${quantity.subjects[0]}; source_loss law takes what the law of the source gives`;
  return { name: "translation", target: name, skipped: { reason } };
}

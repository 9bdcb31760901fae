import { familyOfRuns } from "../families.ts";
import type { Plan, Prediction, Stage, TaskData, Translated, Unpredicted } from "../method.ts";
import type { RunIndex, Target } from "../runs.ts";
import { drawnAs, drawnRuns } from "./drawn-sizes.ts";
import { type FinalLoss, finalLosses, targetLosses } from "./final-losses.ts";
import { describeLoss, planLaw } from "./law-stage.ts";
import { PAIRED_BY, pairOwn, pairRuns, partnerOf } from "./pairs.ts";
import type { LossToLossRecipe } from "./recipe.ts";
import { type Side, sidesOf } from "./sides.ts";
import { planTranslation, readTranslation, type Translation, translate, unitOf } from "./translation.ts";

type Parameters = readonly (Float64Array | undefined)[];

/** A target of a cell, and what is known of it. */
interface KnownTarget {
  target: Target;
  /** Measured loss of the source's run that is its pair; NaN where there is none. */
  sourceLoss: number;
  /** Measured value; NaN where there is none. */
  actual: number;
}

/** One loss from another: laws of both sides, a translation between them, or two one after the other. */
export function planLossToLoss(recipe: LossToLossRecipe, { index, task, targets }: TaskData): Plan {
  const { source, between, destination } = sidesOf(recipe, task);
  const isError = recipe.relation === "loss-to-error";
  const stages: Stage[] = [];
  const names = drawnAs(index, undefined);
  const add = (stage: Stage): number => stages.push(stage) - 1;
  const law = (name: string, side: Side): number => add(planLaw(name, recipe, side, index));
  const needsSourceLaw = recipe.offsets !== "free" || recipe.sourceLoss === "law";
  const sourceLaw = needsSourceLaw ? law("law_source", source) : undefined;
  const isFitted = recipe.offsets !== "fixed";
  const translations: { translation: Translation; place: number }[] = [];
  const connect = (
    name: string,
    from: Side,
    to: Side,
    fromLaw: number | undefined,
    toLaw: number | undefined,
  ): void => {
    const translation: Translation = {
      name,
      from: describeLoss(from.quantity, from.family),
      to: describeLoss(to.quantity, to.family),
      pairs: pairsOf(recipe, from, to, index, isError && to === destination),
      sourceLaw: recipe.offsets === "free" ? undefined : fromLaw,
      destinationLaw: toLaw,
      drawnAs: (run) => names.get(run)!,
    };
    translations.push({ translation, place: add(planTranslation(translation, recipe)) });
  };
  const lawOf = (name: string, side: Side): number | undefined => (isFitted ? undefined : law(name, side));
  if (between === undefined) {
    const destinationLaw = isError ? undefined : lawOf("law_destination", destination);
    connect("translation", source, destination, sourceLaw, destinationLaw);
  } else {
    // The loss between is a destination first and a source then: its law is of use to either.
    const betweenLaw = recipe.offsets === "free" ? undefined : law("law_between", between);
    const destinationLaw = lawOf("law_destination", destination);
    connect("bridge", source, between, sourceLaw, isFitted ? undefined : betweenLaw);
    connect("translation", between, destination, betweenLaw, destinationLaw);
  }

  const known = knownTargets(recipe, { source, destination }, targets, index, isError);
  const usesLaw = recipe.sourceLoss === "law";
  const unpaired = usesLaw ? [] : known.filter(({ sourceLoss }) => Number.isNaN(sourceLoss));
  stages.push(...unpaired.map(({ target }) => withoutPair(target, source, recipe)));

  const read = (parameters: Parameters) => {
    const fits = translations.map(({ translation, place }) => {
      const own = parameters[place];
      return own && readTranslation(translation, recipe, own, (at) => parameters[at]!);
    });
    return fits.every((fit) => fit !== undefined) ? fits : undefined;
  };
  const steps = translations.map(({ translation, place }) => ({ place, unit: unitOf(translation, recipe) }));
  const chain = (
    fits: NonNullable<ReturnType<typeof read>>,
    loss: number,
    shifts: readonly number[],
  ): number =>
    steps.reduce((value, { place, unit }, i) => translate(fits[i]!, value, shifts[place] ?? 0, unit), loss);

  const lossesOf = (
    parameters: Parameters,
    { target, sourceLoss }: KnownTarget,
    shifts: readonly number[],
  ) => {
    const own = sourceLaw === undefined ? undefined : parameters[sourceLaw];
    const byLaw =
      own === undefined
        ? Number.NaN
        : recipe.law.value(own, [target.n, target.d]) * Math.exp(shifts[sourceLaw!] ?? 0);
    return { byLaw, taken: usesLaw ? byLaw : sourceLoss };
  };

  return {
    stages,
    fitRuns: drawnRuns(index, recipe.runs),
    predict(parameters, shifts = []) {
      const fits = read(parameters);
      if (fits === undefined) return [];
      return known.flatMap((one): Prediction[] => {
        const { byLaw, taken } = lossesOf(parameters, one, shifts);
        const predicted = chain(fits, taken, shifts);
        if (Number.isNaN(predicted)) return [];
        const { target, actual, sourceLoss } = one;
        return [
          {
            target: target.name,
            predicted,
            actual,
            featurePredicted: byLaw,
            featureActual: sourceLoss,
            linkPredicted: chain(fits, sourceLoss, shifts),
          },
        ];
      });
    },
    unpredicted(parameters) {
      const fits = read(parameters);
      if (fits === undefined) return [];
      return known.flatMap((one): Unpredicted[] => {
        let { taken } = lossesOf(parameters, one, []);
        if (Number.isNaN(taken)) return [];
        for (const [i, { translation }] of translations.entries()) {
          const fit = fits[i]!;
          const next = translate(fit, taken, 0, steps[i]!.unit);
          if (Number.isNaN(next)) {
            const reason = `${one.target.name} is not predicted: its loss ${translation.from}, ${digits(taken)}, is not above E0 = ${digits(fit.E0)}`;
            return [{ stage: translation.name, target: one.target.name, reason }];
          }
          taken = next;
        }
        return [];
      });
    },
    translations(parameters) {
      return translations.flatMap(({ translation, place }): Translated[] => {
        const own = parameters[place];
        if (own === undefined) return [];
        const fit = readTranslation(translation, recipe, own, (at) => parameters[at]!);
        const { name, from, to, sourceLaw: fixed0, destinationLaw: fixed1 } = translation;
        return [
          { place, stage: name, from, to, ...fit, isFixed: [fixed0 !== undefined, fixed1 !== undefined] },
        ];
      });
    },
  };
}

/** The pairs of a translation's points. @param asError whether the destination's score counts as 1 less it */
function pairsOf(recipe: LossToLossRecipe, from: Side, to: Side, index: RunIndex, asError: boolean) {
  const losses = ({ quantity, family }: Side): readonly FinalLoss[] => {
    const { finalWindow, runs } = recipe;
    const found = finalLosses(index, { quantity, family, finalWindow, runs });
    return found;
  };
  const x = losses(from);
  const y = asError ? losses(to).map(asErrors) : losses(to);
  return from.family === to.family ? pairOwn(x, y) : pairRuns(x, y, recipe);
}

const asErrors = (one: FinalLoss): FinalLoss => ({ ...one, value: 1 - one.value });

/** The cell's targets: those of the table that were trained on the destination's corpus, and those that are sizes. */
function knownTargets(
  recipe: LossToLossRecipe,
  { source, destination }: { source: Side; destination: Side },
  targets: readonly Target[],
  index: RunIndex,
  isError: boolean,
): KnownTarget[] {
  const families = familyOfRuns(index, undefined);
  const { finalWindow } = recipe;
  const sources = targetLosses(index, { ...source, finalWindow });
  const actuals = new Map(
    targetLosses(index, { ...destination, finalWindow }).map((one) => [one.run, one.value]),
  );
  return targets.flatMap((target): KnownTarget[] => {
    const isRun = families.has(target.name);
    if (isRun && families.get(target.name) !== destination.family) return [];
    const partner =
      isRun && source.family === destination.family
        ? sources.find(({ run }) => run === target.name)
        : partnerOf(target, sources, recipe);
    const actual = actuals.get(target.name) ?? Number.NaN;
    return [{ target, sourceLoss: partner?.value ?? Number.NaN, actual: isError ? 1 - actual : actual }];
  });
}

function withoutPair({ name }: Target, { quantity, family }: Side, { pairing }: LossToLossRecipe): Stage {
  const reason =
    `${name} is not predicted: no target on ${family} of the same ${PAIRED_BY[pairing]} has ${quantity.metric} of ` +
    `${quantity.subjects[0]}; source_loss law takes what the law of the source gives`;
  return { name: "translation", target: name, skipped: { reason } };
}

const digits = (value: number): string => String(Number(value.toPrecision(4)));

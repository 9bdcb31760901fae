import type { Plan, Prediction } from "../methods/method.ts";
import type { StageReplicates } from "./resample-stage.ts";

/** What intervals are made for, and where a prediction has it: the estimate, and what was measured. */
export const quantities = {
  predicted: { estimate: "predicted", actual: "actual" },
  feature: { estimate: "featurePredicted", actual: "featureActual" },
  link: { estimate: "linkPredicted", actual: "actual" },
} as const satisfies Record<string, { estimate: keyof Prediction; actual: keyof Prediction }>;

export type Quantity = keyof typeof quantities;

export const quantityNames = Object.keys(quantities) as Quantity[];

/** Each quantity of one target on each replicate; NaN where a stage's replicate is degenerate. */
export interface TargetDraws {
  target: string;
  values: Record<Quantity, Float64Array>;
}

/**
 * Chains the replicates of a cell's stages into predictions, replicate by replicate: the same draw of runs feeds them all.
 *
 * @param stages replicates of each stage, undefined where it has none
 * @param shiftsAt what is added to what each stage predicts on a replicate, as `Plan.predict` takes it
 */
export function chainReplicates(
  plan: Pick<Plan, "predict">,
  stages: readonly (StageReplicates | undefined)[],
  resamples: number,
  shiftsAt?: (replicate: number) => readonly number[],
): TargetDraws[] {
  const vectors = stages.map((stage) => stage && new Float64Array(stage.width));
  const given = vectors.slice();
  // The targets are those that can be predicted from these stages, with a replicate that is not degenerate or without.
  const draws = new Map(
    plan.predict(given).map(({ target }) => [target, emptyDraws(target, resamples)] as const),
  );
  for (let i = 0; i < resamples; i++) {
    for (let s = 0; s < stages.length; s++) {
      const stage = stages[s];
      if (stage === undefined) continue;
      if (!stage.isHeld && stage.degenerate[i] !== 0) {
        given[s] = undefined;
        continue;
      }
      const vector = vectors[s]!;
      const first = stage.isHeld ? 0 : i * stage.width;
      for (let p = 0; p < vector.length; p++) vector[p] = stage.parameters[first + p]!;
      given[s] = vector;
    }
    for (const prediction of plan.predict(given, shiftsAt?.(i))) {
      const { values } = draws.get(prediction.target)!;
      for (const name of quantityNames) values[name][i] = prediction[quantities[name].estimate];
    }
  }
  return [...draws.values()];
}

function emptyDraws(target: string, resamples: number): TargetDraws {
  const nothing = (): Float64Array => new Float64Array(resamples).fill(Number.NaN);
  return { target, values: { predicted: nothing(), feature: nothing(), link: nothing() } };
}

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
  const read = replicateReader(stages);
  // The targets are those that can be predicted from these stages, with a replicate that is not degenerate or without.
  const draws = new Map(
    plan
      .predict(stages.map((stage) => stage && new Float64Array(stage.width)))
      .map(({ target }) => [target, emptyDraws(target, resamples)] as const),
  );
  for (let i = 0; i < resamples; i++) {
    for (const prediction of plan.predict(read(i), shiftsAt?.(i))) {
      const { values } = draws.get(prediction.target)!;
      for (const name of quantityNames) values[name][i] = prediction[quantities[name].estimate];
    }
  }
  return [...draws.values()];
}

/**
 * Reads the parameters of each stage on a replicate; undefined for a stage that has none there. What it gives is
 * overwritten by the next call.
 */
export function replicateReader(
  stages: readonly (StageReplicates | undefined)[],
): (replicate: number) => readonly (Float64Array | undefined)[] {
  const vectors = stages.map((stage) => stage && new Float64Array(stage.width));
  const given = vectors.slice();
  return (replicate) => {
    for (let s = 0; s < stages.length; s++) {
      const stage = stages[s];
      if (stage === undefined) continue;
      if (!stage.isHeld && stage.degenerate[replicate] !== 0) {
        given[s] = undefined;
        continue;
      }
      const vector = vectors[s]!;
      const first = stage.isHeld ? 0 : replicate * stage.width;
      for (let p = 0; p < vector.length; p++) vector[p] = stage.parameters[first + p]!;
      given[s] = vector;
    }
    return given;
  };
}

function emptyDraws(target: string, resamples: number): TargetDraws {
  const nothing = (): Float64Array => new Float64Array(resamples).fill(Number.NaN);
  return { target, values: { predicted: nothing(), feature: nothing(), link: nothing() } };
}

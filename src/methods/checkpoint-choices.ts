import type { CheckpointRule } from "./emergence.ts";
import { type Feature, featureOf } from "./feature.ts";
import type { Quantity } from "./measured.ts";
import type { TaskData } from "./method.ts";

/** What a recipe says of the intermediate checkpoints that a stage is fitted on. */
export interface CheckpointChoices {
  /** The pre-training loss whose improvement is asked for: a feature, or the stage's own; undefined for none. */
  pretraining: Feature | "own" | undefined;
  rule: CheckpointRule;
}

/** The loss whose improvement is asked for; where none is, the stage's own, which is then not looked at. */
export function pretrainingOf(
  { pretraining }: CheckpointChoices,
  own: Quantity,
  { task, index }: TaskData,
): Quantity {
  return pretraining === undefined || pretraining === "own" ? own : featureOf(pretraining, task, index);
}

/** Every checkpoint, until the axes say otherwise. */
export function everyCheckpoint(): CheckpointChoices {
  return {
    pretraining: undefined,
    rule: { improvementDecimals: undefined, improvementUnit: "relative", margin: undefined, neighbours: 0 },
  };
}

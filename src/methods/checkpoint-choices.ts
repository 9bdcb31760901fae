import type { CheckpointRule } from "./emergence.ts";
import type { Feature } from "./feature.ts";

/** What a recipe says of the intermediate checkpoints that a stage is fitted on. */
export interface CheckpointChoices {
  /** The pre-training loss whose improvement is asked for: a feature, or the stage's own; undefined for none. */
  pretraining: Feature | "own" | undefined;
  rule: CheckpointRule;
}

/** Every checkpoint, until the axes say otherwise. */
export function everyCheckpoint(): CheckpointChoices {
  return {
    pretraining: undefined,
    rule: { improvementDecimals: undefined, margin: undefined, neighbours: 0 },
  };
}

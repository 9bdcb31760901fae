import { MOST_SOURCES } from "../../forms/families/mix.ts";
import { pretrainingOf } from "../checkpoint-choices.ts";
import {
  type CheckpointPoints,
  type CheckpointStage,
  fitRunPoints,
  planCheckpointStage,
} from "../checkpoint-points.ts";
import { featureOf } from "../feature.ts";
import type { Quantity } from "../measured.ts";
import type { Stage, TaskData } from "../method.ts";
import { whyCollinear } from "./collinear.ts";
import { type DomainForm, domainForm, toFormPoints } from "./domain-form.ts";
import type { MixRecipe } from "./recipe.ts";

/** Step 2, and the form that it fits; no form where there are no points. */
export interface ScoreStep {
  stage: Stage;
  fitted?: DomainForm;
}

/** Points of step 2 at the checkpoints that the rule keeps (Chen et al., 2025, sections 3.3 and 4.2). */
export function scorePoints(
  recipe: MixRecipe,
  inputs: readonly Quantity[],
  data: TaskData,
): CheckpointPoints {
  const { rule, runs } = recipe;
  const { index, task } = data;
  const own = featureOf(recipe.domains, task, index);
  const stage: CheckpointStage = {
    inputs,
    score: { metric: recipe.score, subjects: [task] },
    pretraining: pretrainingOf(recipe, own, data),
    rule,
    runs,
  };
  return fitRunPoints(stage, data);
}

/** Step 2 from domain losses: a network, or a linear function (Chen et al., 2025, sections 4.2 and 6.2). */
export function planDomainStep2(recipe: MixRecipe, inputs: readonly Quantity[], data: TaskData): ScoreStep {
  const name = "step2";
  if (inputs.length > MOST_SOURCES) {
    const reason = `${inputs.length} domains; link ${recipe.link} takes at most ${MOST_SOURCES}: name fewer in axis domains, or take link average`;
    return { stage: { name, skipped: { reason } } };
  }
  const taken = scorePoints(recipe, inputs, data);
  if ("reason" in taken) return { stage: { name, skipped: taken } };
  const runs = [...taken.points.values()];
  const domains = inputs.map(({ subjects }) => subjects.join(", "));
  const reason = whyCollinear(runs, domains);
  if (reason !== undefined) return { stage: { name, skipped: { reason } } };
  const fitted = domainForm(recipe, runs);
  const points = new Map(Array.from(taken.points, ([run, own]) => [run, toFormPoints(fitted, own)]));
  const { bounds2: bounds, training } = recipe;
  const stage = planCheckpointStage(
    {
      name,
      form: fitted.form,
      bounds,
      loss: { kind: "squared" },
      ...(recipe.link !== "linear" && {
        // What a network ends at depends on its starts: they follow its shape and task, not the unit of the losses.
        more: {
          startKey: JSON.stringify([fitted.form.name, data.task]),
          ...(recipe.link === "network" && { training }),
        },
      }),
    },
    { ...taken, points },
  );
  return { stage, fitted };
}

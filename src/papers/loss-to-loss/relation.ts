import type { Quantity } from "../../methods/measured.ts";
import type { Stage } from "../../methods/method.ts";
import type { RunIndex } from "../../methods/runs.ts";
import { planLossStage } from "../../methods/stages.ts";
import { freeParameters } from "../../solve/problem.ts";
import { type LossToLossRecipe, TASK_INPUT, TRAIN_INPUT } from "./choices.ts";
import { drawnAs, finalLosses, type Side } from "./losses.ts";
import { type Pairs, pairOwn, pairRuns } from "./pairs.ts";
import { planTranslation, type Translation } from "./translation.ts";

/** The losses that a cell goes through: that of the source, that between two composed relations, and that of the destination. */
export interface Sides {
  source: Side;
  between: Side | undefined;
  destination: Side;
}

/** The losses that a relation has on its sides (Brandfonbrener et al., 2024, sections 4.2 and 4.3, appendix B). */
export function sidesOf(recipe: LossToLossRecipe, task: string): Sides {
  const { relation, source, destination, metric, trainSubject } = recipe;
  const trainLoss: Quantity = { metric: "loss", subjects: [trainSubject] };
  const taskLoss: Quantity = task === trainSubject ? trainLoss : { metric, subjects: [task] };
  const input = inputOf(recipe, trainLoss, taskLoss);
  switch (relation) {
    case "train-to-train":
      return side(trainLoss, trainLoss);
    case "train-to-test":
      return side(input, taskLoss);
    case "test-to-test":
      return side(taskLoss, taskLoss);
    case "loss-to-error":
      return side(input, { metric: recipe.score, subjects: [task] });
    case "composed":
      return {
        ...side(trainLoss, taskLoss),
        between: { quantity: trainLoss, family: destination, isError: false },
      };
    case "scaling-law":
      return side(taskLoss, taskLoss);
  }

  function side(from: Quantity, to: Quantity): Sides {
    return {
      source: { quantity: from, family: source, isError: false },
      between: undefined,
      destination: { quantity: to, family: destination, isError: relation === "loss-to-error" },
    };
  }
}

function inputOf({ input, metric }: LossToLossRecipe, trainLoss: Quantity, taskLoss: Quantity): Quantity {
  if (input === TRAIN_INPUT) return trainLoss;
  return input === TASK_INPUT ? taskLoss : { metric, subjects: [input] };
}

/** The stages of a relation between losses: laws, then the translations that take E0 and E1 from them. */
interface RelationStages {
  stages: Stage[];
  /** Place of the source's law; undefined where nothing needs it. */
  sourceLaw: number | undefined;
  /** In the order in which a loss goes through them, with the places of their stages. */
  translations: { translation: Translation; place: number }[];
}

/** The laws of the losses on all sides whose E is held fixed, and one translation between them, or two in a chain. */
export function planRelation(recipe: LossToLossRecipe, sides: Sides, index: RunIndex): RelationStages {
  const { source, between, destination } = sides;
  const { offsets, sourceLoss } = recipe;
  const isError = recipe.relation === "loss-to-error";
  const stages: Stage[] = [];
  const translations: RelationStages["translations"] = [];
  const law = (name: string, side: Side, isNeeded: boolean): number | undefined =>
    isNeeded ? stages.push(planLaw(name, recipe, side, index)) - 1 : undefined;
  const connect = (
    name: string,
    [from, sourceLaw]: readonly [Side, number | undefined],
    [to, destinationLaw]: readonly [Side, number | undefined],
  ): void => {
    const translation: Translation = {
      name,
      from: describeLoss(from.quantity, from.family),
      to: describeLoss(to.quantity, to.family),
      pairs: pairsOf(recipe, from, to, index),
      sourceLaw: offsets === "free" ? undefined : sourceLaw,
      destinationLaw: offsets === "fixed" ? destinationLaw : undefined,
      drawnAs: drawnAs(index),
    };
    translations.push({ translation, place: stages.push(planTranslation(translation, recipe)) - 1 });
  };
  const sourceLaw = law("law_source", source, offsets !== "free" || sourceLoss === "law");
  // The loss between is a destination first and then a source.
  const betweenLaw = between && law("law_between", between, offsets !== "free");
  // Errors have no law.
  const destinationLaw = law("law_destination", destination, offsets === "fixed" && !isError);
  if (between === undefined) {
    connect("translation", [source, sourceLaw], [destination, destinationLaw]);
  } else {
    connect("bridge", [source, sourceLaw], [between, betweenLaw]);
    connect("translation", [between, betweenLaw], [destination, destinationLaw]);
  }
  return { stages, sourceLaw, translations };
}

/** The pairs of runs that are the points of a translation. */
function pairsOf(recipe: LossToLossRecipe, from: Side, to: Side, index: RunIndex): Pairs {
  const { finalWindow, runs } = recipe;
  const x = finalLosses(index, { ...from, finalWindow, runs });
  const y = finalLosses(index, { ...to, finalWindow, runs });
  return from.family === to.family ? pairOwn(x, y) : pairRuns(x, y, recipe);
}

/**
 * The law of a loss on the runs of a corpus, whose E is the irreducible loss (Brandfonbrener et al., 2024, equations 1 to
 * 3; of a test loss E_{1|0}, equation 6). A law with as many free parameters as runs would go through every run, so one more is
 * needed.
 */
export function planLaw(
  name: string,
  recipe: LossToLossRecipe,
  { quantity, family }: { quantity: Quantity; family: string },
  index: RunIndex,
): Stage {
  const subject = describeLoss(quantity, family);
  const stage = planLossStage(
    {
      name,
      subject,
      form: recipe.law,
      quantity,
      family,
      ...recipe.step1,
      drawnAs: drawnAs(index),
      variables: ({ n, d }) => [n, d],
    },
    index,
  );
  if (!("problem" in stage)) return stage;
  const points = stage.problem.response.length;
  const free = freeParameters(stage.problem);
  if (points > free) return stage;
  const reason =
    `${points} fit runs on ${family} have ${quantity.metric} of ${quantity.subjects[0]}; ` +
    `${recipe.law.name} has ${free} free parameters and needs at least ${free + 1}`;
  return { name, subject, skipped: { reason } };
}

/** A loss in words: `hellaswag on fineweb`. */
function describeLoss({ subjects }: Quantity, family: string): string {
  return `${subjects.join(", ")} on ${family}`;
}

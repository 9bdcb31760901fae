import { freeParameters } from "../../solve/bounds.ts";
import type { Quantity } from "../measured.ts";
import type { Stage } from "../method.ts";
import type { RunIndex } from "../runs.ts";
import { planLossStage } from "../stages.ts";
import { type LossToLossRecipe, TASK_INPUT, TRAIN_INPUT } from "./choices.ts";
import { drawnAs, type FinalLoss, finalLosses } from "./losses.ts";
import { type Pairs, pairOwn, pairRuns } from "./pairs.ts";
import { planTranslation, type Translation } from "./translation.ts";

/** A loss of the runs on a corpus. */
export interface Side {
  quantity: Quantity;
  family: string;
  /** Whether the quantity is a score that counts as an error, 1 less it. */
  isError: boolean;
}

/** The losses that a cell goes through: of the source, where it is composed of what lies between, and of the destination. */
export interface Sides {
  source: Side;
  between: Side | undefined;
  destination: Side;
}

/** Which losses a relation has on its sides (Brandfonbrener et al., 2024, sections 4.2 and 4.3, appendix B). */
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

/** The stages of a relation between losses: laws, then the translations that are made with them. */
export interface RelationStages {
  stages: Stage[];
  /** Place of the source's law; undefined where nothing needs it. */
  sourceLaw: number | undefined;
  /** In the order in which a loss goes through them, with the places of their stages. */
  translations: { translation: Translation; place: number }[];
}

/** Laws of the losses on all sides whose E is not fitted, a translation between them, or two one after the other. */
export function planRelation(recipe: LossToLossRecipe, sides: Sides, index: RunIndex): RelationStages {
  const { source, between, destination } = sides;
  const { offsets, sourceLoss } = recipe;
  const isError = recipe.relation === "loss-to-error";
  const names = drawnAs(index, undefined);
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
      drawnAs: (run) => names.get(run)!,
    };
    translations.push({ translation, place: stages.push(planTranslation(translation, recipe)) - 1 });
  };
  const sourceLaw = law("law_source", source, offsets !== "free" || sourceLoss === "law");
  // The loss between is a destination first and then a source.
  const betweenLaw = between && law("law_between", between, offsets !== "free");
  // No law is known of errors.
  const destinationLaw = law("law_destination", destination, offsets === "fixed" && !isError);
  if (between === undefined) {
    connect("translation", [source, sourceLaw], [destination, destinationLaw]);
  } else {
    connect("bridge", [source, sourceLaw], [between, betweenLaw]);
    connect("translation", [between, betweenLaw], [destination, destinationLaw]);
  }
  return { stages, sourceLaw, translations };
}

/** The pairs of a translation's points; a score counts as the error, 1 less it. */
function pairsOf(recipe: LossToLossRecipe, from: Side, to: Side, index: RunIndex): Pairs {
  const { finalWindow, runs } = recipe;
  const losses = ({ quantity, family }: Side): readonly FinalLoss[] =>
    finalLosses(index, { quantity, family, finalWindow, runs });
  const [x, y] = [losses(from), losses(to)];
  const values = to.isError ? y.map((loss) => ({ ...loss, value: 1 - loss.value })) : y;
  return from.family === to.family ? pairOwn(x, values) : pairRuns(x, values, recipe);
}

/**
 * The law of a loss on the runs of a corpus, whose E is the irreducible loss (Brandfonbrener et al., 2024, equations 1 to
 * 3; of a test loss E_{1|0}, equation 6). As many runs as it has free parameters go through every run: one more is needed.
 */
export function planLaw(
  name: string,
  recipe: LossToLossRecipe,
  { quantity, family }: { quantity: Quantity; family: string },
  index: RunIndex,
): Stage {
  const names = drawnAs(index, undefined);
  const subject = describeLoss(quantity, family);
  const stage = planLossStage(
    {
      name,
      subject,
      form: recipe.law,
      quantity,
      family,
      ...recipe.step1,
      drawnAs: (run) => names.get(run)!,
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

/** What a law or one side of a translation is of: `hellaswag on fineweb`. */
export function describeLoss({ subjects }: Quantity, family: string): string {
  return `${subjects.join(", ")} on ${family}`;
}

import type { Quantity } from "../measured.ts";
import { type LossToLossRecipe, TASK_INPUT, TRAIN_INPUT } from "./recipe.ts";

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

import { defineAxis } from "../../axis.ts";
import { oneOf } from "../../axis-values.ts";
import { type LossToLossRecipe, RELATIONS, type Relation } from "../recipe.ts";

export const relation = defineAxis<LossToLossRecipe, Relation>({
  name: "relation",
  description:
    "what is predicted from what: the train loss of one corpus's runs from that of another's, paired (train-to-train); a " +
    "run's loss on a task from its train loss (train-to-test); the loss on a task from that of another corpus's runs " +
    "(test-to-test); a run's error on a task from a loss (loss-to-error); train-to-train, then train-to-test (composed); or " +
    "a loss by its own law of parameters and tokens (scaling-law)",
  values: oneOf(...RELATIONS),
  default: "train-to-train",
  apply(recipe, value) {
    recipe.relation = value;
  },
});

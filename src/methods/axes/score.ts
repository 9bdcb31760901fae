import { defineAxis } from "../axis.ts";
import { anyName } from "../axis-values.ts";

export const score = defineAxis<{ score: string }, string>({
  name: "score",
  description: "metric of the task that is predicted",
  values: anyName("a metric of the table"),
  default: "accuracy",
  apply(recipe, value) {
    recipe.score = value;
  },
});

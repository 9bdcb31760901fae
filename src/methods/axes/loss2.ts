import type { Loss } from "../../solve/problem.ts";
import { defineAxis } from "../axis.ts";
import { oneOf } from "../axis-values.ts";

export const loss2 = defineAxis<{ loss2: Loss }, "huber" | "squared">({
  name: "loss2",
  description: "loss of step 2's residuals, which are of accuracy",
  values: oneOf("huber", "squared"),
  default: "squared",
  apply(recipe, value) {
    recipe.loss2 = value === "huber" ? { kind: "huber", delta: 1e-3 } : { kind: "squared" };
  },
});

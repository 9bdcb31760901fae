import type { Loss } from "../../solve/problem.ts";
import { defineAxis } from "../axis.ts";
import { oneOf } from "../axis-values.ts";

export const loss1 = defineAxis<{ loss1: Loss }, "huber" | "squared">({
  name: "loss1",
  description: "loss of step 1's residuals, which are of the logarithm of the feature",
  values: oneOf("huber", "squared"),
  default: "huber",
  apply(recipe, value) {
    recipe.loss1 = value === "huber" ? { kind: "huber", delta: 1e-3 } : { kind: "squared" };
  },
});

import type { Loss } from "../../solve/problem.ts";
import { defineAxis } from "../axis.ts";
import { numberWhere } from "../axis-values.ts";

export const delta2 = defineAxis<{ loss2: Loss }, number>({
  name: "delta2",
  description:
    "residual at which step 2's Huber loss turns from square to linear; idle where loss2 is squared",
  values: numberWhere("a number > 0", (value) => value > 0),
  default: 1e-3,
  apply(recipe, value) {
    if (recipe.loss2.kind === "huber") recipe.loss2 = { kind: "huber", delta: value };
  },
});

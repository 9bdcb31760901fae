import type { Loss } from "../../solve/problem.ts";
import { defineAxis } from "../axis.ts";
import { numberWhere } from "../axis-values.ts";

export const delta1 = defineAxis<{ loss1: Loss }, number>({
  name: "delta1",
  description:
    "residual at which step 1's Huber loss turns from square to linear; idle where loss1 is squared",
  values: numberWhere("a number > 0", (value) => value > 0),
  default: 1e-3,
  apply(recipe, value) {
    if (recipe.loss1.kind === "huber") recipe.loss1 = { kind: "huber", delta: value };
  },
});

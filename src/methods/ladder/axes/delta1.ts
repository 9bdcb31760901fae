import { defineAxis } from "../../axis.ts";
import { numberWhere } from "../../axis-values.ts";
import type { LadderRecipe } from "../recipe.ts";

export const delta1 = defineAxis<LadderRecipe, number>({
  name: "delta1",
  description:
    "residual at which step 1's Huber loss turns from square to linear; idle where loss1 is squared",
  values: numberWhere("a number > 0", (value) => value > 0),
  default: 1e-3,
  apply(recipe, value) {
    if (recipe.loss1.kind === "huber") recipe.loss1 = { kind: "huber", delta: value };
  },
});

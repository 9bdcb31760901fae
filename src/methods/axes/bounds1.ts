import { defineAxis } from "../axis.ts";
import { boundsValue } from "../bounds.ts";

export const bounds1 = defineAxis<{ bounds1: string }, string>({
  name: "bounds1",
  description: "bounds of the parameters of step 1, or of the single step",
  values: boundsValue,
  default: "form",
  apply(recipe, value) {
    recipe.bounds1 = value;
  },
});

import { defineAxis } from "../axis.ts";
import { boundsValue } from "../bounds.ts";

export const bounds2 = defineAxis<{ bounds2: string }, string>({
  name: "bounds2",
  description: "bounds of the parameters of step 2; idle in a single step",
  values: boundsValue,
  default: "form",
  apply(recipe, value) {
    recipe.bounds2 = value;
  },
});

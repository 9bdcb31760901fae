import { defineAxis } from "../axis.ts";
import { wholeNumber } from "../axis-values.ts";

export const finalWindow = defineAxis<{ finalWindow: number }, number>({
  name: "final_window",
  description:
    "checkpoints at the end of a run whose mean is its final value, in step 1 and for actual values",
  values: wholeNumber(1),
  default: 5,
  apply(recipe, value) {
    recipe.finalWindow = value;
  },
});

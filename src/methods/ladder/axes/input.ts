import { defineAxis } from "../../axis.ts";
import { oneOf } from "../../axis-values.ts";
import { type LadderRecipe, lawOfSizeAndTokens } from "../recipe.ts";

export const input = defineAxis<LadderRecipe, "n_d" | "c">({
  name: "input",
  description:
    "input of step 1: parameters and tokens (form chinchilla), or compute in FLOPs (form power-law-offset)",
  values: oneOf("n_d", "c"),
  default: "n_d",
  apply(recipe, value, context) {
    recipe.law =
      value === "n_d"
        ? lawOfSizeAndTokens(context)
        : { form: context.form("power-law-offset"), variables: ({ c }) => [c] };
  },
});

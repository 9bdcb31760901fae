import { defineAxis } from "../../axis.ts";
import { oneOf } from "../../axis-values.ts";
import { type LadderRecipe, sizeAndTokens } from "../recipe.ts";

export const input = defineAxis<LadderRecipe, "n_d" | "c">({
  name: "input",
  description:
    "input of step 1: parameters and tokens (form chinchilla; in a single step, single-step), or compute in FLOPs " +
    "(power-law-offset; single-step-compute)",
  values: oneOf("n_d", "c"),
  default: "n_d",
  apply(recipe, value, context) {
    recipe.input =
      value === "n_d"
        ? sizeAndTokens(context)
        : {
            variables: ({ c }) => [c],
            law: context.form("power-law-offset"),
            single: context.form("single-step-compute"),
          };
  },
});

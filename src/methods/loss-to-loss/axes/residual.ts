import { defineAxis } from "../../axis.ts";
import { oneOf } from "../../axis-values.ts";
import type { LossToLossRecipe, TranslationResidual } from "../recipe.ts";

export const residual = defineAxis<LossToLossRecipe, TranslationResidual>({
  name: "residual",
  description:
    "residuals of a translation: of the logarithm of the loss above E1 (shifted-log; where E1 is fitted the same as log), of " +
    "that of the loss (log), or of the loss (plain)",
  values: oneOf("shifted-log", "log", "plain"),
  default: "shifted-log",
  apply(recipe, value) {
    recipe.residual = value;
  },
});

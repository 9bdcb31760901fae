import type { Residual } from "../../../solve/problem.ts";
import { defineAxis } from "../../axis.ts";
import { oneOf } from "../../axis-values.ts";

export const residual = defineAxis<{ residual: Residual }, Residual>({
  name: "residual",
  description:
    "residuals of the form from compute straight to the score: of the score (plain) or of its logarithm (log); idle " +
    "unless feature is none",
  values: oneOf("plain", "log"),
  default: "plain",
  apply(recipe, value) {
    recipe.residual = value;
  },
});

import type { Form } from "../../../forms/form.ts";
import { defineAxis } from "../../axis.ts";
import { formOfOneVariable } from "../../axis-values.ts";

export const direct = defineAxis<{ direct: Form }, string>({
  name: "direct",
  description:
    "form from compute straight to the score: compute-power-law (FP, equation 3), compute-log-score (equation 6), " +
    "compute-negative-log-score (GPT-4's own), compute-composed, single-step-compute, or the user's own; idle unless " +
    "feature is none",
  values: formOfOneVariable,
  default: "compute-power-law",
  apply(recipe, value, context) {
    recipe.direct = context.form(value);
  },
});

import type { Form } from "../../../forms/form.ts";
import { defineAxis } from "../../axis.ts";
import { formOfOneVariable } from "../../axis-values.ts";

export const law = defineAxis<{ law: Form }, string>({
  name: "law",
  description:
    "form of step 1, from compute to the feature: power-law (equation 1), power-law-offset, or the user's own; idle " +
    "where feature is none",
  values: formOfOneVariable,
  default: "power-law",
  apply(recipe, value, context) {
    recipe.law = context.form(value);
  },
});

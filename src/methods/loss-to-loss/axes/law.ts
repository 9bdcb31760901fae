import type { Form } from "../../../forms/form.ts";
import { defineAxis } from "../../axis.ts";
import { formOfVariables } from "../../axis-values.ts";

export const law = defineAxis<{ law: Form }, string>({
  name: "law",
  description:
    "form from parameters and tokens to a loss, whose parameter E is the irreducible loss: chinchilla (equation 1), kaplan " +
    "(equation 2, in which it is 0), kaplan-offset (equation 3), or the user's own",
  values: formOfVariables("N", "D"),
  default: "chinchilla",
  apply(recipe, value, context) {
    recipe.law = context.form(value);
  },
});

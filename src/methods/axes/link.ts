import type { Form } from "../../forms/form.ts";
import { defineAxis } from "../axis.ts";
import { formOfOneVariable } from "../axis-values.ts";

export const link = defineAxis<{ link: Form }, string>({
  name: "link",
  description:
    "form of step 2, from the feature to accuracy: sigmoid, log-sigmoid, linear, or the user's own",
  values: formOfOneVariable,
  default: "sigmoid",
  apply(recipe, value, context) {
    recipe.link = context.form(value);
  },
});

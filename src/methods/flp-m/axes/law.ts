import { defineAxis } from "../../axis.ts";
import type { ValueSet } from "../../axis-values.ts";
import { LAWS } from "../law.ts";

const values: ValueSet<string> = {
  type: "string",
  allowed: `${LAWS.join(", ")}, or the name of a form with one variable a source`,
  words: LAWS,
  takesForms: true,
  read(given, context) {
    if (typeof given !== "string") return { problem: JSON.stringify(given) ?? String(given) };
    if (!LAWS.some((law) => law === given)) context.form(given);
    return { value: given };
  },
};

export const law = defineAxis<{ law: string }, string>({
  name: "law",
  description:
    "form of step 1, from the FLOPs of each source to the loss of each domain (table 3): m1 takes their sum alone, m2 is " +
    "a product of powers, m3 a power of a weighted sum, m4 both the power of the sum and those of the sources (equation 5)",
  values,
  default: "m4",
  apply(recipe, value) {
    recipe.law = value;
  },
});

import { MOST_HIDDEN } from "../../../forms/families/network.ts";
import { defineAxis } from "../../axis.ts";
import type { ValueSet } from "../../axis-values.ts";
import { wholeNumber } from "../../axis-values.ts";

const atLeastOne = wholeNumber(1);

const values: ValueSet<number> = {
  type: "int64",
  allowed: `a whole number from 1 to ${MOST_HIDDEN}`,
  read(given, context) {
    const read = atLeastOne.read(given, context);
    return "value" in read && read.value > MOST_HIDDEN ? { problem: String(read.value) } : read;
  },
};

export const hidden = defineAxis<{ hidden: number }, number>({
  name: "hidden",
  description: "hidden units of the network; idle without one",
  values,
  default: 3,
  apply(recipe, value) {
    recipe.hidden = value;
  },
});

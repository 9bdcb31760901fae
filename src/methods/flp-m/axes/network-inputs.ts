import { defineAxis } from "../../axis.ts";
import { oneOf } from "../../axis-values.ts";

export const networkInputs = defineAxis<{ networkInputs: "standardised" | "raw" }, "standardised" | "raw">({
  name: "network_inputs",
  description:
    "what the network takes: losses less their mean over their standard deviation, both over the points of step 2 " +
    "(standardised), or losses as they are (raw); idle without a network",
  values: oneOf("standardised", "raw"),
  default: "standardised",
  apply(recipe, value) {
    recipe.networkInputs = value;
  },
});

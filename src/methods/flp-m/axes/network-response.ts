import { defineAxis } from "../../axis.ts";
import { oneOf } from "../../axis-values.ts";

export const networkResponse = defineAxis<{ responseUnit: number }, "percent" | "share">({
  name: "network_response",
  description:
    "unit of the score that the network is trained on, which the weight decay is weighed against: percent or share; idle " +
    "without a network",
  values: oneOf("percent", "share"),
  default: "percent",
  apply(recipe, value) {
    recipe.responseUnit = value === "percent" ? 0.01 : 1;
  },
});

import { defineAxis } from "../../axis.ts";
import { oneOf } from "../../axis-values.ts";
import type { DomainLink } from "../recipe.ts";

export const link = defineAxis<{ link: DomainLink }, DomainLink>({
  name: "link",
  description:
    "how the score is reached (figure 8): by a network of the domain losses trained with Adam (network) or solved by least " +
    "squares (network-least-squares), by a linear function of them (linear) or of their mean, which step 1 then predicts " +
    "as one (average: FLP on mixtures), by the law straight from FLOPs (flops); none is step 1 alone, where the task is " +
    "itself a domain and its loss is predicted (figure 7)",
  values: oneOf("network", "network-least-squares", "linear", "average", "flops", "none"),
  default: "network",
  apply(recipe, value) {
    recipe.link = value;
  },
});

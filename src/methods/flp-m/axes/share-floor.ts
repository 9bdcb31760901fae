import { defineAxis } from "../../axis.ts";
import { numberWhere } from "../../axis-values.ts";
import type { SourcePolicy } from "../source-flops.ts";

export const shareFloor = defineAxis<{ policy: SourcePolicy }, number>({
  name: "share_floor",
  description: "e of zero_share; idle where that is drop",
  values: numberWhere("a number > 0 and < 1", (value) => value > 0 && value < 1),
  default: 0.01,
  apply(recipe, value) {
    recipe.policy = { ...recipe.policy, shareFloor: value };
  },
});

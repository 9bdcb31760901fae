import { defineAxis } from "../../axis.ts";
import { oneOf } from "../../axis-values.ts";
import type { LadderRecipe } from "../recipe.ts";

export const smoothingOrder = defineAxis<LadderRecipe, "drop-first" | "smooth-first">({
  name: "smoothing_order",
  description: "whether early checkpoints are dropped before or after the moving average",
  values: oneOf("drop-first", "smooth-first"),
  default: "drop-first",
  apply(recipe, value) {
    // drop_early and smoothing_window have put their filters in, in this order.
    if (value === "smooth-first") recipe.filters.reverse();
  },
});

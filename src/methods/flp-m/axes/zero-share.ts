import { defineAxis } from "../../axis.ts";
import { oneOf } from "../../axis-values.ts";
import type { SourcePolicy, ZeroShare } from "../source-flops.ts";

export const zeroShare = defineAxis<{ policy: SourcePolicy }, ZeroShare>({
  name: "zero_share",
  description:
    "what a source with share 0 counts as: overlap gives every source the part e of all others, C_s = C (p_s + e)/(1 + K e) " +
    "for K sources; floor raises shares below e to e; drop leaves the run out; idle for law m1",
  values: oneOf("overlap", "floor", "drop"),
  default: "overlap",
  apply(recipe, value) {
    recipe.policy = { ...recipe.policy, zeroShare: value };
  },
});

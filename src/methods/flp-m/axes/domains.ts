import { UserError } from "../../../errors.ts";
import { defineAxis } from "../../axis.ts";
import type { ValueSet } from "../../axis-values.ts";
import { type Feature, featureName, parseFeature } from "../../feature.ts";

const values: ValueSet<string> = {
  type: "string",
  allowed:
    "METRIC@domains, all subjects that have no accuracy; METRIC@SUBJECT+SUBJECT such as loss@math+code; METRIC, the task's own",
  read(given, context) {
    return given === "none" ? { problem: '"none"' } : featureName.read(given, context);
  },
};

export const domains = defineAxis<{ domains: Feature }, string>({
  name: "domains",
  description: "losses that step 1 predicts, one law a domain, and step 2 starts from",
  values,
  default: "loss@domains",
  apply(recipe, value) {
    const feature = parseFeature(value);
    if (feature === undefined) throw new UserError(`${value} names no loss`);
    recipe.domains = feature;
  },
});

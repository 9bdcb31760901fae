import { key, mappingOf, text } from "../keys.ts";

/** Keys of `ranking:` in a sweep file. */
export const rankingKeys = {
  /** Axis whose values are ranked. @default family */
  by: key(text("the name of an axis of the method").default("family"), "axis whose values are ranked"),
};

export const rankingSchema = mappingOf(rankingKeys);

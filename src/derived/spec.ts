import { z } from "zod";
import { taking } from "../keys.ts";

/** `derived:` of a sweep file: an expression by the name of its quantity. */
export const derivedSchema = taking(
  z.record(z.string().regex(/^[A-Za-z]\w*$/, "a name of letters, digits and underscores"), z.string()),
  "a mapping of names to expressions of a fit's parameters: {a: beta/(alpha + beta)}",
);

import type { z } from "zod";
import { type Given, key, listOf, mappingOf, taking, text, whole } from "../keys.ts";
import { defaultGrammar, grammarSchema } from "./grammar.ts";

/** Keys of `search:` in a sweep file. */
export const searchKeys = {
  /** Inputs of the laws that are sought, one or several. @default those of the sweep's laws */
  inputs: key(listOf(text("the name of an input")).optional(), "inputs of the laws that are sought", {
    otherwise: "those of the sweep's laws",
  }),
  /** What laws are made of: keys of docs/search.md, {} for the defaults. @default sums of products of powers, logarithms, decays, saturation, breaks and interactions, and the library of laws */
  grammar: key(
    taking(grammarSchema, "a mapping of keys of docs/search.md; {} for the defaults").default(defaultGrammar),
    "what laws are made of: keys of [search.md](search.md#a-grammar), `{}` for the defaults",
    {
      otherwise:
        "sums of products of powers, logarithms, decays, saturation, breaks and interactions, and the library of laws",
    },
  ),
  /** Most forms that are tried. @default 2000 */
  tries: key(whole(1, 1_000_000).default(2000), "most forms that are tried", { option: {} }),
  /** Rounds: the first takes the smallest forms, each other one what one step makes of the best. @default 4 */
  rounds: key(
    whole(1, 100).default(4),
    "rounds: the first takes the smallest forms, each other one what one step makes of the best",
    { option: {} },
  ),
  /** The best forms that a round goes on from, and that are fitted from more starts at the end. @default 40 */
  keep: key(
    whole(2, 10_000).default(40),
    "the best forms that a round goes on from, and that are fitted from more starts at the end",
    { option: {} },
  ),
  /** Most cuts: sizes up to which forms are fitted. @default 3 */
  cuts: key(whole(1, 20).default(3), "most cuts: sizes up to which forms are fitted", { option: {} }),
  /** Random starts of each fit. @default 8 */
  first_starts: key(whole(1, 65_536).default(8), "random starts of each fit", { option: {} }),
  /** Random starts of the fits of the forms that are kept. @default 64 */
  final_starts: key(whole(1, 65_536).default(64), "random starts of the fits of the forms that are kept", {
    option: {},
  }),
  /** Resamples of the runs, by which differences of errors are judged. @default 400 */
  resamples: key(
    whole(50, 100_000).default(400),
    "resamples of the runs, by which differences of errors are judged",
  ),
};

export const searchSchema = mappingOf(searchKeys);

/** A search for laws, as a sweep file or a program gives it under `search:`. */
export type SearchSpec = Given<typeof searchKeys>;

/** A search with every default filled in. */
export type CheckedSearch = z.output<typeof searchSchema>;

/** Meaning of the finding on a table that was read by a guess. */
export const COLUMNS_GUESSED =
  "its columns were guessed from their names and values (lawfit inspect prints the guess, ready for a sweep file)";

/** What may not be meant of the rows of a table of any columns, a text for each case. */
export interface Cautions {
  /** Columns in which rows that are fitted together differ, such as what was measured. */
  pooled: readonly string[];
  /** Rows that are there several times. */
  copied: readonly string[];
  /** Sizes that are no counts. */
  unscaled: readonly string[];
}

/** A table that may have cautions. */
interface Cautious {
  table: { free?: { cautions?: Cautions | undefined } };
}

const check = (kind: keyof Cautions, name: string, meaning: string) => ({
  ...{ name, meaning },
  cases: ({ table: { free } }: Cautious) => free?.cautions?.[kind] ?? [],
});

/** The checks that find them, a finding for each kind. */
export const CAUTION_CHECKS = [
  check(
    "pooled",
    "rows-fitted-together",
    "rows that differ in more than the inputs of the law are fitted together",
  ),
  check("copied", "copied-rows", "rows are there several times"),
  check(
    "unscaled",
    "sizes-in-other-units",
    "N or D may be in another unit than one parameter and one token, in which 6ND is FLOPs",
  ),
];

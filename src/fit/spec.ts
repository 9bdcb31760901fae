import { z } from "zod";
import { type Given, key, mappingOf, taking, text } from "../keys.ts";
import { parseCount } from "../tables/numbers.ts";

const column = (allowed = "a column's name, or an SQL expression over the columns") => text(allowed);
/** A number, or a count such as 7B. */
const value = z.union([z.number(), z.string().transform(parseCount).refine(Number.isFinite)]);
const values = z.record(z.string().min(1), value as z.ZodType<number, number | string>);

/** Keys of `fit:` in a sweep file: the part that each column of the table has in the laws. */
export const fitKeys = {
  /** The response: a column, or an SQL expression over the columns; or a list of them, each fitted apart. @default the left side of the law, or the column that is named as a loss */
  y: key(
    taking(
      z.union([
        z
          .string()
          .min(1)
          .transform((one) => [one]),
        z.array(z.string().min(1)).min(1),
      ]),
      "a column's name, or an SQL expression over the columns, or a list of them",
      { reader: "texts" },
    ).optional(),
    "the response: a column, or an SQL expression over the columns; or a list of them, each fitted apart",
    { otherwise: "the left side of the law, or the column that is named as a loss", option: {} },
  ),
  /** Inputs of the laws by name, each a column or an SQL expression: {N: params, D: "tokens*1e9"}. @default the columns of those names, or those that their names say */
  x: key(
    taking(
      z.record(z.string().min(1), z.string().min(1)),
      "a mapping of the names in the law to columns or SQL expressions, such as {N: params, D: tokens*1e9}",
    ).optional(),
    'inputs of the laws by name, each a column or an SQL expression: `{N: params, D: "tokens*1e9"}`',
    { otherwise: "the columns of those names, or those that their names say" },
  ),
  /** Column whose every value is a group of rows that is fitted apart. @default all rows together */
  group: key(column().optional(), "column whose every value is a group of rows that is fitted apart", {
    otherwise: "all rows together",
    option: {},
  }),
  /** SQL predicate on the columns: the rows to read. @default all rows */
  where: key(
    text("an SQL predicate on the columns").optional(),
    "SQL predicate on the columns: the rows to read",
    {
      otherwise: "all rows",
      option: {},
    },
  ),
  /** SQL predicate on the columns: rows that are predicted and not fitted. @default none */
  test: key(
    text("an SQL predicate on the columns").optional(),
    "SQL predicate on the columns: rows that are predicted and not fitted",
    { otherwise: "none", option: {} },
  ),
  /** Weights of the rows' losses, >= 0: a column or an SQL expression. @default all 1 */
  weights: key(column().optional(), "weights of the rows' losses, >= 0: a column or an SQL expression", {
    otherwise: "all 1",
    option: {},
  }),
  /** Standard error of each row's response, > 0: a column or an SQL expression. @default the same for all rows, unknown */
  sigma: key(
    column().optional(),
    "standard error of each row's response, > 0: a column or an SQL expression",
    {
      otherwise: "the same for all rows, unknown",
      option: {},
    },
  ),
  /** Column that names the run of each row: rows of one run are resampled together. @default each row is a run of its own */
  run: key(
    column().optional(),
    "column that names the run of each row: rows of one run are resampled together",
    {
      otherwise: "each row is a run of its own",
      option: {},
    },
  ),
  /** Column of the cost of each row, by which back-tests tell smaller rows from larger ones. @default the input C, or 6*N*D */
  cost: key(
    column().optional(),
    "column of the cost of each row, by which back-tests tell smaller rows from larger ones",
    { otherwise: "the input C, or `6*N*D`" },
  ),
  /** Inputs to predict at, {N: 7e9, D: 2e12}, or a list of them. @default none */
  at: key(
    taking(
      z.union([values.transform((one) => [one]), z.array(values).min(1)]),
      "a mapping of the law's inputs to numbers, such as {N: 7e9, D: 2e12}, or a list of them",
    ).optional(),
    "inputs to predict at, `{N: 7e9, D: 2e12}`, or a list of them",
    { otherwise: "none" },
  ),
  /** Table of rows to predict, with the columns that the inputs are read from. @default none */
  predict: key(
    text("the path of a table").optional(),
    "table of rows to predict, with the columns that the inputs are read from",
    { otherwise: "none", option: {} },
  ),
};

export const fitSchema = mappingOf(fitKeys);

/** The part that columns have in laws, as a sweep file or a program gives it under `fit:`. */
export type FitSpec = Given<typeof fitKeys>;

export type CheckedFit = z.output<typeof fitSchema>;

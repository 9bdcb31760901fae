import { z } from "zod";
import { valueAtPath } from "../collections.ts";
import { notAmong, UserError } from "../errors.ts";

/** Prefix of the names of columns that expressions make. */
export const SQL_PREFIX = "sql: ";
const columnName = z.string().min(1);
const column = z.union([
  columnName,
  z.strictObject({ sql: columnName }).transform(({ sql }) => `${SQL_PREFIX}${sql}`),
]);
const columnByName = z.record(z.string().min(1), column);
const value = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/**
 * The `columns:` mapping of a sweep file: the columns of a user's own table that hold those of the schema. A column that is not
 * mapped keeps its name.
 *
 * The name of a column may be replaced by an SQL expression over the table's columns: `{sql: 1 - err/100}`.
 *
 * A tidy table only renames: `{n: params, metrics: {loss: bpb}}`. A wide table, with one row a checkpoint,
 * says which columns hold the metrics of each subject:
 *
 *     run: run_name
 *     n: params
 *     d: tokens
 *     role: {column: split, target: [big1, big2]}
 *     subjects:
 *       hellaswag: {loss: hs_bpb, accuracy: hs_acc}
 *       c4: {loss: c4_ce}
 */
export const columnsSchema = z
  .strictObject({
    run: column.optional(),
    n: column.optional(),
    d: column.optional(),
    c: column.optional(),
    step: column.optional(),
    family: column.optional(),
    phase: column.optional(),
    /** A column of `fit` and `target`, or any column and the values of it that mean `target`. */
    role: z
      .union([
        column,
        z.strictObject({
          column: columnName,
          target: z.union([value.transform((target) => [target]), z.array(value).min(1)]),
        }),
      ])
      .optional(),
    subject: column.optional(),
    /** Metric name to column; when given, no other column of a tidy table is a metric. */
    metrics: columnByName.optional(),
    /** Wide tables: subject to metric name to column. */
    subjects: z.record(z.string().min(1), columnByName).optional(),
    /** Training source to the column of its share. */
    mix: columnByName.optional(),
    /** Input of a law to the column that holds it, where the two have different names. */
    inputs: columnByName.optional(),
  })
  .refine(({ subjects, subject }) => subjects === undefined || subject === undefined, {
    path: ["subjects"],
    message: "a table is tidy (subject) or wide (subjects), not both",
  })
  .refine(({ subjects, metrics }) => subjects === undefined || metrics === undefined, {
    path: ["metrics"],
    message: "the metrics of a wide table are named under subjects",
  })
  .refine(({ inputs = {} }) => !["N", "D", "C"].some((name) => Object.hasOwn(inputs, name)), {
    path: ["inputs"],
    message: "N, D and C of laws are the columns n, d and c",
  });

/**
 * A checked mapping of columns. An expression has become the name of the column that `computeColumns` makes
 * of it.
 */
export type ColumnMapping = z.output<typeof columnsSchema>;

/** A mapping of columns as a user writes it. */
export type ColumnMappingInput = z.input<typeof columnsSchema>;

const ALLOWED_KEYS = Object.keys(columnsSchema.shape);

/**
 * Checks a `columns:` mapping.
 *
 * @param given the mapping, as parsed from YAML
 * @param key name of the mapping in messages
 * @throws UserError naming the first key that is wrong and what is allowed
 */
export function parseColumns(given: unknown, key = "columns"): ColumnMapping {
  const result = columnsSchema.safeParse(given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue === undefined) throw new UserError(`${key}: not a mapping of columns`);
  const path = [key, ...issue.path].join(".");
  if (issue.code === "unrecognized_keys") {
    const unknown = issue.keys[0] ?? "";
    const pick = valueAtPath({ ...(given as object) }, issue.path);
    if (typeof pick === "object" && pick !== null && "sql" in pick) {
      throw new UserError(
        `${path}: an expression in braces ends at its first comma, before ${JSON.stringify(unknown)}; allowed: it in quotes, ` +
          `{sql: ${JSON.stringify([pick.sql, ...issue.keys].join(", "))}}`,
      );
    }
    throw new UserError(`${path}: unknown key ${notAmong(unknown, ALLOWED_KEYS)}`);
  }
  if (issue.code === "invalid_union") {
    const byValue = issue.path[0] === "role" ? " or {column: NAME, target: [VALUE, ...]}" : "";
    throw new UserError(
      `${path}: not valid; allowed is a column's name or an expression {sql: 1 - err/100}${byValue}`,
    );
  }
  throw new UserError(`${path}: ${issue.message}`);
}

/** The expressions of a mapping, by the names of the columns that they make. */
export function expressionsOf(mapping: ColumnMapping): Map<string, string> {
  const { role, metrics, subjects, mix, inputs, ...simple } = mapping;
  const names = [simple, { role }, metrics, mix, inputs, ...Object.values(subjects ?? {})].flatMap(
    (columns) => Object.values(columns ?? {}),
  );
  const computed = names.filter((name) => typeof name === "string" && name.startsWith(SQL_PREFIX));
  return new Map(computed.map((name) => [String(name), String(name).slice(SQL_PREFIX.length)]));
}

/**
 * Demands that the columns of a file have different names, as readers treat repeated names differently, and that no name holds a NUL,
 * which ends an SQL text.
 *
 * @throws UserError with the places
 */
export function demandColumnNames(path: string, names: readonly string[]): void {
  const first = new Map<string, number>();
  names.forEach((name, place) => {
    if (name.includes("\0")) {
      throw new UserError(
        `${path}: column ${place + 1} is named ${JSON.stringify(name)}; allowed: a name without \\u0000`,
      );
    }
    const before = first.get(name);
    if (before !== undefined) {
      throw new UserError(
        `${path}: two columns are named ${JSON.stringify(name)} (columns ${before + 1} and ${place + 1}); allowed: one column of a name`,
      );
    }
    first.set(name, place);
  });
}

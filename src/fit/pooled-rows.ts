import { texts } from "../tables/cells.ts";
import type { Role } from "../tables/checkpoint-table.ts";
import type { Column, Table } from "../tables/table.ts";
import type { CheckedFit } from "./spec.ts";

/** What a column of a table of checkpoints is known by: it tells rows apart that are not to be fitted as one. */
const TELLING = {
  subject: /^(subject|task|benchmark|domain|dataset|corpus)$/i,
  run: /^(run|run_?name|run_?id|exp_name)$/i,
  role: /^(role|split)$/i,
} as const;

/**
 * What rows are pooled that a table tells apart, a line each: subjects that are fitted as one, rows of one run that are taken as
 * independent, and runs of several roles.
 *
 * @param role of each row: those to fit count
 * @param used columns that are read as something else, such as an input
 */
export function pooledRows(
  table: Table,
  role: readonly Role[],
  { group, run, where = "", test = "" }: Pick<CheckedFit, "group" | "run" | "where" | "test">,
  used: ReadonlySet<string>,
): string[] {
  const rows = role.flatMap((of, row) => (of === "fit" ? [row] : []));
  const named = (kind: keyof typeof TELLING): { name: string; values: string[] }[] =>
    table.columns
      .filter((column) => TELLING[kind].test(column.name) && !used.has(column.name))
      .map((column) => ({ name: column.name, values: valuesAt(column, rows) }))
      .filter(({ values }) => new Set(values).size > 1);
  const subjects = named("subject");
  // A run may have a row of each subject.
  const ofSubject = (i: number) => subjects.map(({ values }) => values[i]);
  const runs = (run !== undefined ? [] : named("run")).filter(
    ({ values }) =>
      new Set(values.map((run, i) => JSON.stringify([run, ...ofSubject(i)]))).size < rows.length,
  );
  const roles = named("role").filter(({ name }) => !`${where} ${test}`.includes(name));
  return [
    ...(group !== undefined ? [] : subjects).map(
      ({ name, values }) =>
        `${name} has ${new Set(values).size} values (--group ${name} fits each for itself)`,
    ),
    ...runs.map(
      ({ name, values }) =>
        `${name} has ${new Set(values).size} values in ${rows.length} rows, such as checkpoints, that are taken as independent (--run ${name} takes runs as that)`,
    ),
    ...roles.map(({ name, values }) => {
      const all = [...new Set(values)];
      return `${name} is ${all.slice(0, 3).join(", ")} (--where "${name} = '${all[0]!.replaceAll("'", "''")}'" reads these alone)`;
    }),
  ];
}

/** The values of a column as texts; a missing one is empty. */
function valuesAt(column: Column, rows: readonly number[]): string[] {
  const all = texts(column);
  return rows.map((row) => all[row] ?? "");
}

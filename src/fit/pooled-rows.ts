import { groupBy } from "../collections.ts";
import { texts } from "../tables/cells.ts";
import {
  isStepName,
  isSubjectName,
  readCountName,
  runNameRank,
  tellsRunsApart,
} from "../tables/guess/input-names.ts";
import { type ColumnPick, quoted } from "../tables/guess/pick.ts";
import { guessRuns } from "../tables/guess/runs.ts";
import type { Column, SourcedTable } from "../tables/table.ts";
import { countOf, shellWord } from "../text.ts";
import type { Pick } from "./columns.ts";

/** What is known of the rows that are fitted. */
interface KnownRows {
  /** Parameters and tokens, where the laws take them. */
  n: Float64Array | undefined;
  d: Float64Array | undefined;
  group: readonly (string | null)[] | undefined;
  run: Pick | undefined;
  /** Whether the user names a column somewhere, so that what it holds is known. */
  isNamed(column: string): boolean;
}

/** Values of a column that are named. */
const MOST_VALUES = 3;

/**
 * Columns in which rows that are fitted together differ, which tell what was measured, of which run, when, or whether to fit it; with
 * the options by which they are kept apart.
 *
 * @param table the rows that are fitted
 */
export function pooledRows(table: SourcedTable, known: KnownRows): string[] {
  const all = Array.from({ length: table.rows }, (_, row) => row);
  const groups = [...groupBy(all, (row) => known.group?.[row]).values()];
  const differ = (values: readonly unknown[]) =>
    groups.some((rows) => new Set(rows.map((row) => values[row])).size > 1);
  const isText = ({ type }: Column) => type === "string" || type === "int64";
  const subject = table.columns.find(
    (column) => isSubjectName(column.name) && isText(column) && differ(texts(column)),
  );
  const role = table.columns.find(
    (column) => isRoleName(column.name) && texts(column).includes("fit") && differ(texts(column)),
  );
  const said: string[] = [];
  if (subject !== undefined && !known.isNamed(subject.name)) {
    const cure =
      known.group === undefined
        ? `--group ${option(subject.name)} fits each apart`
        : `--where ${onlyValue(subject, texts(subject).find((text) => text !== null)!)} keeps one`;
    said.push(`column ${subject.name} has ${named(subject)}: ${cure}`);
  }
  if (role !== undefined && !known.isNamed(role.name))
    said.push(`column ${role.name} has ${named(role)}: --where ${onlyValue(role, "fit")} fits those alone`);
  const runs = known.run === undefined ? runsOf(table, subject, known) : undefined;
  if (runs === undefined) return said;
  const apart = subject && texts(subject);
  const isRepeated = groups.some((rows) => {
    const names = new Set(rows.map((row) => runs.names[row]));
    const own = new Set(rows.map((row) => JSON.stringify([runs.names[row], apart?.[row]])));
    return names.size > 1 && own.size < rows.length;
  });
  if (isRepeated) {
    const step = table.columns.find((column) => isStepName(column.name) && differ(texts(column)));
    const when = step === undefined ? "" : ` at several values of ${step.name}`;
    const count = countOf(new Set(runs.names).size, "run");
    const cure = `--run ${option(typeof runs.pick === "string" ? runs.pick : runs.pick.sql)} takes them together`;
    said.push(
      runs.isNamed
        ? `${table.rows} rows are of ${count}${when}: standard errors are too small, as rows of a run are taken as independent: ${cure}`
        : `${table.rows} rows seem to be checkpoints of ${count}${when}: if they are, standard errors are too small, as rows of a run are taken as independent: ${cure}`,
    );
  }
  return said;
}

/** Whether a column is looked at, by its name. */
export const isTelling = (name: string): boolean =>
  isSubjectName(name) ||
  isStepName(name) ||
  isRoleName(name) ||
  tellsRunsApart(name) ||
  runNameRank(name) >= 0 ||
  readCountName(name) !== undefined;

const isRoleName = (name: string): boolean => /^role$/i.test(name);

/** What names the runs, where that is plain. */
function runsOf(
  table: SourcedTable,
  subject: Column | undefined,
  { n, d }: KnownRows,
): { pick: ColumnPick; names: readonly string[]; isNamed: boolean } | undefined {
  const step = table.columns.find(({ name, type }) => isStepName(name) && type !== "string");
  const subjects = subject && texts(subject);
  // A column that is named as runs are tells them whatever else identifies rows; one that is named as models are needs more.
  for (const rows of [
    { n, d: undefined, step: undefined, subject: subjects },
    { n, d, step, subject: subjects },
  ]) {
    const doubts: string[] = [];
    const { pick, names, named, used } = guessRuns(table, rows, (_, text, isDoubt) => {
      if (isDoubt) doubts.push(text);
    });
    if (pick !== undefined && doubts.length === 0 && new Set(names).size < names.length)
      return { pick, names, isNamed: named.includes(used[0] ?? "") };
  }
  return undefined;
}

/** `6 values (a, b, c ...)`. */
function named(column: Column): string {
  const values = [...new Set(texts(column))];
  const more = values.length > MOST_VALUES ? " ..." : "";
  return `${values.length} values (${values
    .slice(0, MOST_VALUES)
    .map((value) => value ?? "none")
    .join(", ")}${more})`;
}

/** A predicate that a column has a value, as a word of a shell. */
function onlyValue(column: Column, value: string): string {
  const literal = column.type === "string" ? `'${value.replaceAll("'", "''")}'` : value;
  return option(`${quoted(column.name)} = ${literal}`);
}

/** A word of a shell, in the quotation marks in which SQL is easiest to read. */
const option = (text: string): string =>
  /["$`\\!]/.test(text) || /^[\w.]+$/.test(text) ? shellWord(text) : `"${text}"`;

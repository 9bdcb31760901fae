import { definedValues, groupBy } from "../../collections.ts";
import { texts } from "../cells.ts";
import { approximateFlops } from "../checkpoint-table.ts";
import type { ColumnMapping, ColumnMappingInput } from "../columns.ts";
import { FILE_NAME, withFileNames } from "../read.ts";
import { type Column, findColumn, MIX_PREFIX, SCHEMA_NAMES, type SourcedTable } from "../table.ts";
import { type CountGuess, guessCount } from "./counts.ts";
import { isStepName, isSubjectName } from "./input-names.ts";
import { guessMetrics } from "./metrics.ts";
import { type ColumnPick, fileOfRow, quoted, type Remark, type Remarking } from "./pick.ts";
import { guessRuns } from "./runs.ts";

/** A guess at the columns of a table, from their names and values. */
export interface Guess {
  /** As a user writes them; what was not found is not there. */
  columns: ColumnMappingInput;
  remarks: Remark[];
  /** Columns that nothing was made of. */
  unused: string[];
}

/**
 * Guesses which columns of a table are those of a checkpoint table.
 *
 * @param read the table, as it was read without a mapping
 */
export function guessColumns(read: SourcedTable): Guess {
  const [table] = withFileNames([read]) as [SourcedTable];
  const remarks: Remark[] = [];
  const remark: Remarking = (key, text, isDoubt = false) => remarks.push({ key, text, isDoubt });
  const n = guessCount("n", table, remark);
  const d = guessCount("d", table, remark);
  const c = guessCount("c", table, remark);
  const sizes = derived(n, d, c, remark);
  checkSizes(sizes.n, sizes.d, c, fileOfRow(table.files), remark);
  const subject = table.columns.find((column) => isSubjectName(column.name) && isNamed(column));
  const step = table.columns.find(
    (column) => isStepName(column.name) && (column.type === "int64" || column.type === "float64"),
  );
  const metrics = guessMetrics(table, subject, remark);
  const isTidy = "metrics" in metrics.columns;
  const runs = guessRuns(
    table,
    {
      n: sizes.n?.values,
      d: sizes.d?.values,
      step,
      subject: isTidy && subject !== undefined ? texts(subject) : undefined,
    },
    remark,
  );
  const nPick = sizes.n?.pick ?? sizeInName(table, runs.named, remark);
  const isSaid = (key: string): boolean => remarks.some((said) => said.key === key);
  if (nPick === undefined && !isSaid("n")) remark("n", "no column holds the number of parameters", true);
  if (sizes.d === undefined && !isSaid("d"))
    remark("d", "no column holds the tokens, such as {sql: step * 2097152}", true);
  const columns = {
    run: runs.pick,
    n: nPick,
    d: sizes.d?.pick,
    c: c?.pick,
    step: runs.usesStep && step?.name !== "step" ? step?.name : undefined,
    ...metrics.columns,
  };
  const given = definedValues(columns);
  const used = new Set([...metrics.used, ...runs.used, step?.name, ...SCHEMA_NAMES]);
  for (const count of [n, d, c]) used.add(count?.name);
  const unused = table.columns
    .map(({ name }) => name)
    .filter((name) => !used.has(name) && name !== FILE_NAME && !name.startsWith(MIX_PREFIX));
  return { columns: given, remarks, unused };
}

/** The part of a guess that a mapping leaves open. */
export function withoutGiven({ columns, ...rest }: Guess, given: ColumnMapping): Guess {
  const isWide = given.subjects !== undefined;
  const names = Object.keys(columns).filter((key) => {
    const isMetric = key === "subject" || key === "subjects" || key === "metrics";
    if (isMetric && (isWide || given.metrics !== undefined || given.subject !== undefined)) return false;
    return given[key as keyof ColumnMapping] === undefined;
  });
  return {
    ...rest,
    columns: Object.fromEntries(names.map((name) => [name, columns[name as keyof ColumnMappingInput]])),
    remarks: rest.remarks.filter(({ key }) => given[key as keyof ColumnMapping] === undefined),
  };
}

function isNamed(column: Column): boolean {
  return column.type === "string" && column.values.every((text) => text !== null && text !== "");
}

/** Parameters or tokens from FLOPs, where one of them is not in the table. */
function derived(
  n: CountGuess | undefined,
  d: CountGuess | undefined,
  c: CountGuess | undefined,
  remark: Remarking,
): { n: CountGuess | undefined; d: CountGuess | undefined } {
  if (c === undefined || (n === undefined) === (d === undefined)) return { n, d };
  const known = (n ?? d)!;
  const key = n === undefined ? "n" : "d";
  const made: CountGuess = {
    name: c.name,
    sql: `${c.sql} / (6 * ${known.sql})`,
    pick: { sql: `${c.sql} / (6 * ${known.sql})` },
    values: c.values.map((flops, row) => flops / approximateFlops(known.values[row]!, 1)),
  };
  remark(key, "made of the FLOPs by 6*n*d, as no column holds it", true);
  return key === "n" ? { n: made, d } : { n, d: made };
}

/** Fewer and more tokens a parameter than any run has. */
const LEAST_MULTIPLE = 0.01;
const MOST_MULTIPLE = 1e6;

/** Compares parameters, tokens and FLOPs with each other. */
function checkSizes(
  n: CountGuess | undefined,
  d: CountGuess | undefined,
  c: CountGuess | undefined,
  files: readonly string[],
  remark: Remarking,
): void {
  if (n === undefined || d === undefined) return;
  const all = [...files.keys()];
  for (const [file, rows] of [["", all] as const, ...groupBy(all, (row) => files[row]!)]) {
    const multiples = rows
      .map((row) => d.values[row]! / n.values[row]!)
      .filter((value) => !Number.isNaN(value));
    const middle = multiples.sort((a, b) => a - b)[multiples.length >> 1] ?? 1;
    // Runs of few tokens may have a file of their own.
    if (middle >= (file === "" ? 1 : LEAST_MULTIPLE) && middle <= MOST_MULTIPLE) continue;
    const where = file === "" ? "" : ` of ${file}`;
    remark(
      "d",
      middle < 1
        ? `most rows${where} have fewer tokens than parameters: are the two exchanged, or in other units?`
        : `most rows${where} have ${middle.toPrecision(3)} tokens a parameter or more: in which units are they?`,
      true,
    );
    break;
  }
  if (c === undefined) return;
  const ratios = c.values.map((flops, row) => flops / approximateFlops(n.values[row]!, d.values[row]!));
  const known = ratios.filter((ratio) => !Number.isNaN(ratio)).sort();
  const middle = known[known.length >> 1] ?? 1;
  if (middle < 0.5 || middle > 3) {
    remark(
      "c",
      `${middle.toPrecision(3)} times 6*n*d, where FLOPs of training are 0.5 to 3 times that`,
      true,
    );
  }
}

/** The number of parameters from the names of the runs: `pythia-410m` has 410M. */
function sizeInName(
  table: SourcedTable,
  named: readonly string[],
  remark: Remarking,
): ColumnPick | undefined {
  const size = /(?:^|[^0-9A-Za-z.])([0-9]+(?:\.[0-9]+)?[KMBTkmbt])(?:[^0-9A-Za-z]|$)/;
  const name = [...named, FILE_NAME].find((candidate) => {
    const column = findColumn(table, candidate);
    return column !== undefined && texts(column).every((text) => size.test(text ?? ""));
  });
  if (name === undefined) return undefined;
  const two = texts(findColumn(table, name)!).find((text) => size.test(text!.replace(size, "-")));
  const which =
    two === undefined ? "" : `; the first of two sizes in ${JSON.stringify(two)}: which is meant?`;
  remark("n", `read from the names in ${name}, as no column holds the number of parameters${which}`, true);
  return { sql: `regexp_extract(${quoted(name)}, '${size.source}', 1)` };
}

import { stat } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { ColumnMapping } from "./columns.ts";
import { checkContent, tableFormat } from "./files.ts";
import { type CodedColumn, keptRows, type RowIdentity } from "./kept-rows.ts";
import { isMissingWord, meanNoNumbers } from "./numbers.ts";
import { partitionsOf } from "./read.ts";
import { codeSql, countRows, distinctLabels, eachChunk, MOST_ROWS_OF_CHUNK } from "./read-duckdb.ts";
import { withDuckDB } from "./sql/duckdb.ts";
import { fileRelation } from "./sql/file-relation.ts";
import { columnType, type RelationColumn, textSql, typeOfNoNumbers, valueSql } from "./sql/relation.ts";
import { copyCodes, copyDoubles, NO_LABEL } from "./sql/vectors.ts";
import { type Column, MIX_PREFIX, type SourcedTable } from "./table.ts";
import { isMetricName, usedColumns } from "./tidy-metrics.ts";

/** A file, as the reading of some of its rows needs it. */
interface Source {
  connection: DuckDBConnection;
  /** In SQL. */
  from: string;
  rows: number;
}

/** The columns of a tidy table by their parts in it. */
interface Parts {
  texts: { run: RelationColumn; subject: RelationColumn } & Partial<
    Record<"role" | "family" | "phase", RelationColumn>
  >;
  numbers: { n: RelationColumn; d: RelationColumn; c?: RelationColumn; step?: RelationColumn };
  mixes: RelationColumn[];
  metrics: RelationColumn[];
  /** Text beside them, which is looked at only to see whether it is meant as numbers. */
  others: RelationColumn[];
}

/** Some rows of a table. */
export interface SubjectRows {
  table: SourcedTable;
  /** As in `KeptRows`. */
  ordering: string | undefined;
}

/**
 * Reads the rows of some subjects of a tidy Parquet file, and those that say the same of its runs as all rows do (`keptRows`). All
 * other rows are checked as they pass, and are not kept.
 *
 * @returns undefined where all rows must be read: for other files and layouts, and where anything is to be said about a row that
 * would be left out
 */
export async function readSubjects(
  paths: readonly string[],
  subjects: ReadonlySet<string>,
  mapping: ColumnMapping,
): Promise<SubjectRows | undefined> {
  const [path] = paths;
  if (path === undefined || paths.length > 1 || tableFormat(path) !== "parquet") return undefined;
  if (partitionsOf(path).length > 0 || !(await stat(path).catch(() => undefined))?.isFile()) return undefined;
  try {
    await checkContent(path, "parquet");
    return await withDuckDB(async (connection) => {
      const { sql: from, columns } = await fileRelation(connection, path, "parquet");
      const parts = partsOf(columns, mapping);
      if (parts === undefined) return undefined;
      const source = { connection, from, rows: await countRows(connection, from) };
      const read = await readRows(source, parts, subjects, typeof mapping.role === "object");
      if (read === undefined) return undefined;
      const { columns: kept, sourceRow, ordering } = read;
      const files = [{ path, rows: source.rows }];
      const order = new Map(columns.map(({ name }, place) => [name, place]));
      kept.sort((a, b) => order.get(a.name)! - order.get(b.name)!);
      const table = { rows: sourceRow.length, columns: kept, literalNaN: new Map(), files, sourceRow };
      return { table, ordering };
    });
  } catch {
    // Whoever reads the whole file says what is wrong with it.
    return undefined;
  }
}

/** The columns by their parts; undefined where the table lacks some, or has others than it should. */
function partsOf(columns: readonly RelationColumn[], mapping: ColumnMapping): Parts | undefined {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const { role = "role", metrics, mix = {}, subjects } = mapping;
  if (subjects !== undefined) return undefined;
  const named = usedColumns(mapping);
  const given = [...Object.values(mapping).filter((name) => typeof name === "string"), ...Object.values(mix)];
  if (given.some((name) => !byName.has(name))) return undefined;
  const column = (key: "run" | "subject" | "family" | "phase" | "n" | "d" | "c" | "step") =>
    byName.get(mapping[key] ?? key);
  const [run, subject, n, d] = [column("run"), column("subject"), column("n"), column("d")];
  if (!run || !subject || !n || !d) return undefined;
  const mixes = columns.filter(
    ({ name }) => name.startsWith(MIX_PREFIX) || Object.values(mix).includes(name),
  );
  const free = columns.filter(
    (other) =>
      !named.includes(other.name) &&
      !mixes.includes(other) &&
      (typeOfNoNumbers(other) === undefined || isMetricName(other.name)),
  );
  const measured =
    metrics === undefined ? free.filter(isNumber) : Object.values(metrics).map((name) => byName.get(name));
  if (measured.length === 0 || measured.includes(undefined)) return undefined;
  const others = metrics === undefined ? free.filter((other) => !isNumber(other)) : [];
  // A column with such a name must be numbers.
  if (others.some(({ name }) => isMetricName(name))) return undefined;
  const [c, step] = [column("c"), column("step")];
  const numbers = { n, d, ...(c && { c }), ...(step && { step }) };
  const all = [...Object.values(numbers), ...mixes, ...(measured as RelationColumn[])];
  if (!all.every(isNumber)) return undefined;
  const roleColumn = byName.get(typeof role === "object" ? role.column : role);
  if (roleColumn === undefined && mapping.role !== undefined) return undefined;
  const [family, phase] = [column("family"), column("phase")];
  const texts = {
    run,
    subject,
    ...(roleColumn && { role: roleColumn }),
    ...(family && { family }),
    ...(phase && { phase }),
  };
  return { texts, numbers, mixes, metrics: [...new Set(measured as RelationColumn[])], others };
}

function isNumber(column: RelationColumn): boolean {
  const type = columnType(column);
  return (type === "int64" || type === "float64") && typeOfNoNumbers(column) === undefined;
}

async function readRows(
  source: Source,
  { texts, numbers, mixes, metrics, others }: Parts,
  subjects: ReadonlySet<string>,
  isRoleByValue: boolean,
): Promise<{ columns: Column[]; sourceRow: Uint32Array; ordering: string | undefined } | undefined> {
  const { connection, from } = source;
  for (const other of others) {
    if (columnType(other) === "boolean") continue;
    const labels = await distinctLabels(connection, textSql(other), from);
    if (labels === undefined || !meanNoNumbers(labels)) return undefined;
  }
  const named = Object.values(texts);
  const labels: string[][] = [];
  for (const column of named) {
    const found = await distinctLabels(connection, textSql(column), from);
    // Empty texts and words for missing values are counted where all rows are read.
    if (found?.some((label) => label.trim() === "" || isMissingWord(label) || /^\s*nan\s*$/i.test(label)))
      return undefined;
    if (found === undefined) return undefined;
    labels.push(found);
  }
  const numeric = [...Object.values(numbers), ...mixes];
  const read = await readAll(source, named, labels, numeric);
  if (read === undefined) return undefined;
  const coded = (column: RelationColumn | undefined) => read.texts[named.indexOf(column!)];
  const values = (column: RelationColumn | undefined) => read.numbers[numeric.indexOf(column!)];
  const role = coded(texts.role);
  if (!isRoleByValue && role?.labels.some((label) => label !== "fit" && label !== "target")) return undefined;
  const identity: RowIdentity = {
    rows: source.rows,
    run: coded(texts.run)!,
    subject: coded(texts.subject)!,
    role,
    family: coded(texts.family),
    phase: coded(texts.phase),
    n: values(numbers.n)!,
    d: values(numbers.d)!,
    c: values(numbers.c),
    step: values(numbers.step),
    mixes: mixes.map((column) => values(column)!),
  };
  const kept = keptRows(identity, subjects);
  if (kept === undefined) return undefined;
  const measured = await readKept(source, metrics, kept.rows);
  if (measured === undefined) return undefined;
  const columns = [
    ...named.map((column, i) => labelled(column.name, read.texts[i]!, kept.rows)),
    ...numeric.map((column, i) => floats(column.name, pick(read.numbers[i]!, kept.rows))),
    ...metrics.map((column, i) => floats(column.name, measured[i]!)),
  ];
  return { columns, sourceRow: kept.rows, ordering: kept.ordering };
}

/** All rows of columns. @returns undefined where a number is NaN, or a text has too many values */
async function readAll(
  { connection, from, rows }: Source,
  texts: readonly RelationColumn[],
  labels: readonly string[][],
  numeric: readonly RelationColumn[],
): Promise<{ texts: CodedColumn[]; numbers: Float64Array[] } | undefined> {
  const codes = texts.map(() => new Uint16Array(rows).fill(NO_LABEL));
  const numbers = numeric.map(() => new Float64Array(rows));
  const full = texts.filter((_, i) => labels[i]!.length > 0);
  const list = [
    ...full.map((column) => codeSql(textSql(column), labels[texts.indexOf(column)]!)),
    ...numeric.map(valueSql),
  ];
  let hasNaN = false;
  const read = await eachChunk(connection, `SELECT ${list.join(", ")} FROM ${from}`, (chunk, offset) => {
    full.forEach((column, index) => {
      const i = texts.indexOf(column);
      copyCodes(chunk, index, labels[i]!.length, codes[i]!, offset);
    });
    numbers.forEach((into, i) => {
      if (copyDoubles(chunk, full.length + i, into, offset) >= 0) hasNaN = true;
    });
  });
  if (read !== rows || hasNaN) return undefined;
  return { texts: codes.map((column, i) => ({ labels: labels[i]!, codes: column })), numbers };
}

/** Some rows of columns of numbers. @returns undefined where any row has a NaN or an infinity */
async function readKept(
  { connection, from }: Source,
  columns: readonly RelationColumn[],
  rows: Uint32Array,
): Promise<Float64Array[] | undefined> {
  const kept = columns.map(() => new Float64Array(rows.length));
  const values = new Float64Array(MOST_ROWS_OF_CHUNK);
  let areFinite = true;
  let next = 0;
  await eachChunk(connection, `SELECT ${columns.map(valueSql).join(", ")} FROM ${from}`, (chunk, offset) => {
    const count = chunk.rowCount;
    let end = next;
    while (end < rows.length && rows[end]! < offset + count) end++;
    kept.forEach((into, column) => {
      if (copyDoubles(chunk, column, values, 0) >= 0) areFinite = false;
      for (let i = 0; i < count; i++)
        if (Math.abs(values[i]!) === Number.POSITIVE_INFINITY) areFinite = false;
      for (let place = next; place < end; place++) into[place] = values[rows[place]! - offset]!;
    });
    next = end;
  });
  return areFinite ? kept : undefined;
}

function labelled(name: string, { labels, codes }: CodedColumn, rows: Uint32Array): Column {
  const values = Array.from(rows, (row) => labels[codes[row]!] ?? null);
  return { name, type: "string", values };
}

function floats(name: string, values: Float64Array): Column {
  return { name, type: "float64", values };
}

function pick(values: Float64Array, rows: Uint32Array): Float64Array {
  return Float64Array.from(rows, (row) => values[row]!);
}

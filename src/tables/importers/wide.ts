import { basename } from "node:path";
import { UserError } from "../../errors.ts";
import { countOf } from "../../text.ts";
import { texts } from "../cells.ts";
import { runNameRank, tellsRunsApart } from "../guess/input-names.ts";
import { describeRow } from "../origin.ts";
import { FILE_NAME, readTables, withFileNames } from "../read.ts";
import { type Column, cell, findColumn, MIX_PREFIX, type SourcedTable, stackColumns } from "../table.ts";
import { assemble } from "./assemble.ts";
import type { Imported, Importer, ImportOptions, Listing } from "./importer.ts";
import { filesUnder } from "./json-files.ts";
import { readLoggedKey } from "./logged-keys.ts";
import { Measurements } from "./measurements.ts";
import { addTableRows } from "./table-rows.ts";

/**
 * Wide tables: one row a checkpoint or run, a column for each task and metric (`hellaswag/acc`, `piqa_bpb`, or by `--metric-pattern`), the run in a
 * column or the file's name. A table of mixtures and one of metrics are joined by run, as those of RegMix and olmix are.
 */
export const wide: Importer = {
  name: "wide",
  description:
    "tables with one row a checkpoint or run and a column for each task; of shares and of metrics by run",
  read: readWide,
  looksLike,
};

const TABLE = /\.(parquet|pq|csv|tsv|jsonl|ndjson)(\.gz)?$/i;
/** Columns by which a table of shares and one of metrics are joined. */
const IDS = ["run", "run_id", "run_name", "index", "name"];
/** How far from 1 shares may sum. */
const SUM_TOLERANCE = 0.01;

async function looksLike({ names, columns }: Listing): Promise<string | undefined> {
  for (const name of names.filter((name) => /\.(csv|tsv|parquet)$/i.test(name)).slice(0, 3)) {
    const found = await columns(name);
    // A tidy table needs no importer.
    if (found.includes("subject")) continue;
    if (found.some((column) => readLoggedKey(column)?.kind === "metric")) return basename(name);
  }
  return undefined;
}

async function readWide(paths: readonly string[], options: ImportOptions = {}): Promise<Imported> {
  const found = await filesUnder(paths, (name) => TABLE.test(name));
  if (found.length === 0)
    throw new UserError(`${paths.join(", ")}: no tables (.parquet, .csv, .tsv, .jsonl)`);
  const measured = new Measurements();
  const tables = withFileNames(await readTables(found, { text: IDS }));
  const joined =
    tables.length === 2 ? joinedByRun(tables as [SourcedTable, SourcedTable], measured) : undefined;
  const stacked = joined ?? { ...stackColumns(tables), files: tables.flatMap(({ files }) => files) };
  const run = runsOf(stacked, tables.length);
  addTableRows(measured, stacked, {
    models: run.models,
    skip: new Set([FILE_NAME, ...run.columns, ...IDS]),
    pattern: options.columns,
    // A table of metrics beside one of shares has nothing else.
    ...(joined && {
      other: (name: string) =>
        /^unnamed/i.test(name) ? undefined : ({ kind: "metric", subject: name, metric: "loss" } as const),
    }),
  });
  if (measured.rows.length === 0) {
    throw new UserError(
      [
        `${paths.join(", ")}: no column is named as a metric of a task (${stacked.columns
          .slice(0, 6)
          .map(({ name }) => name)
          .join(", ")}); --metric-pattern '(?<subject>.+)_(?<metric>bpb|acc)' says how columns are named`,
        ...measured.log.lines(),
      ].join("; "),
    );
  }
  return assemble(measured, paths.join(", "), options);
}

/** The run of each row: a column, a column with others that tell its runs apart, or the file. */
function runsOf(table: SourcedTable, files: number): { models: string[]; columns: string[] } {
  const filename = texts(findColumn(table, FILE_NAME)!) as string[];
  const isComplete = (column: Column) => texts(column).every((text) => text !== null);
  const named = table.columns
    .filter((column) => column.name !== FILE_NAME && runNameRank(column.name) >= 0 && isComplete(column))
    .sort((a, b) => runNameRank(a.name) - runNameRank(b.name))[0];
  if (named !== undefined) {
    const apart = table.columns.filter(
      (column) => tellsRunsApart(column.name) && column.type !== "float64" && isComplete(column),
    );
    // A name of a run says it all; of a model there may be several runs.
    const more = /run/i.test(named.name) ? [] : apart;
    const cells = [named, ...more].map(texts);
    return {
      models: cells[0]!.map((_, row) => cells.map((column) => column[row]).join("-")),
      columns: [named, ...more].map(({ name }) => name),
    };
  }
  if (files > 1) return { models: filename, columns: [] };
  const index = findColumn(table, "index");
  if (index !== undefined) return { models: texts(index) as string[], columns: ["index"] };
  return { models: filename.map((name, row) => `${name}-${row + 1}`), columns: [] };
}

/** A table of shares and one of metrics as one, by the runs that both have; undefined where the two are not of this kind. */
function joinedByRun(tables: [SourcedTable, SourcedTable], measured: Measurements): SourcedTable | undefined {
  const id = IDS.find((name) => tables.every((table) => findColumn(table, name) !== undefined));
  if (id === undefined) return undefined;
  const place = tables.findIndex((table) => sharesOf(table, id) !== undefined);
  if (place < 0) return undefined;
  const [ratios, metrics] = [tables[place]!, tables[1 - place]!];
  const shares = sharesOf(ratios, id)!;
  const rowOf = new Map<string, number>();
  texts(findColumn(ratios, id)!).forEach((run, row) => {
    if (run === null) return;
    if (rowOf.has(run))
      throw new UserError(
        `${describeRow(ratios, row)}, column ${id}: ${JSON.stringify(run)} a second time; allowed: a row for each run`,
      );
    rowOf.set(run, row);
  });
  const runs = texts(findColumn(metrics, id)!);
  const kept = runs.flatMap((run, row) => (run !== null && rowOf.has(run) ? [row] : []));
  for (const run of runs) {
    if (run === null || !rowOf.has(run))
      measured.log.drop("row", `in ${basename(metrics.files[0]!.path)} only, without shares`, String(run));
  }
  const both = new Set(runs);
  for (const run of rowOf.keys()) {
    if (!both.has(run))
      measured.log.drop("row", `in ${basename(ratios.files[0]!.path)} only, without metrics`, run);
  }
  const pick = (column: Column, rows: readonly number[]): Column =>
    ({
      ...column,
      ...(column.type === "float64"
        ? { type: "float64", values: Float64Array.from(rows, (row) => column.values[row]!) }
        : ({ type: column.type, values: rows.map((row) => column.values[row] ?? null) } as Column)),
    }) as Column;
  const own = new Set(metrics.columns.map(({ name }) => name));
  const rowsOfShares = kept.map((row) => rowOf.get(runs[row]!)!);
  measured.log.note(
    `${countOf(kept.length, "run")} of both files, joined by ${id}; shares of ${shares
      .map(({ name }) => name)
      .slice(0, 5)
      .join(", ")}${shares.length > 5 ? ", ..." : ""}`,
  );
  return {
    rows: kept.length,
    files: metrics.files,
    sourceRow: Uint32Array.from(kept),
    literalNaN: new Map(),
    columns: [
      ...metrics.columns.map((column) => pick(column, kept)),
      ...shares.map((column) => ({ ...pick(column, rowsOfShares), name: `${MIX_PREFIX}${column.name}` })),
      ...ratios.columns
        .filter((column) => !shares.includes(column) && !own.has(column.name) && column.name !== FILE_NAME)
        .map((column) => pick(column, rowsOfShares)),
    ],
  };
}

/** The columns of shares of a table, which sum to 1 in every row; undefined where it has none. */
function sharesOf(table: SourcedTable, id: string): Column[] | undefined {
  const candidates = table.columns.filter(
    ({ name, type }) =>
      name !== id &&
      !IDS.includes(name) &&
      !/^unnamed/i.test(name) &&
      (type === "float64" || type === "int64") &&
      readLoggedKey(name)?.kind !== "count",
  );
  if (candidates.length === 0) return undefined;
  for (let row = 0; row < table.rows; row++) {
    const sum = candidates.reduce((total, column) => total + Number(cell(column, row) ?? 0), 0);
    if (Math.abs(sum - 1) > SUM_TOLERANCE) return undefined;
  }
  return candidates;
}

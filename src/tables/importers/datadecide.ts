import { basename } from "node:path";
import { UserError } from "../../errors.ts";
import {
  type CellSource,
  cellError,
  cellSource,
  FINITE,
  numbers,
  optionalNumbers,
  POSITIVE,
  requireColumn,
  requiredTexts,
  STEP,
} from "../cells.ts";
import { approximateFlops, type CheckpointTable } from "../checkpoint-table.ts";
import { checkDuplicates } from "../duplicates.ts";
import { checkContent } from "../files.ts";
import { parseCount } from "../numbers.ts";
import { readRelation } from "../read-duckdb.ts";
import { concatenate } from "../reshape.ts";
import { quoteName, quoteText, withDuckDB } from "../sql/duckdb.ts";
import { fileError, fileRelation } from "../sql/file-relation.ts";
import { describe } from "../sql/relation.ts";
import { columnOf, findColumn, type ReadColumns } from "../table.ts";
import { ImportLog, someOf } from "./import-log.ts";
import { chanceLevel, type Imported, type Importer, type Listing, tidyRows } from "./importer.ts";
import { filesUnder } from "./json-files.ts";

/**
 * DataDecide (Magnusson et al. 2025): the Parquet files of the data sets `allenai/DataDecide-eval-results`, whose `metrics` are the text of a
 * Python dictionary, and `allenai/DataDecide-ppl-results`. A run is a size, a recipe and a seed; its family is the recipe. n is the
 * number of parameters without embeddings by the paper's labels. The runs of 1B are targets.
 */
export const dataDecide: Importer = {
  name: "datadecide",
  description: "Parquet files of DataDecide's eval-results and ppl-results; metrics as Python text",
  read: (paths) => readDataDecide(paths),
  looksLike: async ({ names, columns }: Listing) => {
    for (const name of names.filter((name) => name.endsWith(".parquet")).slice(0, 3)) {
      const found = new Set(await columns(name));
      if (["params", "data", "seed", "step"].every((column) => found.has(column))) return basename(name);
    }
    return names
      .map((name) => basename(name))
      .find((name) => /^(macro_avg|scaling_law_fit)-\d+-of-\d+\.parquet$/.test(name));
  },
};

/** Parameters without embeddings by label. */
const PARAMETERS: Readonly<Record<string, number>> = {
  "4M": 3744832,
  "6M": 6010464,
  "8M": 8538240,
  "10M": 9900432,
  "12M": 12066600,
  "14M": 14380224,
  "16M": 16004560,
  "20M": 19101888,
  "60M": 57078144,
  "90M": 97946640,
  "150M": 151898880,
  "300M": 319980544,
  "530M": 530074944,
  "750M": 681297408,
  "1B": 1176832000,
};
const TARGET = "1B";

/** The metrics that are taken of the text, by the names that the table gets for them. */
const METRICS: readonly (readonly [key: string, metric: string])[] = [
  ["bits_per_byte_corr", "loss"],
  ["logits_per_byte_corr", "loss"],
  ["primary_score", "accuracy"],
  ["primary_metric", "accuracy"],
  ["acc_raw", "acc_raw"],
  ["acc_per_token", "acc_per_token"],
  ["acc_per_char", "acc_per_char"],
  ["acc_per_byte", "acc_per_byte"],
  ["acc_uncond", "acc_uncond"],
  ["correct_prob", "correct_prob"],
  ["correct_prob_per_token", "correct_prob_per_token"],
  ["correct_prob_per_char", "correct_prob_per_char"],
  ["norm_correct_prob_per_char", "norm_correct_prob_per_char"],
];
const PERPLEXITY = /^eval\/(.+?)(?:-validation)?\/Perplexity$/;

async function readDataDecide(paths: readonly string[]): Promise<Imported> {
  const found = await filesUnder(paths, (name) => /\.(parquet|pq)$/i.test(name));
  if (found.length === 0) throw new UserError(`${paths.join(", ")}: no Parquet files`);
  const log = new ImportLog();
  const tables: CheckpointTable[] = [];
  for (const path of found) {
    const read = await readMetrics(path);
    if (read === undefined) {
      log.drop(
        "file",
        "no table of DataDecide (params, data, seed, step, with task and metrics or perplexities)",
        basename(path),
      );
      continue;
    }
    // A million rows are kept by columns.
    tables.push(
      findColumn(read, "task") === undefined ? perplexitiesOf(read, path, log) : scoresOf(read, path, log),
    );
  }
  const table = concatenate(tables, paths.join(", "));
  if (table.rows === 0) {
    throw new UserError([`${paths.join(", ")}: no results of DataDecide`, ...log.lines()].join("; "));
  }
  checkDuplicates(table);
  log.note(
    "n counts parameters without embeddings, and c is 6*n*d of it (column compute is of the labels); the runs of 1B are targets",
  );
  return { table, notes: log.lines() };
}

/** Reads a file with the metrics as columns of numbers, which DuckDB takes out of the text; undefined for another table. */
async function readMetrics(path: string): Promise<ReadColumns | undefined> {
  return withDuckDB(async (connection) => {
    try {
      await checkContent(path, "parquet");
      const file = await fileRelation(connection, path, "parquet");
      const names = new Set(file.columns.map(({ name }) => name));
      if (!["params", "data", "seed", "step"].every((name) => names.has(name))) return undefined;
      const kept = ["params", "data", "task", "seed", "step", "tokens"]
        .filter((name) => names.has(name))
        .map(quoteName);
      const perplexities = [...names].filter((name) => PERPLEXITY.test(name)).map(quoteName);
      if (!names.has("metrics")) {
        if (perplexities.length === 0) return undefined;
        const relation = await describe(
          connection,
          `(SELECT ${[...kept, ...perplexities].join(", ")} FROM ${file.sql})`,
        );
        return readRelation(connection, relation, { labelled: true });
      }
      // Python's nan and None, and quotes of Python, which no key or number of a metric has.
      const json = `replace(regexp_replace(CAST(metrics AS VARCHAR), '\\b(nan|None|inf|-inf)\\b', 'null', 'g'), '''', '"')`;
      const values = METRICS.map(
        ([key]) =>
          `TRY_CAST(json_extract_string(json, ${quoteText(`$.${key}`)}) AS DOUBLE) AS ${quoteName(`metric:${key}`)}`,
      );
      const inner = `(SELECT ${kept.join(", ")}, ${json} AS text FROM ${file.sql})`;
      const parsed = `(SELECT *, CASE WHEN json_valid(text) THEN text END AS json FROM ${inner})`;
      const relation = await describe(
        connection,
        `(SELECT ${kept.join(", ")}, json IS NULL AS broken, ${values.join(", ")} FROM ${parsed})`,
      );
      return await readRelation(connection, relation, { labelled: true });
    } catch (error) {
      throw await fileError(connection, path, "parquet", error);
    }
  });
}

/** Sequences of a batch by label, of 2048 tokens each: tokens of a step where a table has steps only. */
const BATCHES: Readonly<Record<string, number>> = {
  ...{ "4M": 32, "6M": 32, "8M": 32, "10M": 32, "14M": 32, "16M": 32, "20M": 64, "60M": 96 },
  ...{ "90M": 160, "150M": 192, "300M": 320, "530M": 448, "750M": 576, "1B": 704 },
};

type Sizes = Pick<CheckpointTable, "run" | "role" | "n" | "d" | "c" | "step" | "family">;

/** Runs and sizes of the rows of a file. */
function sizesOf(from: CellSource, log: ImportLog): Sizes {
  const { table } = from;
  const [params, data, seed] = ["params", "data", "seed"].map((name) =>
    requiredTexts(from, requireColumn(from, name)),
  ) as [string[], string[], string[]];
  const step = numbers(from, requireColumn(from, "step"), { ...STEP, optional: false });
  const tokens = optionalNumbers(from, findColumn(table, "tokens"), STEP);
  const n = Float64Array.from(params, (label, row) => {
    const own = PARAMETERS[label] ?? parseCount(label);
    if (!(own > 0)) throw cellError(from, row, "params", JSON.stringify(label), "a label such as 150M");
    if (PARAMETERS[label] === undefined) log.note(`params ${label} is no label of the paper: n is the label`);
    return own;
  });
  const d = tokens.map((own, row) =>
    Number.isNaN(own) ? step[row]! * 2048 * (BATCHES[params[row]!] ?? Number.NaN) : own,
  );
  return {
    run: params.map((label, row) => `${label}-${data[row]}-${seed[row]}`),
    role: params.map((label) => (label === TARGET ? "target" : "fit")),
    ...{ n, d, c: d.map((own, row) => approximateFlops(n[row]!, own)), step, family: data },
  };
}

/** Whether tokens of a row were seen; those without are counted. */
function seen({ d }: Sizes, row: number, path: string, log: ImportLog): boolean {
  if (d[row]! > 0) return true;
  const why = d[row] === 0 ? "no tokens seen (step 0)" : "the tokens of a step of this label are not known";
  log.drop("row", why, `${basename(path)}, row ${row + 1}`);
  return false;
}

/** The losses of domains, logarithms of their perplexities. */
function perplexitiesOf(read: ReadColumns, path: string, log: ImportLog): CheckpointTable {
  const from = cellSource({ ...read, files: [{ path, rows: read.rows }] }, path);
  const sizes = sizesOf(from, log);
  const isSeen = Array.from({ length: read.rows }, (_, row) => seen(sizes, row, path, log));
  const bySubject = new Map<string, Map<string, Float64Array>>();
  for (const column of read.columns) {
    const domain = PERPLEXITY.exec(column.name)?.[1];
    if (domain === undefined) continue;
    const values = numbers(from, column, { ...POSITIVE, optional: true });
    bySubject.set(
      domain,
      new Map([["loss", values.map((value, row) => (isSeen[row] ? Math.log(value) : Number.NaN))]]),
    );
  }
  log.note("losses of domains are logarithms of perplexities, in nats per token");
  return tidyRows(from, sizes, bySubject);
}

/** The scores of tasks, of rows that have one. */
function scoresOf(read: ReadColumns, path: string, log: ImportLog): CheckpointTable {
  const from = cellSource({ ...read, files: [{ path, rows: read.rows }] }, path);
  const sizes = sizesOf(from, log);
  const tasks = requiredTexts(from, columnOf(read, "task"));
  const broken = findColumn(read, "broken")?.values;
  const metrics = new Map<string, Float64Array>();
  for (const [key, metric] of METRICS) {
    const column = findColumn(read, `metric:${key}`);
    if (column === undefined) continue;
    const values = numbers(from, column, FINITE);
    const before = metrics.get(metric);
    metrics.set(
      metric,
      before === undefined ? values : before.map((own, row) => (Number.isNaN(own) ? values[row]! : own)),
    );
  }
  // A mean log-probability in nats is negative, bits per byte are positive.
  metrics.set(
    "loss",
    (metrics.get("loss") ?? new Float64Array(read.rows).fill(Number.NaN)).map((value) =>
      value < 0 ? -value / Math.LN2 : value,
    ),
  );
  const kept: number[] = [];
  for (let row = 0; row < read.rows; row++) {
    const place = `${basename(path)}, row ${row + 1}`;
    if (broken?.[row] === true) log.drop("row", "metrics are no dictionary of numbers", place);
    else if ([...metrics.values()].every((values) => Number.isNaN(values[row]))) {
      log.drop("row", "without any metric that is known", place);
    } else if (seen(sizes, row, path, log)) kept.push(row);
  }
  const pick = (values: Float64Array) => Float64Array.from(kept, (row) => values[row]!);
  const subject = kept.map((row) => tasks[row]!);
  const chance = new Map([...new Set(subject)].map((task) => [task, chanceLevel(task) ?? Number.NaN]));
  const unknown = [...chance].filter(([, level]) => Number.isNaN(level)).map(([task]) => task);
  if (unknown.length > 0) log.note(`chance level not known, so none given: ${someOf(unknown)}`);
  const found = new Map<string, Float64Array>();
  for (const [name, values] of metrics) {
    found.set(name, pick(values));
    if (name !== "accuracy") continue;
    const levels = kept.map((row, i) => (Number.isNaN(values[row]) ? Number.NaN : chance.get(subject[i]!)!));
    found.set("chance", Float64Array.from(levels));
  }
  const none = new Array<null>(kept.length).fill(null);
  return {
    source: path,
    rows: kept.length,
    run: kept.map((row) => sizes.run[row]!),
    role: kept.map((row) => sizes.role[row]!),
    ...{ n: pick(sizes.n), d: pick(sizes.d), c: pick(sizes.c), step: pick(sizes.step) },
    subject,
    family: kept.map((row) => sizes.family[row]!),
    phase: none,
    metrics: new Map([...found].filter(([, values]) => values.some((value) => !Number.isNaN(value)))),
    mixes: new Map(),
    origin: { files: [{ path, rows: read.rows }], sourceRow: Uint32Array.from(kept) },
  };
}

import { basename } from "node:path";
import { getOrInsert } from "../../collections.ts";
import { UserError } from "../../errors.ts";
import { cellSource, numbers, POSITIVE, requireColumn, requiredTexts, STEP } from "../cells.ts";
import { checkContent } from "../files.ts";
import { parseCount } from "../numbers.ts";
import { readRelation } from "../read-duckdb.ts";
import { quoteName, quoteText, withDuckDB } from "../sql/duckdb.ts";
import { fileError, fileRelation } from "../sql/file-relation.ts";
import { describe } from "../sql/relation.ts";
import { columnOf, findColumn, type ReadColumns } from "../table.ts";
import { assemble } from "./assemble.ts";
import type { Imported, Importer, ImportOptions, Listing } from "./importer.ts";
import { filesUnder } from "./json-files.ts";
import { Measurements } from "./measurements.ts";

/**
 * DataDecide (Magnusson et al. 2025): the Parquet files of the data sets `allenai/DataDecide-eval-results`, whose `metrics` are the text of a
 * Python dictionary, and `allenai/DataDecide-ppl-results`. A run is a size, a recipe and a seed; its family is the recipe. n is the
 * number of parameters without embeddings by the paper's labels. The runs of 1B are targets.
 */
export const dataDecide: Importer = {
  name: "datadecide",
  description: "Parquet files of DataDecide's eval-results and ppl-results; metrics as Python text",
  read: readDataDecide,
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
  ["primary_score", "primary_score"],
  ["primary_metric", "primary_score"],
  ["acc_raw", "acc_raw"],
  ["acc_per_token", "acc_per_token"],
  ["acc_per_char", "acc_per_char"],
  ["acc_per_byte", "acc_per_byte"],
  ["acc_uncond", "acc_uncond"],
  ["correct_prob", "correct_prob"],
  ["correct_prob_per_token", "correct_prob_per_token"],
  ["correct_prob_per_char", "correct_prob_per_char"],
  ["norm_correct_prob_per_char", "norm_correct_prob_per_char"],
  ["bits_per_byte_corr", "bits_per_byte"],
  ["logits_per_byte_corr", "bits_per_byte"],
];
const PERPLEXITY = /^eval\/(.+?)(?:-validation)?\/Perplexity$/;

async function readDataDecide(paths: readonly string[], options: ImportOptions = {}): Promise<Imported> {
  const found = await filesUnder(paths, (name) => /\.(parquet|pq)$/i.test(name));
  if (found.length === 0) throw new UserError(`${paths.join(", ")}: no Parquet files`);
  const measured = new Measurements();
  const { log } = measured;
  for (const path of found) {
    const table = await readMetrics(path);
    if (table === undefined) {
      log.drop(
        "file",
        "no table of DataDecide (params, data, seed, step, with task and metrics or perplexities)",
        basename(path),
      );
      continue;
    }
    addRows(measured, table, path);
  }
  if (measured.rows.length === 0) {
    throw new UserError([`${paths.join(", ")}: no results of DataDecide`, ...log.lines()].join("; "));
  }
  log.note(
    "n counts parameters without embeddings, and c is 6*n*d of it (column compute is of the labels); the runs of 1B are targets",
  );
  return assemble(measured, paths.join(", "), options);
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

function addRows(measured: Measurements, table: ReadColumns, path: string): void {
  const { log } = measured;
  const first = measured.addFile({ path, rows: table.rows });
  const from = cellSource(table, path);
  const [params, data, seed] = ["params", "data", "seed"].map((name) =>
    requiredTexts(from, requireColumn(from, name)),
  );
  const step = numbers(from, requireColumn(from, "step"), { ...STEP, optional: false });
  const tokens =
    findColumn(table, "tokens") &&
    numbers(from, columnOf(table, "tokens"), { ...POSITIVE, holds: (value) => value >= 0 });
  const task = findColumn(table, "task") && requiredTexts(from, columnOf(table, "task"));
  const broken = findColumn(table, "broken")?.values;
  const metrics = METRICS.flatMap(([key, metric]) => {
    const values = findColumn(table, `metric:${key}`)?.values as ArrayLike<number> | undefined;
    return values === undefined ? [] : [{ metric, values }];
  });
  const perplexities = table.columns.flatMap(({ name, values }) => {
    const domain = PERPLEXITY.exec(name)?.[1];
    return domain === undefined ? [] : [{ domain, values: values as ArrayLike<number | null> }];
  });
  for (let row = 0; row < table.rows; row++) {
    const label = params![row]!;
    const n = PARAMETERS[label] ?? parseCount(label);
    if (!(n > 0))
      throw new UserError(
        `${path}, row ${row + 1}, column "params": ${JSON.stringify(label)}; allowed: a label such as 150M`,
      );
    if (PARAMETERS[label] === undefined) log.note(`params ${label} is no label of the paper: n is the label`);
    const batch = BATCHES[label];
    const d = tokens?.[row] ?? (batch === undefined ? undefined : step[row]! * batch * 2048);
    const base = {
      model: `${label}-${data![row]}-${seed![row]}`,
      ...{ n, d, step: step[row]!, family: data![row]!, row: first + row },
      ...(label === TARGET && { role: "target" as const }),
    };
    for (const { domain, values } of perplexities) {
      const value = values[row];
      if (typeof value === "number" && value > 0)
        measured.add({ ...base, subject: domain, metrics: new Map([["loss", Math.log(value)]]) });
    }
    if (task === undefined) continue;
    if (broken?.[row] === true) {
      log.drop("row", "metrics are no dictionary of numbers", `${basename(path)}, row ${row + 1}`);
      continue;
    }
    const own = new Map<string, number>();
    for (const { metric, values } of metrics) {
      const value = values[row]!;
      if (!Number.isNaN(value) && value !== null) getOrInsert(own, metric, () => value);
    }
    if (own.size === 0)
      log.drop("row", "without any metric that is known", `${basename(path)}, row ${row + 1}`);
    measured.add({ ...base, subject: task[row]!, metrics: own });
  }
  if (perplexities.length > 0)
    log.note("losses of domains are logarithms of perplexities, in nats per token");
}

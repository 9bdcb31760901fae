import { basename } from "node:path";
import { UserError } from "../../errors.ts";
import { countOf } from "../../text.ts";
import { type CellSource, numbers, POSITIVE, requireColumn, SHARE } from "../cells.ts";
import { approximateFlops, type Role } from "../checkpoint-table.ts";
import { checkDuplicates } from "../duplicates.ts";
import { formatCount } from "../numbers.ts";
import { describeRow } from "../origin.ts";
import {
  emptyRows,
  type Imported,
  type Importer,
  metricColumn,
  onlyPath,
  readRuns,
  tidyRows,
  unusedColumns,
} from "./importer.ts";

/**
 * Pre-training runs on mixtures of data, as in `dmsl_llm_slimpajama.csv` of
 * github.com/meiqwq/Explaining-Data-Mixing-Scaling-Laws, which is of Apple's ml-scalefit: one row a checkpoint, with
 * the share of each source (`weight_<source>`), `model_size` (parameters), `n_tokens` and the loss on each domain
 * (`<domain>_loss`, nats per token). A source and its domain have the same name; a domain without a share
 * (`openhermes`) is not in the training data.
 *
 * A run is a mixture and a size: `mix07-310M`. Mixtures are numbered in the order of the file. The runs of the largest size are
 * targets.
 */
export const dataMixing: Importer = {
  name: "data-mixing",
  description: "runs on mixtures of the SlimPajama domains (dmsl_llm_slimpajama.csv), one row a checkpoint",
  read: (paths) => readDataMixing(paths),
  looksLike: async ({ names, head }) => {
    for (const name of names.filter((name) => name.endsWith(".csv")).slice(0, 3)) {
      const [header = ""] = (await head(name)).split(/\r?\n/);
      if (/(^|,)weight_/.test(header) && header.includes("model_size") && header.includes("n_tokens"))
        return basename(name);
    }
    return undefined;
  },
};

/** Shares that differ by less are the same mixture: the file's have noise in the last digits. */
const DECIMALS = 6;
/** How far from 1 the shares of a row may sum to. */
const SUM_TOLERANCE = 1e-3;

async function readDataMixing(paths: readonly string[]): Promise<Imported> {
  const from = await readRuns([onlyPath("data-mixing", "file", paths)]);
  const { rows } = from.table;
  const sources = namesOf(from, /^weight_(.+)$/, "weight_arxiv");
  const domains = namesOf(from, /^(.+)_loss$/, "arxiv_loss");
  const n = numbers(from, requireColumn(from, "model_size"), POSITIVE);
  const d = numbers(from, requireColumn(from, "n_tokens"), POSITIVE);
  const mixes = shares(from, sources);
  const mixture = mixtureNames(mixes, rows);
  const roles = rolesBySize(n);
  const notes: string[] = [];
  const bySubject = new Map(
    domains.map((domain) => [domain, new Map([["loss", metricColumn(from, `${domain}_loss`, notes)]])]),
  );
  const table = tidyRows(
    from,
    {
      run: mixture.map((name, row) => `${name}-${formatCount(n[row] as number)}`),
      role: roles,
      n,
      d,
      c: n.map((size, row) => approximateFlops(size, d[row] as number)),
      family: mixture,
      mixes,
    },
    bySubject,
  );
  checkDuplicates(table);
  return {
    table,
    notes: [
      `${countOf(new Set(mixture).size, "mixture")} of ${sources.join(", ")}, numbered in the order of the file`,
      roleNote(n, roles),
      ...outsideNote(domains, sources),
      ...notes,
      ...emptyRows(bySubject, rows),
      ...unusedColumns(from, usedColumns(sources, domains)),
    ],
  };
}

/**
 * The texts that match the first group of the pattern in the names of columns, in the order of the table.
 *
 * @param example name of a column, for the message if there is none
 */
function namesOf(from: CellSource, pattern: RegExp, example: string): string[] {
  const names = from.table.columns.flatMap(({ name }) => pattern.exec(name)?.[1] ?? []);
  if (names.length === 0) requireColumn(from, example);
  return names;
}

function usedColumns(sources: readonly string[], domains: readonly string[]): Set<string> {
  return new Set([
    "model_size",
    "n_tokens",
    ...sources.map((source) => `weight_${source}`),
    ...domains.map((domain) => `${domain}_loss`),
  ]);
}

/**
 * The shares of the sources, rounded so that noise does not make a new mixture, and scaled so that they sum to 1.
 *
 * @throws UserError for a share outside 0 to 1, and for shares that do not sum to 1
 */
function shares(from: CellSource, sources: readonly string[]): Map<string, Float64Array> {
  const raw = sources.map((source) => numbers(from, requireColumn(from, `weight_${source}`), SHARE));
  const rounded = raw.map((values) => values.map((value) => Number(value.toFixed(DECIMALS))));
  const sumOf = (columns: readonly Float64Array[], row: number) =>
    columns.reduce((sum, values) => sum + (values[row] as number), 0);
  for (let row = 0; row < from.table.rows; row++) {
    const sum = sumOf(raw, row);
    if (Math.abs(sum - 1) <= SUM_TOLERANCE) continue;
    throw new UserError(
      `${describeRow(from.origin, row)}, columns weight_${sources.join(", weight_")}: the sum is ` +
        `${Number(sum.toPrecision(6))}; allowed: shares that sum to 1, within ${SUM_TOLERANCE}`,
    );
  }
  return new Map(
    sources.map((source, i) => [
      source,
      (rounded[i] as Float64Array).map((value, row) => value / sumOf(rounded, row)),
    ]),
  );
}

/** `mix01`, `mix02`, ... for each row. */
function mixtureNames(mixes: ReadonlyMap<string, Float64Array>, rows: number): string[] {
  const columns = [...mixes.values()];
  const keys = Array.from({ length: rows }, (_, row) => columns.map((values) => values[row]).join(" "));
  const order = [...new Set(keys)];
  const digits = String(order.length).length;
  const names = new Map(order.map((key, i) => [key, `mix${String(i + 1).padStart(digits, "0")}`]));
  return keys.map((key) => names.get(key) as string);
}

/** The largest size is what is predicted; where there is one size only, all runs are to fit. */
function rolesBySize(n: Float64Array): Role[] {
  const largest = n.reduce((most, size) => Math.max(most, size), 0);
  const isOnly = n.every((size) => size === largest);
  return Array.from(n, (size) => (size === largest && !isOnly ? "target" : "fit"));
}

function roleNote(n: Float64Array, roles: readonly Role[]): string {
  const target = roles.indexOf("target");
  if (target < 0) return "one model size: all runs are to fit";
  return `the runs of the largest size, ${formatCount(n[target] as number)}, are targets`;
}

function outsideNote(domains: readonly string[], sources: readonly string[]): string[] {
  const outside = domains.filter((domain) => !sources.includes(domain));
  return outside.length === 0 ? [] : [`not in the training data, with a loss only: ${outside.join(", ")}`];
}

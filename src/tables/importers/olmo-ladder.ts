import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { getOrInsert, ownValue } from "../../collections.ts";
import { didYouMean, UserError } from "../../errors.ts";
import { countOf } from "../../text.ts";
import {
  type CellSource,
  cellSource,
  FINITE,
  numbers,
  optionalNumbers,
  POSITIVE,
  requireColumn,
} from "../cells.ts";
import type { CheckpointTable } from "../checkpoint-table.ts";
import { readTables } from "../read.ts";
import { concatenate } from "../reshape.ts";
import { findColumn, type SourcedTable } from "../table.ts";
import { addChance, type Imported, type Importer, onlyPath, tidyRows } from "./importer.ts";

/** Columns of the raw files that hold one metric; the first group of the pattern is the task or domain. */
interface RawMetric {
  metric: string;
  pattern: RegExp;
  /** Factor from the raw value to the metric. */
  sign: 1 | -1;
}

const RAW_METRICS: readonly RawMetric[] = [
  { metric: "loss", pattern: /^eval\/downstream_bpb\/(\w+)_rc_5shot_bpb$/, sign: 1 },
  // A mean log-probability: the cross-entropy is its negative.
  { metric: "ce", pattern: /^eval\/downstream_soft_log\/(\w+)_rc_5shot_soft_log$/, sign: -1 },
  { metric: "accuracy", pattern: /^eval\/downstream\/(\w+)_rc_5shot_(?:len_norm|acc)$/, sign: 1 },
  { metric: "mc_accuracy", pattern: /^eval\/downstream\/(\w+)_mc_5shot_(?:len_norm|acc)$/, sign: 1 },
  { metric: "soft", pattern: /^eval\/downstream_soft\/(\w+)_rc_5shot_soft$/, sign: 1 },
  { metric: "loss", pattern: /^eval\/([\w-]+)-validation\/CrossEntropyLoss$/, sign: 1 },
];

/** Domains with a name of their own; the others keep theirs. */
const DOMAIN_NAMES: Readonly<Record<string, string>> = { c4_en: "c4" };

/** One raw column that is a metric of a subject. */
interface LadderColumn {
  column: string;
  subject: string;
  metric: string;
  sign: 1 | -1;
}

/** The metric that a raw column holds, or undefined if it holds no metric. */
export function ladderColumn(column: string): LadderColumn | undefined {
  for (const { metric, pattern, sign } of RAW_METRICS) {
    const name = pattern.exec(column)?.[1];
    if (name !== undefined) return { column, subject: ownValue(DOMAIN_NAMES, name) ?? name, metric, sign };
  }
  return undefined;
}

/** Shares of the parts of MMLU in its average, by number of questions; they sum to 1. */
export const MMLU_WEIGHTS: Readonly<Record<string, number>> = {
  stem: 0.215,
  humanities: 0.335,
  social_sciences: 0.219,
  other: 0.231,
};

/** One raw file of the ladder, and what it holds. */
interface LadderFile {
  file: string;
  run: string;
  role: "fit" | "target";
  phase: string | null;
  /** @default the paper's */
  family?: string;
  /** Parameters without embeddings. */
  n: number;
  flopsPerToken: number;
}

interface LadderModel {
  n: number;
  flopsPerToken: number;
}

/** Sizes of the ladder by the prefix of the file names (1B files hold the 1.3B model). */
const SIZES: Readonly<Record<string, LadderModel>> = {
  "190M": { n: 190354176, flopsPerToken: 1903391232 },
  "370M": { n: 371262464, flopsPerToken: 3443922944 },
  "760M": { n: 758220288, flopsPerToken: 6373843968 },
  "1B": { n: 1279395840, flopsPerToken: 10109071360 },
};

/** A size that the paper does not fit, but whose runs are released. */
const FURTHER_SIZES: Readonly<Record<string, LadderModel>> = {
  ...SIZES,
  "3B": { n: 3169537280, flopsPerToken: 22970355200 },
};

/** `3B-1xC.csv`, `190M-0.5xC.csv`, `190M-1xC-rerun.csv`. */
const FURTHER_FILE = /^(190M|370M|760M|1B|3B)-(\d+(?:\.\d+)?xC)([-_].+)?\.csv$/;

/** Family of the released runs beside the paper's 16, so that an axis `runs` can tell them apart. */
const FURTHER_FAMILY = "olmo-ladder-further";

/** A released run beside the paper's 16 (3B, half of Chinchilla, a rerun); undefined for another file. */
function furtherRun(file: string): LadderFile | undefined {
  const [, size, length, rerun = ""] = FURTHER_FILE.exec(file) ?? [];
  if (size === undefined || length === undefined) return undefined;
  return {
    file,
    run: `${size}-${length}${rerun.replace(/^_/, "-")}`,
    role: "fit",
    phase: null,
    family: FURTHER_FAMILY,
    ...FURTHER_SIZES[size]!,
  };
}

/** Lengths of training in multiples of the Chinchilla-optimal tokens, 20*n. */
const LENGTHS = ["1xC", "2xC", "5xC", "10xC"];

const TARGET_7B = { role: "target", n: 6887575552, flopsPerToken: 49412071424, run: "7B-4T" } as const;
const TARGET_13B = { role: "target", n: 13202396160, flopsPerToken: 91335915520, run: "13B-5T" } as const;

/** The 16 runs of the ladder, from small to large, then the targets. */
const LADDER_FILES: readonly LadderFile[] = [
  ...Object.entries(SIZES).flatMap(([size, model]) =>
    LENGTHS.map((length) => {
      const run = `${size}-${length}`;
      return { file: `${run}.csv`, run, role: "fit", phase: null, ...model } as const;
    }),
  ),
  { file: "peteish7_eval_170k-450k.csv", phase: "early", ...TARGET_7B },
  { file: "peteish7_eval_anneal.csv", phase: null, ...TARGET_7B },
  { file: "peteish13_eval_50k-150k.csv", phase: "early", ...TARGET_13B },
  { file: "peteish13_eval_final.csv", phase: null, ...TARGET_13B },
];

/**
 * The raw run files of the OLMo model ladder (Bhagia et al., 2024, arXiv 2412.04403), as published in
 * `ladder-runs/` of github.com/allenai/OLMo-ladder: 16 small runs to fit, and the targets 7B-4T and 13B-5T.
 *
 * Metrics of a task (5-shot): `loss`, bits per byte of the correct answer; `ce`, minus the mean
 * log-probability of the correct choice among the choices, in nats; `accuracy`, ranked choices normalised by
 * length (BoolQ: not normalised); `mc_accuracy`, multiple choice, targets only; `soft`, probability of the
 * correct choice; `chance`, the accuracy of random guessing. Metric of a validation domain: `loss`, cross-entropy in nats per token.
 *
 * `mmlu_avg_test` and `mmlu_avg_val` are the weighted means of MMLU's four parts. The targets' checkpoints
 * from the middle of training have the phase `early`.
 */
export const olmoLadder: Importer = {
  name: "olmo-ladder",
  description:
    "the OLMo ladder's run files as published: 190M-1xC.csv ... 1B-10xC.csv, peteish7_*, peteish13_*",
  read: readLadder,
  looksLike: async ({ names }) =>
    names
      .map((name) => basename(name))
      .find((name) => LADDER_FILES.some(({ file }) => file === name) || furtherRun(name) !== undefined),
};

async function readLadder(paths: readonly string[]): Promise<Imported> {
  const folder = onlyPath("olmo-ladder", "folder of run files", paths);
  const directory = await findRuns(folder);
  const names = new Set(await readdir(directory));
  const listed = LADDER_FILES.filter(({ file }) => names.has(file));
  const expected = new Set(LADDER_FILES.map(({ file }) => file));
  const further = [...names].sort().flatMap((name) => (expected.has(name) ? [] : (furtherRun(name) ?? [])));
  const present = [...listed, ...further];
  const absent = LADDER_FILES.filter(({ file }) => !names.has(file));
  const taken = new Set(present.map(({ file }) => file));
  const ignored = [...names].filter((name) => name.endsWith(".csv") && !taken.has(name)).sort();
  const tables = await readTables(present.map(({ file }) => join(directory, file)));
  const notes = [
    ...(further.length > 0
      ? [
          `${countOf(further.length, "run")} beside the paper's 16, of family ${FURTHER_FAMILY}, to fit too: ${further.map(({ run }) => run).join(", ")}; ` +
            "the paper's alone: axes: {runs: \"family = 'olmo-ladder'\"}",
        ]
      : []),
    ...absent.map(({ file, run }) => `${file}: missing, so ${run} has fewer rows or none`),
    ...ignored.map((file) => `${file}: ignored because it is not a run file of the ladder`),
    ...unusedColumns(tables),
  ];
  const runs = tables.map((table, i) => tidyRun(present[i] as LadderFile, table));
  return { table: concatenate(runs, directory), notes };
}

/** The folder with the run files: the one given, or `runs` in it. */
async function findRuns(folder: string): Promise<string> {
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    throw new UserError(`${folder}: no such folder`);
  }
  for (const candidate of [folder, join(folder, "runs")]) {
    const names: string[] = await readdir(candidate).catch(() => []);
    if (names.some((name) => LADDER_FILES.some(({ file }) => file === name) || furtherRun(name)))
      return candidate;
  }
  const names = await readdir(folder);
  const expected = LADDER_FILES.map(({ file }) => file);
  const near = names.find((name) => didYouMean(name, expected) !== "" && name.endsWith(".csv"));
  const similar = near === undefined ? "" : `; found ${near}`;
  throw new UserError(
    `${folder}: no run file of the OLMo ladder${similar}; at least one of ${expected.slice(0, 3).join(", ")}, ... ` +
      `${expected.at(-1)} is needed`,
  );
}

/** Bookkeeping columns that are read, or of no use in a checkpoint table. */
const BOOKKEEPING = ["_step", "batch_size_in_tokens", "throughput/total_tokens"];

function unusedColumns(tables: readonly SourcedTable[]): string[] {
  const names = new Set(tables.flatMap(({ columns }) => columns.map(({ name }) => name)));
  return [...names]
    .filter((name) => ladderColumn(name) === undefined && !BOOKKEEPING.includes(name))
    .map((name) => `column ${name}: left out because it is not a metric`);
}

/** The rows of one run file, one a checkpoint and subject. */
function tidyRun(run: LadderFile, table: SourcedTable): CheckpointTable {
  const [file] = table.files;
  const source = file?.path ?? run.file;
  const from = cellSource(table, source);
  const d = tokens(from);
  const all = <T>(value: T): T[] => new Array<T>(table.rows).fill(value);
  return tidyRows(
    from,
    {
      run: all(run.run),
      role: all(run.role),
      n: new Float64Array(table.rows).fill(run.n),
      d,
      c: d.map((tokens) => run.flopsPerToken * tokens),
      step: optionalNumbers(from, findColumn(table, "_step"), POSITIVE),
      family: all(run.family ?? "olmo-ladder"),
      phase: all(run.phase),
    },
    subjects(from),
  );
}

/** Tokens at each checkpoint: as logged, without the fraction; else steps times the batch. */
function tokens(from: CellSource): Float64Array {
  const logged = findColumn(from.table, "throughput/total_tokens");
  if (logged !== undefined) return numbers(from, logged, POSITIVE).map(Math.trunc);
  const step = numbers(from, requireColumn(from, "_step"), POSITIVE);
  const batch = numbers(from, requireColumn(from, "batch_size_in_tokens"), POSITIVE);
  return step.map((steps, row) => steps * (batch[row] as number));
}

type Metrics = Map<string, Float64Array>;

/** Subject to metric to values, one a checkpoint; MMLU's averages come last. */
function subjects(from: CellSource): Map<string, Metrics> {
  const bySubject = new Map<string, Metrics>();
  for (const column of from.table.columns) {
    const raw = ladderColumn(column.name);
    if (raw === undefined) continue;
    const values = numbers(from, column, FINITE);
    getOrInsert(bySubject, raw.subject, (): Metrics => new Map()).set(
      raw.metric,
      raw.sign === 1 ? values : values.map((value) => -value),
    );
  }
  if (bySubject.size === 0) {
    // Name one column that every run file has, so that the message says what was looked for.
    requireColumn(from, "eval/c4_en-validation/CrossEntropyLoss");
  }
  for (const split of ["test", "val"]) {
    const average = averageOfMmlu(bySubject, split);
    if (average !== undefined) bySubject.set(`mmlu_avg_${split}`, average);
  }
  // Every task of the ladder is one whose chance level is known.
  addChance(bySubject);
  return bySubject;
}

/** The weighted mean of MMLU's parts for every metric that all parts have; undefined where a part is absent. */
function averageOfMmlu(subjects: ReadonlyMap<string, Metrics>, split: string): Metrics | undefined {
  const parts = Object.entries(MMLU_WEIGHTS).map(([part, weight]) => {
    return { weight, metrics: subjects.get(`mmlu_${part}_${split}`) };
  });
  const average: Metrics = new Map();
  for (const metric of parts[0]?.metrics?.keys() ?? []) {
    const columns = parts.map(({ weight, metrics }) => ({ weight, values: metrics?.get(metric) }));
    if (columns.some(({ values }) => values === undefined)) continue;
    const rows = columns[0]?.values?.length ?? 0;
    const mean = new Float64Array(rows);
    for (const { weight, values } of columns) {
      values?.forEach((value, row) => {
        mean[row] = (mean[row] as number) + weight * value;
      });
    }
    average.set(metric, mean);
  }
  return average.size > 0 ? average : undefined;
}

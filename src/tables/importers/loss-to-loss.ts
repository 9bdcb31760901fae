import { basename } from "node:path";
import { getOrInsert } from "../../collections.ts";
import { UserError } from "../../errors.ts";
import {
  type CellSource,
  numbers,
  optionalNumbers,
  POSITIVE,
  requireColumn,
  requiredTexts,
} from "../cells.ts";
import type { CheckpointTable, Role } from "../checkpoint-table.ts";
import { describeRow } from "../origin.ts";
import { concatenate } from "../reshape.ts";
import { findColumn } from "../table.ts";
import {
  addChance,
  emptyRows,
  type Imported,
  type Importer,
  metricColumn,
  readRuns,
  tidyRows,
  unusedColumns,
} from "./importer.ts";

/** Columns of the raw file that hold one metric. */
interface RawMetric {
  pattern: RegExp;
  metric: "loss" | "accuracy";
}

/** The first group of a pattern is the corpus, the task or the family of tasks. */
const RAW_METRICS: readonly RawMetric[] = [
  { pattern: /^eval\/(\w+)_val\/CrossEntropyLoss$/, metric: "loss" },
  { pattern: /^eval\/downstream_ce_loss\/(\w+)_ce_loss$/, metric: "loss" },
  { pattern: /^eval\/downstream\/(\w+)_(?:acc|len_norm)$/, metric: "accuracy" },
  { pattern: /^(\w+_suite)_ce_loss$/, metric: "loss" },
  { pattern: /^(\w+_suite)_acc$/, metric: "accuracy" },
];

/** Part of a task's name that says that the prompt shows the choices; its metrics are then mc_loss and mc_accuracy. */
const MULTIPLE_CHOICE = "_mc_5shot";

/** The subject that is the held-out part of the corpus that a run was trained on. */
export const OWN_CORPUS = "own_corpus";

/** One raw column that is a metric of a subject. */
interface MetricColumn {
  column: string;
  subject: string;
  metric: string;
}

/** The metric that a raw column holds, or undefined if it holds no metric. */
export function lossToLossColumn(column: string): MetricColumn | undefined {
  if (column === "val_loss") return { column, subject: OWN_CORPUS, metric: "loss" };
  for (const { pattern, metric } of RAW_METRICS) {
    const name = pattern.exec(column)?.[1];
    if (name === undefined) continue;
    if (!name.includes(MULTIPLE_CHOICE)) return { column, subject: name, metric };
    return { column, subject: name.replace(MULTIPLE_CHOICE, ""), metric: `mc_${metric}` };
  }
  return undefined;
}

/**
 * The runs of Loss-to-Loss Prediction (Brandfonbrener et al. 2024, arXiv 2411.12925) as in `data/sweep.csv` of
 * github.com/KempnerInstitute/loss-to-loss-notebooks: one row a finished run, on one of six corpora. The first file
 * holds the runs to fit, further files of the same layout the targets.
 *
 * The family of a run is its corpus; runs of two families with the same tokens are a pair. FLOPs are the budget,
 * `iso_flop` (the column `flops` is another quantity).
 */
export const lossToLoss: Importer = {
  name: "loss-to-loss",
  description: "sweep.csv of the loss-to-loss paper's runs; a second file of its layout holds targets",
  read: (paths) => readLossToLoss(paths),
  looksLike: async ({ names, head }) => {
    for (const name of names.filter((name) => name.endsWith(".csv")).slice(0, 3)) {
      const [header = ""] = (await head(name)).split(/\r?\n/);
      if (["iso_flop", "params", "val_loss"].every((column) => header.includes(column)))
        return basename(name);
    }
    return undefined;
  },
};

async function readLossToLoss(paths: readonly string[]): Promise<Imported> {
  const [fit, ...targets] = paths;
  if (fit === undefined)
    throw new UserError("loss-to-loss: no file; allowed: sweep.csv, then files of targets");
  const groups: readonly (readonly [Role, readonly string[]])[] = [
    ["fit", [fit]],
    ["target", targets],
  ];
  const notes: string[] = [];
  const tables: CheckpointTable[] = [];
  for (const [role, files] of groups) {
    if (files.length === 0) continue;
    tables.push(tidyRuns(await readRuns(files, ["data"]), role, notes));
  }
  if (targets.length === 0) notes.push("all runs are to fit: a second file would hold targets");
  const table = concatenate(tables, paths.join(", "));
  checkOneRole(table);
  return { table, notes: [...new Set(notes)] };
}

/** The rows of the files of one role, one a run and subject. */
function tidyRuns(from: CellSource, role: Role, notes: string[]): CheckpointTable {
  const { rows } = from.table;
  const column = (name: string) => numbers(from, requireColumn(from, name), POSITIVE);
  const corpus = requiredTexts(from, requireColumn(from, "data"));
  const [n, d, c] = [column("params"), column("tokens"), column("iso_flop")];
  return tidyRows(
    from,
    {
      run: runNames(from, corpus, n, c),
      role: new Array<Role>(rows).fill(role),
      n,
      d,
      c,
      step: optionalNumbers(from, findColumn(from.table, "steps"), POSITIVE),
      family: corpus,
    },
    subjects(from, notes),
  );
}

/** `starcoder-475M-4.84e19`: corpus, parameters and budget, which no two runs share. */
function runNames(from: CellSource, corpus: readonly string[], n: Float64Array, c: Float64Array): string[] {
  const budget = (flops: number) => Number(flops.toPrecision(3)).toExponential().replace("e+", "e");
  const rowOf = new Map<string, number>();
  return corpus.map((name, row) => {
    const run = `${name}-${Number(((n[row] as number) / 1e6).toPrecision(4))}M-${budget(c[row] as number)}`;
    const first = rowOf.get(run);
    if (first !== undefined) {
      throw new UserError(
        `${describeRow(from.origin, row)}: the run ${run} was already given in ${describeRow(from.origin, first)}; ` +
          "allowed: one row for each corpus (data), model (params) and budget (iso_flop)",
      );
    }
    rowOf.set(run, row);
    return run;
  });
}

/** Columns that are read but hold no metric. */
const INPUTS = ["data", "params", "tokens", "iso_flop", "steps"];

/** Subject to metric to values, one a run. */
function subjects(from: CellSource, notes: string[]): Map<string, Map<string, Float64Array>> {
  const bySubject = new Map<string, Map<string, Float64Array>>();
  const used = new Set(INPUTS);
  for (const { name } of from.table.columns) {
    const raw = lossToLossColumn(name);
    if (raw === undefined) continue;
    used.add(name);
    const metrics = getOrInsert(bySubject, raw.subject, () => new Map());
    metrics.set(raw.metric, metricColumn(from, name, notes));
  }
  // Name one column of the layout, so that the message says what was looked for.
  if (bySubject.size === 0) requireColumn(from, "eval/c4_val/CrossEntropyLoss");
  const unknown = addChance(bySubject);
  if (unknown.length > 0) notes.push(`chance level not known, so none given: ${unknown.join(", ")}`);
  notes.push(...emptyRows(bySubject, from.table.rows), ...unusedColumns(from, used));
  return bySubject;
}

/** @throws UserError where a run to fit is a target too */
function checkOneRole({ run, role }: CheckpointTable): void {
  const fit = new Set(run.filter((_, row) => role[row] === "fit"));
  const both = run.find((name, row) => role[row] === "target" && fit.has(name));
  if (both === undefined) return;
  throw new UserError(
    `loss-to-loss: the run ${both} is in the first file and in a further one; allowed: either a run to fit or a target`,
  );
}

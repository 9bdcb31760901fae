import { existsSync } from "node:fs";
import { join } from "node:path";
import { readTable } from "../src/tables/read.ts";
import { findColumn, type SourcedTable } from "../src/tables/table.ts";
import type { PeerProblem } from "./exchange.ts";
import { type Interval, randomStarts } from "./random-starts.ts";

/** Non-embedding parameters of the ladder's models, by file prefix. */
const sizes = { "190M": 190354176, "370M": 371262464, "760M": 758220288, "1B": 1279395840 };
/** Training lengths, in multiples of 20 tokens a parameter. */
const lengths = [1, 2, 5, 10];
/** Shares of MMLU's parts in its average. */
const mmluParts = { stem: 0.215, humanities: 0.335, social_sciences: 0.219, other: 0.231 };

const lossPrefix = "eval/downstream_bpb/";
const lossSuffix = "_rc_5shot_bpb";
const c4Column = "eval/c4_en-validation/CrossEntropyLoss";

/** Starts of a, b, alpha, beta, E. */
const chinchillaBox: Interval[] = [
  [0, 15],
  [0, 15],
  [0, 1],
  [0, 1],
  [0, 1.5],
];
/** Starts of a, L0, k, b. */
const sigmoidBox: Interval[] = [
  [-1, 0],
  [0, 2],
  [0, 10],
  [0.5, 1],
];

/** One ladder run: its checkpoints in training order, a row each, by column name. */
interface Run {
  parameters: number;
  column(name: string): Float64Array;
  names: string[];
}

export interface SeriesOptions {
  /** Random starts of each problem. */
  starts: number;
  /** @default "lawfit" */
  seed?: string;
}

/** The folder of the real ladder runs, `$LAWFIT_SHARED/data/olmo-ladder/runs`; undefined where it does not exist. */
export function ladderRunsFolder(shared = process.env.LAWFIT_SHARED ?? "../shared"): string | undefined {
  const folder = join(shared, "data", "olmo-ladder", "runs");
  return existsSync(folder) ? folder : undefined;
}

/**
 * The benchmark's problems from the real ladder runs: every loss series (16 points, chinchilla, Huber 1e-3 on
 * logarithms, all parameters >= 0), and HellaSwag's accuracy against its loss (1,401 points and the anchor (0, 1),
 * sigmoid, squared).
 *
 * @param folder the raw run files, `190M-1xC.csv` and so on
 */
export async function ladderSeries(
  folder: string,
  options: SeriesOptions,
): Promise<{ losses: PeerProblem[]; sigmoid: PeerProblem }> {
  const runs = await readRuns(folder);
  const seed = options.seed ?? "lawfit";
  return {
    losses: lossSeries(runs).map(({ name, response }) => ({
      name,
      form: "chinchilla",
      columns: [
        runs.map((run) => Math.log(run.parameters)),
        runs.map((run) => Math.log(Math.trunc(run.column("throughput/total_tokens").at(-1)!))),
      ],
      response,
      loss: { kind: "huber", delta: 1e-3 },
      residual: "log",
      lower: [0, 0, 0, 0, 0],
      upper: [null, null, null, null, null],
      starts: randomStarts(chinchillaBox, options.starts, `${seed} ${name}`),
    })),
    sigmoid: hellaswagSigmoid(runs, options.starts, seed),
  };
}

async function readRuns(folder: string): Promise<Run[]> {
  const files = Object.entries(sizes).flatMap(([prefix, parameters]) =>
    lengths.map((length) => ({ parameters, path: join(folder, `${prefix}-${length}xC.csv`) })),
  );
  const table = await readTable(files.map(({ path }) => path));
  let end = 0;
  return table.files.map((file, i) => {
    const first = end;
    end += file.rows;
    return runOf(table, files[i]!.parameters, first, end);
  });
}

function runOf(table: SourcedTable, parameters: number, first: number, end: number): Run {
  return {
    parameters,
    names: table.columns.map(({ name }) => name),
    column(name) {
      const column = findColumn(table, name);
      if (!column) throw new Error(`${table.files[0]?.path}: no column ${name}`);
      return Float64Array.from(column.values.slice(first, end), Number);
    },
  };
}

/** Every loss that the runs have at their end: the mean of the last five checkpoints. */
function lossSeries(runs: Run[]): { name: string; response: number[] }[] {
  const finals = (of: (run: Run) => Float64Array) => runs.map((run) => mean(of(run).subarray(-5)));
  const tasks = runs[0]!.names
    .filter((name) => name.startsWith(lossPrefix) && name.endsWith(lossSuffix))
    .map((name) => ({
      name: name.slice(lossPrefix.length, -lossSuffix.length),
      response: finals((run) => run.column(name)),
    }));
  const averages = ["val", "test"].map((split) => ({
    name: `mmlu_avg_${split}`,
    response: finals((run) => mmluAverage(run, split)),
  }));
  return [...tasks, ...averages, { name: "c4", response: finals((run) => run.column(c4Column)) }];
}

function mmluAverage(run: Run, split: string): Float64Array {
  const parts = Object.entries(mmluParts).map(([part, share]) => ({
    share,
    values: run.column(`${lossPrefix}mmlu_${part}_${split}${lossSuffix}`),
  }));
  return parts[0]!.values.map((_, row) =>
    parts.reduce((sum, { share, values }) => sum + share * values[row]!, 0),
  );
}

/** Accuracy against loss along training: the first tenth of each run dropped, then trailing means of five. */
function hellaswagSigmoid(runs: Run[], starts: number, seed: string): PeerProblem {
  const smooth = (run: Run, name: string) => {
    const values = run.column(name);
    return trailingMeans(values.subarray(Math.ceil(0.1 * values.length)), 5);
  };
  const name = "hellaswag_val_sigmoid";
  return {
    name,
    form: "sigmoid",
    columns: [[...runs.flatMap((run) => smooth(run, `${lossPrefix}hellaswag_val${lossSuffix}`)), 0]],
    response: [...runs.flatMap((run) => smooth(run, "eval/downstream/hellaswag_val_rc_5shot_len_norm")), 1],
    loss: { kind: "squared" },
    residual: "plain",
    lower: [-1, 0, 0, 0],
    upper: [0, null, null, 1],
    starts: randomStarts(sigmoidBox, starts, `${seed} ${name}`),
  };
}

/** Mean of each value and those before it, `width` in all; the first have fewer. */
function trailingMeans(values: Float64Array, width: number): number[] {
  return Array.from(values, (_, i) => mean(values.subarray(Math.max(0, i - width + 1), i + 1)));
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

import { getOrInsert } from "../collections.ts";
import { UserError } from "../errors.ts";
import { type CheckpointTable, locate } from "./checkpoint-table.ts";

/** The rows of one run and subject, as they are read. */
interface Series {
  /** The largest step and the largest tokens until now, of rows with and without a step. */
  step: number;
  d: number;
  /** Whether each step, and each number of tokens, was larger than those before. */
  isRising: boolean;
}

/** Series by run and subject. */
type AllSeries = Map<string, Map<string, Series>>;

/**
 * Demands one row for each run, step and subject; where a row has no step, its tokens d identify the checkpoint.
 *
 * @throws UserError with both rows of the first pair
 */
export function checkDuplicates(table: CheckpointTable): void {
  const series = findSeries(table);
  // Most tables are in the order of training, in which nothing can be there twice.
  if (![...series.values()].some((ofRun) => [...ofRun.values()].some(({ isRising }) => !isRising))) return;
  const rows = new Map<Series, Map<number, number>>();
  for (let row = 0; row < table.rows; row++) {
    const run = table.run[row]!;
    const subject = table.subject[row]!;
    const ofRow = series.get(run)!.get(subject)!;
    if (ofRow.isRising) continue;
    const step = table.step[row]!;
    const hasStep = !Number.isNaN(step);
    // Steps and tokens are kept apart: tokens as negative numbers, which no step is.
    const checkpoint = hasStep ? step : -table.d[row]!;
    const seen = getOrInsert(rows, ofRow, () => new Map());
    const first = seen.get(checkpoint);
    if (first === undefined) {
      seen.set(checkpoint, row);
      continue;
    }
    const what = hasStep ? `step ${step}` : `d ${table.d[row]}`;
    throw new UserError(
      `${locate(table, row)}: run ${JSON.stringify(run)}, ${what}, subject ${JSON.stringify(subject)} was ` +
        `already given in ${locate(table, first)}; allowed: one row for each run, ${hasStep ? "step" : "d"} and subject`,
    );
  }
}

function findSeries({ rows, run, subject, step, d }: CheckpointTable): AllSeries {
  const all: AllSeries = new Map();
  let last: { run: string; ofRun: Map<string, Series> } | undefined;
  for (let row = 0; row < rows; row++) {
    const name = run[row]!;
    // Rows of a run stand together as a rule.
    if (last?.run !== name) last = { run: name, ofRun: getOrInsert(all, name, () => new Map()) };
    const series = getOrInsert(last.ofRun, subject[row]!, () => ({
      step: Number.NEGATIVE_INFINITY,
      d: Number.NEGATIVE_INFINITY,
      isRising: true,
    }));
    const key = Number.isNaN(step[row]) ? "d" : "step";
    const value = key === "d" ? d[row]! : step[row]!;
    if (value > series[key]) series[key] = value;
    else series.isRising = false;
  }
  return all;
}

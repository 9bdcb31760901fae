import { inParallel } from "#lawfit/solve/in-parallel.js";
import type { Backend } from "#lawfit/solve/kernel.js";
import { randomKey } from "#lawfit/solve/resampling.js";
import type { Arm } from "./arm.ts";
import { type CoverageRow, coverageRow, type RankRow, rankRow } from "./coverage-row.ts";
import { type Condition, drawDataSet } from "./data-set.ts";
import type { StepOneLoss } from "./data-set-plan.ts";
import { type Made, type MadeIntervals, makeIntervals } from "./make-intervals.ts";

/** A study: data sets of each condition, intervals of each arm. */
export interface Study {
  conditions: readonly Condition[];
  arms: readonly Arm[];
  /** Losses that step 1 is fitted under. */
  losses: readonly StepOneLoss[];
  /** Whether the parameters have the priors of preset `ladder-bayes`. @default false */
  isBayesian?: boolean;
  /** Data sets of each condition. */
  replications: number;
  /** Resamples of each data set, by each arm. */
  resamples: number;
  /** Random starts of each resample, beside the fit of the data. */
  freshStarts: number;
  level: number;
  seed: number;
}

export interface StudyResult {
  rows: CoverageRow[];
  ranks: RankRow[];
}

/** A list of one number a data set for each column, and what it is of. */
interface Series<Column extends string> {
  made: Made;
  interval: string;
  values: Record<Column, Float64Array>;
}

/**
 * Runs a study on an open backend. The same study gives the same result on any number of threads.
 *
 * @param onProgress called as data sets are done
 */
export async function runStudy(
  backend: Backend,
  study: Study,
  onProgress?: (done: number, total: number) => void,
): Promise<StudyResult> {
  const { conditions, replications } = study;
  const total = conditions.length * replications;
  const result: StudyResult = { rows: [], ranks: [] };
  for (const [c, condition] of conditions.entries()) {
    const studied = await runCondition(backend, study, condition, (done) =>
      onProgress?.(c * replications + done, total),
    );
    result.rows.push(...studied.rows);
    result.ranks.push(...studied.ranks);
  }
  return result;
}

async function runCondition(
  backend: Backend,
  study: Study,
  condition: Condition,
  onDone: (done: number) => void,
): Promise<StudyResult> {
  const { replications, level } = study;
  const made: MadeIntervals[] = new Array(replications);
  let done = 0;
  // One more than the device takes at a time: it is never without work while a data set is drawn or scored.
  await inParallel(Math.min(backend.concurrency + 1, 64), replications, async (replication) => {
    const dataSet = drawDataSet(condition, replication, study.seed);
    // Draws of its own for every data set.
    const seed = randomKey(`${study.seed}/${replication}`);
    made[replication] = await makeIntervals(backend, dataSet, { ...study, seed });
    onDone(++done);
  });
  const ends = new Map<string, Series<"lower" | "upper" | "actual">>();
  const ranks = new Map<string, Series<"rank">>();
  made.forEach((dataSet, replication) => {
    for (const interval of dataSet.intervals)
      note(
        ends,
        interval,
        interval.interval,
        ["lower", "upper", "actual"],
        replication,
        replications,
        interval,
      );
    for (const rank of dataSet.ranks) note(ranks, rank, "", ["rank"], replication, replications, rank);
  });
  return {
    rows: Array.from(ends.values(), (group) =>
      coverageRow(condition, group.made, group.interval, level, group.values),
    ),
    ranks: Array.from(ranks.values(), (group) => rankRow(condition, group.made, group.values.rank)),
  };
}

/** Notes the numbers of one data set in the lists that they belong to. */
function note<Column extends string>(
  all: Map<string, Series<Column>>,
  made: Made,
  interval: string,
  columns: readonly Column[],
  replication: number,
  replications: number,
  values: Record<Column, number>,
): void {
  const { loss1, quantity, target, scheme } = made;
  const key = JSON.stringify([loss1, quantity, target, scheme, interval]);
  let series = all.get(key);
  if (series === undefined) {
    const empty = columns.map((column) => [column, new Float64Array(replications).fill(Number.NaN)] as const);
    series = { made, interval, values: Object.fromEntries(empty) as Record<Column, Float64Array> };
    all.set(key, series);
  }
  for (const column of columns) series.values[column][replication] = values[column];
}

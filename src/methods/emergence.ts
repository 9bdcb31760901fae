import { mean } from "../statistics.ts";
import type { TaskData } from "./method.ts";
import { perIndex } from "./per-index.ts";
import type { RunIndex } from "./runs.ts";

/** Metric of a task that holds its chance level: the score of guessing. */
export const CHANCE = "chance";

/** Differences of scores that rounding can make. */
const ROUNDING = 1e-9;

/** Which checkpoints a regression on intermediate checkpoints keeps (Chen et al., 2025, section 3.3). */
export interface CheckpointRule {
  /** Decimals to which the pre-training loss is rounded; undefined: whether it improves does not matter. */
  improvementDecimals: number | undefined;
  /** Whether the loss is rounded relative to the median last loss of the fit runs, or as the table has it. */
  improvementUnit: "relative" | "table";
  /** How much the score must beat chance by, a share; undefined: it need not. */
  margin: number | undefined;
  /**
   * Checkpoints on either side whose mean score, without its own, says whether a checkpoint beats chance; 0: its own score.
   * By its own, checkpoints near the margin are kept for their luck.
   */
  neighbours: number;
}

/** Chance level of a task as the table has it (metric `chance`), or why it is not known. */
export const chanceOf = perIndex((task: string) => task, findChance);

function findChance({ table }: RunIndex, task: string): number | { reason: string } {
  const values = table.metrics.get(CHANCE);
  const own = new Set<number>();
  values?.forEach((value, row) => {
    if (table.subject[row] === task && !Number.isNaN(value)) own.add(value);
  });
  const [chance, ...others] = own;
  if (chance === undefined) {
    return {
      reason: `the chance level of ${task} is not known; give it under chance in the sweep (chance: {${task}: 0.25}), in a column chance of the table, or take axis emerged: false`,
    };
  }
  if (others.length > 0) {
    return { reason: `${task} has several chance levels: ${[chance, ...others].join(", ")}; allowed: one` };
  }
  if (!(chance >= 0 && chance < 1)) {
    return { reason: `the chance level of ${task} is ${chance}; allowed: a share >= 0 and < 1` };
  }
  return chance;
}

/** Whether a checkpoint is kept, or why not. */
export type Verdict = "kept" | "not improved" | "at chance";

/**
 * Judges the checkpoints of one run, in the order of training: kept are those whose rounded loss is below that of every
 * checkpoint before, and whose score beats chance by the margin.
 *
 * @param loss pre-training loss in the unit in which it is rounded, one a checkpoint
 * @param score one a checkpoint
 * @param chance of the task; idle without a margin
 */
export function judgeCheckpoints(
  loss: Float64Array,
  score: Float64Array,
  { improvementDecimals, margin, neighbours }: Omit<CheckpointRule, "improvementUnit">,
  chance: number,
): Verdict[] {
  const judged = judgedScores(score, neighbours);
  let least = Number.POSITIVE_INFINITY;
  return Array.from(loss, (value, i) => {
    if (improvementDecimals !== undefined) {
      const rounded = Math.round(value * 10 ** improvementDecimals);
      if (rounded >= least) return "not improved";
      least = rounded;
    }
    if (margin !== undefined && judged[i]! - chance < margin - ROUNDING) return "at chance";
    return "kept";
  });
}

/** The scores that checkpoints of one run are judged by; a checkpoint without neighbours by its own. */
export function judgedScores(score: Float64Array, neighbours: number): Float64Array {
  if (neighbours === 0 || score.length < 2) return score;
  return score.map((_, i) =>
    mean(
      Float64Array.of(
        ...score.subarray(Math.max(0, i - neighbours), i),
        ...score.subarray(i + 1, i + 1 + neighbours),
      ),
    ),
  );
}

/**
 * Why no checkpoint is kept, with the best score there is.
 *
 * @param judged scores that they are judged by and verdicts of each run's checkpoints, none of them kept
 */
export function whyNoneEmerged(
  task: TaskData["task"],
  judged: readonly { scores: Float64Array; verdicts: readonly Verdict[] }[],
  chance: number,
  margin: number,
): string {
  const atChance = judged.flatMap(({ scores, verdicts }) => [
    ...scores.filter((_, i) => verdicts[i] === "at chance"),
  ]);
  const best = atChance.reduce((most, value) => Math.max(most, value), 0);
  const isAll = judged.every(({ verdicts }) => verdicts.every((verdict) => verdict === "at chance"));
  return (
    `no checkpoint of ${task}${isAll ? "" : " whose loss improved"} beats chance (${chance}) by ${margin}: ` +
    `the best of ${atChance.length} has ${Number(best.toPrecision(4))}`
  );
}

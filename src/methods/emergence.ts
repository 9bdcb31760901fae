import { getOrInsert } from "../collections.ts";
import { mean } from "../statistics.ts";
import { perIndex, type RunIndex } from "./runs.ts";

/** Metric of a task that holds its chance level, the score of guessing. */
export const CHANCE = "chance";

/** Largest difference of scores that is taken for rounding. */
const ROUNDING = 1e-9;

/** Which checkpoints a regression on intermediate checkpoints keeps (Chen et al., 2025, section 3.3). */
export interface CheckpointRule {
  /** Decimals to which the pre-training loss is rounded; undefined where it need not improve. */
  improvementDecimals: number | undefined;
  /** Whether the loss is rounded relative to the median last loss of the fit runs, or as the table has it. */
  improvementUnit: "relative" | "table";
  /** Share by which the score must beat chance; undefined where it need not. */
  margin: number | undefined;
  /**
   * Number of checkpoints on either side whose mean score, without the checkpoint's own, must beat chance. With 0 its own score
   * must, and checkpoints near the margin are kept because their noise is positive.
   */
  neighbours: number;
}

/** Chance level of a task from the table (metric `chance`), or the reason why it is not known. */
export const chanceOf = perIndex((task: string) => task, findChance);

/** The values of a metric of each subject. */
const levelsOf = perIndex(
  (metric: string) => metric,
  ({ table }, metric) => {
    const levels = new Map<string, Set<number>>();
    const values = table.metrics.get(metric) ?? [];
    for (let row = 0; row < values.length; row++) {
      const value = values[row]!;
      if (!Number.isNaN(value)) getOrInsert(levels, table.subject[row]!, () => new Set()).add(value);
    }
    return levels;
  },
);

function findChance(index: RunIndex, task: string): number | { reason: string } {
  const [chance, ...others] = levelsOf(index, CHANCE).get(task) ?? [];
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

/** Whether a checkpoint is kept, or why it is not. */
export type Verdict = "kept" | "not improved" | "at chance";

/**
 * Judges the checkpoints of one run, in the order of training. A checkpoint is kept where its rounded loss is below that of every
 * checkpoint before, and its score beats chance by the margin.
 *
 * @param loss pre-training loss of each checkpoint, in the unit in which it is rounded
 * @param score of each checkpoint
 * @param chance level of the task; not used without a margin
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

/** The scores by which the checkpoints of one run are judged; a run of one checkpoint is judged by its own score. */
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
 * The reason why no checkpoint is kept, with the best score.
 *
 * @param judged for each run, the scores by which its checkpoints are judged and the verdicts, none of which is kept
 */
export function whyNoneEmerged(
  task: string,
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

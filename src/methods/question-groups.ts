import { UserError } from "../errors.ts";
import { type CheckpointTable, locate } from "../tables/checkpoint-table.ts";
import { GROUP_METRIC, groupMetric, groupQuestions } from "../tables/question-groups.ts";
import { perIndex, type RunIndex } from "./runs.ts";

/** What step 2 is fitted on: the score of all questions of the task, or that of each group of them. */
interface ScorePart {
  /** Name of the group; undefined for all questions. */
  group: string | undefined;
  /** Metric of its score. */
  metric: string;
  /** Its share of the task's questions. */
  weight: number;
}

/** Values of the axis. */
export const QUESTION_GROUPS = ["none", "sum"] as const;

/** By how much the weighted sum of the groups' scores may differ from the task's score: what rounding scores to two decimals can cause. */
const MOST_DIFFERENCE = 0.005;

/** How a table is given its groups. */
const HOW = "lawfit import lm-eval --question-groups K makes them; docs/tables.md has the layout";

/**
 * The parts whose weighted sum a task's score is, from the easiest questions on.
 *
 * @returns the reason where the table does not have the task's groups as the sum needs them
 */
export const partsOfScore = perIndex(
  ({ task, score, groups }: { task: string; score: string; groups: (typeof QUESTION_GROUPS)[number] }) =>
    JSON.stringify([task, score, groups]),
  (index, { task, score, groups }): readonly ScorePart[] | { reason: string } =>
    groups === "none" ? [{ group: undefined, metric: score, weight: 1 }] : groupsOf(index, task, score),
);

/**
 * Checks that a table has groups of questions of some task.
 *
 * @param where file and key, for messages
 * @throws UserError where it has none
 */
export function checkHasGroups(table: CheckpointTable, score: string, where: string): void {
  if ([...table.metrics.keys()].some((name) => GROUP_METRIC.exec(name)?.[2] === score)) return;
  throw new UserError(
    `${where}.question_groups: sum, but ${table.source} has no groups of questions (metrics ${groupMetric(1, score)}, ` +
      `${groupQuestions(1)}, ${groupMetric(2, score)}, ...); ${HOW}; allowed: none`,
  );
}

function groupsOf({ table }: RunIndex, task: string, score: string): ScorePart[] | { reason: string } {
  const rows = table.subject.flatMap((subject, row) => (subject === task ? [row] : []));
  const has = (name: string) => {
    const values = table.metrics.get(name);
    return values !== undefined && rows.some((row) => !Number.isNaN(values[row]));
  };
  const numbers = [...table.metrics.keys()]
    .flatMap((name) => {
      const [, number, metric] = GROUP_METRIC.exec(name) ?? [];
      return number !== undefined && (metric === score || metric === "questions") && has(name)
        ? Number(number)
        : [];
    })
    .sort((a, b) => a - b);
  const found = [...new Set(numbers)];
  if (found.length === 0) {
    return {
      reason: `${task} has no groups of questions (metrics ${groupMetric(1, score)}, ${groupQuestions(1)}, ...); ${HOW}`,
    };
  }
  const groups: { number: number; scores: Float64Array; questions: number }[] = [];
  for (const number of Array.from({ length: found.at(-1)! }, (_, i) => i + 1)) {
    for (const name of [groupMetric(number, score), groupQuestions(number)]) {
      if (!has(name)) return { reason: `${task} has no ${name}, but groups up to group${found.at(-1)}` };
    }
    const scores = table.metrics.get(groupMetric(number, score))!;
    const badScore = rows.find((row) => scores[row]! < 0 || scores[row]! > 1);
    if (badScore !== undefined) {
      return {
        reason: `${locate(table, badScore)}, column ${groupMetric(number, score)}: ${scores[badScore]}; allowed: a share, 0 to 1`,
      };
    }
    const counts = table.metrics.get(groupQuestions(number))!;
    const known = rows.filter((row) => !Number.isNaN(counts[row]));
    const questions = counts[known[0]!]!;
    const bad = known.find(
      (row) => counts[row] !== questions || !(Number.isInteger(questions) && questions > 0),
    );
    if (bad !== undefined) {
      const before = counts[bad] === questions ? "" : `, and ${questions} elsewhere`;
      return {
        reason:
          `${locate(table, bad)}, column ${groupQuestions(number)}: ${counts[bad]}${before}; ` +
          `allowed: a whole number > 0, the same on all rows of ${task}`,
      };
    }
    groups.push({ number, scores, questions });
  }
  const all = groups.reduce((sum, { questions }) => sum + questions, 0);
  const whole = table.metrics.get(score);
  for (const row of whole === undefined ? [] : rows) {
    const sum = groups.reduce((sum, { scores, questions }) => sum + (questions / all) * scores[row]!, 0);
    if (Math.abs(sum - whole![row]!) > MOST_DIFFERENCE) {
      return {
        reason:
          `${locate(table, row)}: the groups of ${task}, weighted by their questions, have ${score} ${Number(sum.toPrecision(6))} ` +
          `together, and column ${score} has ${whole![row]}; allowed: the same to ${MOST_DIFFERENCE}`,
      };
    }
  }
  return groups.map(({ number, questions }) => ({
    group: `group${number}`,
    metric: groupMetric(number, score),
    weight: questions / all,
  }));
}

import { getOrInsert, groupBy } from "../../collections.ts";
import { mean } from "../../statistics.ts";
import { countOf } from "../../text.ts";
import { groupMetric, groupQuestions } from "../question-groups.ts";
import { type ImportLog, someOf } from "./import-log.ts";
import { type Answers, type Measurement, Measurements } from "./measurements.ts";

/** Fewest questions of a group: an accuracy of fewer is mostly noise. */
const FEWEST_QUESTIONS = 5;

/** A measurement whose run is known. */
interface Asked extends Measurement {
  run: string;
}

interface Answered extends Asked {
  answers: Answers;
}

/** What orders questions by their difficulty, the first that all of a task's questions have; larger values are easier. */
const EASE = [
  { metric: "soft", sign: 1, words: "probability of the right choice among the choices" },
  { metric: Measurements.ANSWER_BPB, sign: -1, words: "bits per byte of the right answer" },
] as const;

/**
 * Puts the questions of each task into groups of equal size by their difficulty, the easiest first, and gives each checkpoint the
 * accuracy of every group. Difficulty is read from the answers of fit runs alone, each run counting once: targets say nothing of it.
 *
 * @param rows changed: they get the metrics of the groups
 * @param count number of groups
 * @param accuracies of each subject the metric of the files that is its accuracy
 */
export function addQuestionGroups(
  rows: readonly Asked[],
  count: number,
  accuracies: ReadonlyMap<string, string>,
  log: ImportLog,
): void {
  const grouped = new Map<string, string[]>();
  for (const [subject, own] of groupBy(rows, (row) => row.subject)) {
    const accuracy = accuracies.get(subject);
    if (accuracy === undefined) continue;
    const by = groupSubject(own, count, accuracy, log);
    if ("reason" in by) log.each("subject", `no groups of questions: ${by.reason}`, subject);
    else getOrInsert(grouped, by.words, () => []).push(subject);
  }
  for (const [words, subjects] of grouped) {
    log.note(
      `questions of ${countOf(subjects.length, "subject")} (${someOf(subjects)}) are in ${count} groups by the mean ${words} over the fit runs, group1 the easiest`,
    );
  }
  if (grouped.size > 0 && !rows.some(({ role }) => role === "target")) {
    log.note(
      "no run is a target, so all runs say which questions are hard; runs to be predicted must have role target in --models",
    );
  }
}

/** Groups the questions of one subject. @returns by what, or why not */
function groupSubject(
  rows: readonly Asked[],
  count: number,
  accuracy: string,
  log: ImportLog,
): { words: string } | { reason: string } {
  const isAnswered = (row: Asked): row is Answered =>
    row.answers !== undefined && allKnown(row.answers.values.get(accuracy));
  const answered = rows.filter(isAnswered);
  const isFit = ({ role, phase }: Asked) => (role ?? "fit") === "fit" && (phase ?? null) === null;
  const bySet = groupBy(answered.filter(isFit), ({ answers }) => answers.names.join("\n"));
  // The set of questions that most checkpoints of fit runs answered; of equally many the larger one.
  const [most] = [...bySet].sort(
    ([a, ofA], [b, ofB]) => ofB.length - ofA.length || b.length - a.length || (a < b ? -1 : 1),
  );
  if (most === undefined) return { reason: `no fit run has ${accuracy} of each question (samples files)` };
  const [key, fit] = most;
  const questions = fit[0]!.answers.names.length;
  if (questions < FEWEST_QUESTIONS * count) {
    return { reason: `fewer than ${FEWEST_QUESTIONS} questions for each of ${count} groups` };
  }
  const right = meanOverRuns(fit, accuracy);
  const known = EASE.find(({ metric }) => fit.every(({ answers }) => allKnown(answers.values.get(metric))));
  const ease = known && meanOverRuns(fit, known.metric).map((value) => known.sign * value);
  // Names are sorted, so equally hard questions keep the order of their names.
  const order = Array.from({ length: questions }, (_, q) => q).sort(
    (a, b) => (ease ? ease[b]! - ease[a]! : 0) || right[b]! - right[a]! || a - b,
  );
  const first = (group: number) => Math.round((group * questions) / count);
  const members = Array.from({ length: count }, (_, g) => order.slice(first(g), first(g + 1)));
  for (const row of rows) {
    const drop = (reason: string) =>
      log.each("checkpoint", `no groups of questions: ${reason}`, `${row.run} on ${row.subject}`);
    if (!isAnswered(row)) drop(`without ${accuracy} of each question`);
    else if (row.answers.names.join("\n") !== key) drop("answered other questions than most of the fit runs");
    else if (!(Math.abs(mean(row.answers.values.get(accuracy)!) - row.metrics.get("accuracy")!) <= 1e-6)) {
      drop("its questions say another accuracy than its results file");
    } else {
      const scores = row.answers.values.get(accuracy)!;
      members.forEach((places, g) => {
        row.metrics.set(groupMetric(g + 1, "accuracy"), mean(places.map((q) => scores[q]!)));
        row.metrics.set(groupQuestions(g + 1), places.length);
      });
    }
  }
  return { words: known?.words ?? `${accuracy} of a question` };
}

function allKnown(values: Float64Array | undefined): boolean {
  return values !== undefined && !values.some(Number.isNaN);
}

/** Mean of a metric of each question over runs, of the mean over each run's checkpoints. */
function meanOverRuns(rows: readonly Answered[], metric: string): Float64Array {
  const runs = [...groupBy(rows, ({ run }) => run).values()];
  return rows[0]!.answers.values
    .get(metric)!
    .map((_, q) => mean(runs.map((own) => mean(own.map(({ answers }) => answers.values.get(metric)![q]!)))));
}

import { basename } from "node:path";
import { getOrInsert } from "../../collections.ts";
import { mean, variance } from "../../statistics.ts";
import { eachJsonLine, type JsonObject, objectOf } from "./json-files.ts";
import { type Answers, Measurements } from "./measurements.ts";

/** What a samples file says of its task, and how many lines it has. */
interface Samples {
  metrics: Map<string, number>;
  /** Of each question; undefined where they are not asked for, or where a question is not identified. */
  answers: Answers | undefined;
  lines: number;
}

/** Names of questions that were met: those of many files are kept once. */
export type QuestionNames = Map<string, string>;

/** Metrics of a question whose mean is the score of the task. */
const SCORES = ["acc", "acc_norm", "acc_bytes", "exact_match"];

/**
 * Reads the questions of a samples file: bits per byte of the right answer, its log-probability and probability among the choices
 * (`ce`, `soft`), the scores that the file has for each question, and the accuracy of guessing. Bytes are those of the answer without the
 * blank before it, as in the harness's own normalised accuracies.
 *
 * @param known names of questions, to which those of the file are added; undefined where single answers are not asked for
 */
export async function readAnswers(
  path: string,
  log: Measurements["log"],
  known?: QuestionNames,
): Promise<Samples> {
  const values = new Map<string, number[]>();
  const put = (name: string, value: number): void => {
    const list = values.get(name);
    if (list === undefined) values.set(name, [value]);
    else list.push(value);
  };
  const name = basename(path);
  const seen = new Set<string>();
  const questions: { name: string; values: Map<string, number> }[] = [];
  const lines = await eachJsonLine(
    path,
    (sample, line) => {
      // Filters repeat the questions.
      const key = `${String(sample.doc_id)} ${String(sample.doc_hash ?? "")}`;
      if (seen.has(key) && sample.doc_id !== undefined) return;
      seen.add(key);
      put("questions", 1);
      const values = new Map<string, number>();
      for (const score of SCORES) {
        const value = sample[score];
        if (typeof value === "number") values.set(score, value);
      }
      const doubt = () =>
        log.each(
          "question",
          "target and accuracy say different choices, target counts",
          `${name}, line ${line}`,
        );
      const answer = answerOf(sample, doubt);
      if (typeof answer === "string") log.drop("question", answer, `${name}, line ${line}`);
      else for (const [metric, value] of answer) values.set(metric, value);
      for (const [metric, value] of values) put(metric, value);
      if (known === undefined) return;
      if (sample.doc_id === undefined)
        log.drop("answer", "without doc_id, so in no group of questions", name);
      else questions.push({ name: getOrInsert(known, key, () => key), values });
    },
    (problem) => log.drop("question", problem.message, `${path}, line ${problem.line}`),
  );
  const count = values.get("questions")?.length ?? 0;
  values.delete("questions");
  const metrics = new Map<string, number>();
  for (const [metric, list] of values) {
    metrics.set(metric, mean(list));
    if (metric === "chance" || list.length < 2) continue;
    metrics.set(metric + Measurements.STANDARD_ERROR, Math.sqrt(variance(list) / (list.length - 1)));
  }
  if (count > 0) metrics.set(Measurements.QUESTIONS, count);
  const isWhole = count > 0 && questions.length === count;
  return { metrics, answers: isWhole ? answersTo(questions, values.keys()) : undefined, lines };
}

/** The answers in the order of the questions' names. */
function answersTo(
  questions: { name: string; values: ReadonlyMap<string, number> }[],
  metrics: Iterable<string>,
): Answers {
  questions.sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    names: questions.map(({ name }) => name),
    values: new Map(
      Array.from(metrics, (metric) => [
        metric,
        Float64Array.from(questions, ({ values }) => values.get(metric) ?? Number.NaN),
      ]),
    ),
  };
}

/**
 * Metrics of the right answer to a question, or why there are none.
 *
 * @param doubt is called where the accuracy of the question says another choice than its target
 */
function answerOf(sample: JsonObject, doubt: () => void): [string, number][] | string {
  const asked = Object.values(objectOf(sample.arguments)).map(objectOf);
  const given = choicesOf(sample.filtered_resps) ?? choicesOf(sample.resps);
  if (given === undefined || asked.some(({ arg_1: text }) => typeof text !== "string")) {
    return "answered by text, so without a probability of the right answer";
  }
  if (asked.length !== given.length) return "numbers of choices and of their probabilities differ";
  // For acc_mutual_info each choice is asked a second time after an empty prompt.
  const isAgain = asked.map(({ arg_0: prompt }) => prompt === "");
  const isTwice = 2 * isAgain.filter(Boolean).length === asked.length;
  const places = asked.flatMap((_, i) => (isTwice && isAgain[i] ? [] : [i]));
  const texts = places.map((i) => asked[i]!.arg_1 as string);
  const logProbabilities = places.map((i) => given[i]!);
  const right = rightChoice(sample, texts, logProbabilities);
  if (right === undefined) return "which choice is right is not said";
  const own = logProbabilities[right]!;
  const bytes = Buffer.byteLength(texts[right]!.replace(/^ /, ""));
  if (bytes === 0) return "the right answer is empty";
  const metrics: [string, number][] = [[Measurements.ANSWER_BPB, -own / Math.LN2 / bytes]];
  if (texts.length === 1) return metrics;
  const most = Math.max(...logProbabilities);
  // Choices that are equally likely leave it open.
  const isOnlyBest = own === most && logProbabilities.indexOf(most) === logProbabilities.lastIndexOf(most);
  if ((sample.acc === 1 && own < most) || (sample.acc === 0 && isOnlyBest)) doubt();
  const sum = logProbabilities.reduce((total, value) => total + Math.exp(value - most), 0);
  const share = own - most - Math.log(sum);
  metrics.push(["ce", -share], ["soft", Math.exp(share)]);
  // A score between 0 and 1 is a share of several right choices (truthfulqa_mc2), which guessing reaches otherwise.
  const isShare = typeof sample.acc === "number" && !Number.isInteger(sample.acc);
  return isShare ? metrics : [...metrics, ["chance", 1 / texts.length]];
}

/** The log-probabilities of the choices: `[[-1.2, false], ...]`, or as texts; undefined for answers that are texts. */
function choicesOf(given: unknown): number[] | undefined {
  if (!Array.isArray(given) || given.length === 0) return undefined;
  // One choice may stand without the list around it.
  const list: unknown[] = given.length === 2 && !Array.isArray(given[0]) ? [given] : given;
  const values = list.map((choice) => {
    let inner: unknown = choice;
    // `resps` have a list of tries around each answer.
    while (Array.isArray(inner)) inner = inner[0];
    return typeof inner === "number"
      ? inner
      : typeof inner === "string" && inner.trim() !== ""
        ? Number(inner)
        : Number.NaN;
  });
  return values.every((value) => Number.isFinite(value) && value <= 0) ? values : undefined;
}

/** Place of the right choice: `target` is its number or its text; of two choices with one text, the accuracy tells. */
function rightChoice(
  sample: JsonObject,
  texts: readonly string[],
  logProbabilities: readonly number[],
): number | undefined {
  const { target, acc } = sample;
  if (texts.length === 1) return 0;
  // The harness writes the number of the choice where the task gives a number or digits, else the text.
  const isNumber = typeof target === "number" || (typeof target === "string" && /^\s*\d+\s*$/.test(target));
  if (isNumber && Number(target) < texts.length) return Number(target);
  const same = texts.flatMap((text, i) => (text.trim() === String(target).trim() ? [i] : []));
  if (same.length === 1) return same[0];
  // Of more choices only the questions answered rightly would tell, whose mean is no mean of the task.
  if (texts.length !== 2) return undefined;
  const first = logProbabilities.indexOf(Math.max(...logProbabilities));
  return acc === 1 ? first : acc === 0 ? 1 - first : undefined;
}

import { expect, test } from "vitest";
import { messageOf } from "../temporary.ts";
import { layoutFolder } from "./imported.ts";

const { put, path, imported } = layoutFolder();

const DATE = "2026-01-02T03-04-05.678901";

/** What a model answers to a question: the probability of the right choice of two, and whether the answer counts as right. */
type Answer = [soft: number, acc: number];

/** The files of a model that answered questions 0, 1, ... */
const evaluated = (folder: string, model: string, answers: readonly Answer[]) => ({
  [`${folder}/${model}/results_${DATE}.json`]: {
    results: { piqa: { "acc,none": answers.reduce((sum, [, acc]) => sum + acc, 0) / answers.length } },
    config: { model_args: `pretrained=${model}-20M-1B` },
  },
  [`${folder}/${model}/samples_piqa_${DATE}.jsonl`]: answers.map(([soft, acc], id) => ({
    doc_id: id,
    target: "0",
    arguments: { gen_args_0: { arg_0: "Q", arg_1: " yes" }, gen_args_1: { arg_0: "Q", arg_1: " no" } },
    filtered_resps: [soft, 1 - soft].map((share) => [String(Math.log(share)), "False"]),
    acc,
  })),
});
const ofTen = (answer: (id: number) => Answer) => Array.from({ length: 10 }, (_, id) => answer(id));
const isEven = (id: number) => id % 2 === 0;

/** The columns of a table that were asked for, a line a run. */
async function groupsOf(folder: string, questionGroups: number, names: readonly string[]) {
  const { lines, notes } = await imported("lm-eval", folder, { models: path("roles.csv"), questionGroups });
  const [head, ...rows] = lines.map((line) => line.split(","));
  return { rows: rows.map((row) => names.map((name) => row[head!.indexOf(name)])), notes };
}

const GROUPS = ["group1_accuracy", "group1_questions", "group2_accuracy", "group2_questions"];

test("questions are grouped by the answers of fit runs alone, the easiest first, and every checkpoint has each group's accuracy", async () => {
  put({
    // Even questions are easy for the fit runs by the mean of their probabilities; question 1 is easy for one run alone.
    ...evaluated(
      "evals",
      "small",
      ofTen((id) => (isEven(id) ? [0.7, 1] : [id === 1 ? 0.8 : 0.2, 0])),
    ),
    ...evaluated(
      "evals",
      "large",
      ofTen((id) => (isEven(id) ? [0.9, 1] : [0.4, id < 5 ? 1 : 0])),
    ),
    // The target finds the others easy, which must not count.
    ...evaluated(
      "evals",
      "big",
      ofTen((id) => (isEven(id) ? [0.01, 0] : [0.99, 1])),
    ),
    ...evaluated("evals", "part", ofTen(() => [0.5, 1] as Answer).slice(0, 9)),
    "roles.csv": "model,role\nbig-20M-1B,target\n",
  });
  const { rows, notes } = await groupsOf("evals", 2, ["run", "role", "accuracy", ...GROUPS]);
  const numbers = new Map(
    rows.map(([run, role, ...values]) => [
      `${run} ${role}`,
      values.map((value) => (value === "" ? undefined : Number(value))),
    ]),
  );
  expect(Object.fromEntries(numbers)).toEqual({
    "small-20M-1B fit": [0.5, 1, 5, 0, 5],
    "large-20M-1B fit": [0.7, 1, 5, 0.4, 5],
    "big-20M-1B target": [0.5, 0, 5, 1, 5],
    "part-20M-1B fit": [1, undefined, undefined, undefined, undefined],
  });
  expect(notes).toContain(
    "1 checkpoint: no groups of questions: answered other questions than most of the fit runs (part-20M-1B on piqa)",
  );
  expect(notes).toContain(
    "questions of 1 subject (piqa) are in 2 groups by the mean probability of the right choice among the choices over the fit runs, group1 the easiest",
  );
});

test("equally probable answers are ordered by the share of right ones; groups that cannot be equal differ by one question", async () => {
  const eleven = (right: (id: number) => boolean) =>
    Array.from({ length: 11 }, (_, id): Answer => [0.5, right(id) ? 1 : 0]);
  put({
    ...evaluated(
      "ties",
      "small",
      eleven((id) => id > 8),
    ),
    ...evaluated(
      "ties",
      "large",
      eleven((id) => id > 4),
    ),
    "roles.csv": "model,role\n*,\n",
  });
  const { rows, notes } = await groupsOf("ties", 2, GROUPS);
  // 9 and 10 are right twice, 5 to 8 once: these six are the easy ones.
  expect(rows.map((row) => row.map(Number))).toEqual([
    [1, 6, 0, 5],
    [1 / 3, 6, 0, 5],
  ]);
  expect(notes).toContain(
    "no run is a target, so all runs say which questions are hard; runs to be predicted must have role target in --models",
  );
});

test("what cannot be grouped is said", async () => {
  const few = await groupsOf("ties", 3, ["group1_accuracy"]);
  expect(few.rows).toEqual([[undefined], [undefined]]);
  expect(few.notes).toContain(
    "1 subject: no groups of questions: fewer than 5 questions for each of 3 groups (piqa)",
  );
  put({ "runs.csv": "run,n,d,piqa_acc\na,20M,1B,0.5\n" });
  expect(await messageOf(imported("wide", "runs.csv", { questionGroups: 2 }))).toBe(
    "UserError: --question-groups: importer wide reads no answers to single questions; allowed: with lm-eval",
  );
});

import { expect, test } from "vitest";
import { runSweep } from "../../../src/run/run-sweep.ts";
import { prepareSweep } from "../../../src/spec/prepare-sweep.ts";
import { numberAt, rowsOf, type Table, textAt } from "../../../src/tables/table.ts";
import { reasonOf } from "../../methods/plan-task.ts";
import { type Row, smallLadder, TRUE_LAW } from "../../methods/tables.ts";
import { messageOf, temporaryFolder } from "../../tables/temporary.ts";
import { planLadder, problemOf } from "./plan.ts";

const { file } = temporaryFolder();

/** Links of the two kinds of questions: a, L0, k, b of the sigmoid. The hard ones begin where the fit runs end. */
const EASY = [-0.75, 1.15, 10, 1] as const;
const HARD = [-0.8, 0.8, 15, 1] as const;
const link = ([a, l0, k, b]: readonly number[], loss: number) => a! / (1 + Math.exp(-k! * (loss - l0!))) + b!;

/** Groups of 100 easy and 300 hard questions. */
const grouped = (
  change: (metrics: Record<string, number>, row: number) => Record<string, number> = (m) => m,
) =>
  smallLadder().map((row, i): Row => {
    const loss = row.metrics.loss!;
    const [easy, hard] = [link(EASY, loss), link(HARD, loss)];
    const accuracy = 0.25 * easy + 0.75 * hard;
    const groups = {
      group1_accuracy: easy,
      group1_questions: 100,
      group2_accuracy: hard,
      group2_questions: 300,
    };
    return { ...row, metrics: change({ loss, accuracy, ...groups }, i) };
  });
const sum = { question_groups: "sum" };

test("each group has a link of its own on its own accuracy, and their sum weighted by questions is predicted", () => {
  const plan = planLadder(grouped(), { ...sum, drop_early: 0, smoothing_window: 1 });
  expect(plan.stages.map(({ name, subject }) => [name, subject])).toEqual([
    ["step1", undefined],
    ["step2", "t group1"],
    ["step2", "t group2"],
  ]);
  const [, easy, hard] = plan.stages.map(problemOf);
  expect(easy!.variables[0]).toEqual(hard!.variables[0]);
  expect(easy!.response[0]).toBe(link(EASY, easy!.variables[0]![0]!));
  expect(hard!.response[0]).toBe(link(HARD, hard!.variables[0]![0]!));
  const parameters = [TRUE_LAW, EASY, HARD].map((values) => Float64Array.from(values));
  const [prediction] = plan.predict(parameters);
  // At a loss of 0.7069: 0.25 x 0.99119 + 0.75 x 0.84132, by hand.
  const loss = prediction!.featurePredicted;
  expect(prediction!.predicted).toBeCloseTo(0.25 * link(EASY, loss) + 0.75 * link(HARD, loss), 14);
  expect(prediction!.linkPredicted).toBeCloseTo(prediction!.actual, 12);
  expect(plan.at!(parameters, { n: 7e9, d: 4e12, c: 1 })).toBeCloseTo(prediction!.predicted, 14);
  // A sum without one of its groups would be no score.
  expect(plan.predict([parameters[0], parameters[1], undefined])).toEqual([]);
});

test("without the axis a table with groups gives the regressions of one without", () => {
  const problems = (rows: readonly Row[]) =>
    planLadder(rows).stages.map((stage) => {
      const { variables, response } = problemOf(stage);
      return { name: stage.name, variables, response };
    });
  const without = grouped(({ loss, accuracy }) => ({ loss: loss!, accuracy: accuracy! }));
  expect(problems(grouped())).toEqual(problems(without));
});

const csv = (rows: readonly Row[]) => {
  const names = Object.keys(rows[0]!.metrics);
  const lines = rows.map(({ run, role = "fit", n, d, metrics }) =>
    [run, role, n, d, "t", ...names.map((name) => metrics[name] ?? "")].join(","),
  );
  return `run,role,n,d,subject,${names.join(",")}\n${lines.join("\n")}\n`;
};

test("questions of two kinds: the sum predicts what one sigmoid misses, with intervals from draws of the same runs", async () => {
  const { tables } = await runSweep({
    table: file("two-kinds.csv", csv(grouped())),
    method: "ladder",
    backend: "cpu",
    axes: { question_groups: ["none", "sum"] },
    bootstrap: { resamples: 3, intervals: "percentile" },
  });
  const column = (table: Table, name: string) => rowsOf(table).map((row) => textAt(table, name, row));
  const { predictions, fits, parameters, intervals } = tables;
  const [one, both] = [0, 1].map((row) => Math.abs(numberAt(predictions, "error", row)));
  expect(column(predictions, "question_groups")).toEqual(["none", "sum"]);
  // 19 points off, and 0.7, which are the moving averages'.
  expect(one).toBeGreaterThan(0.15);
  expect(both).toBeLessThan(0.01);
  expect(column(fits, "subject").filter((subject) => subject !== "")).toEqual(["t group1", "t group2"]);
  expect(column(parameters, "subject").filter((subject) => subject === "t group2")).toHaveLength(4);
  const ofSum = rowsOf(intervals!).filter(
    (row) =>
      textAt(intervals!, "question_groups", row) === "sum" &&
      textAt(intervals!, "quantity", row) === "predicted",
  );
  expect(ofSum.map((row) => numberAt(intervals!, "upper", row) > numberAt(intervals!, "lower", row))).toEqual(
    [true],
  );
});

test.each<[string, Parameters<typeof grouped>[0], string]>([
  ["none", ({ loss, accuracy }) => ({ loss: loss!, accuracy: accuracy! }), "t has no groups of questions"],
  [
    "a group without questions",
    (metrics) => ({ ...metrics, group2_questions: 0 }),
    "column group2_questions: 0; allowed: a whole number > 0, the same on all rows of t",
  ],
  [
    "several numbers of questions",
    (metrics, row) => (row === 3 ? { ...metrics, group1_questions: 90 } : metrics),
    "column group1_questions: 90, and 100 elsewhere; allowed: a whole number > 0",
  ],
  [
    "a group without its number of questions",
    ({ group2_questions, ...metrics }) => metrics,
    "t has no group2_questions, but groups up to group2",
  ],
  [
    "a group left out",
    ({ group2_accuracy, group2_questions, ...metrics }) => ({
      ...metrics,
      group3_accuracy: group2_accuracy!,
      group3_questions: group2_questions!,
    }),
    "t has no group2_accuracy, but groups up to group3",
  ],
  [
    "per cent",
    (metrics) => ({ ...metrics, group1_accuracy: 80 }),
    "column group1_accuracy: 80; allowed: a share, 0 to 1",
  ],
  [
    "groups of other questions",
    (metrics) => ({ ...metrics, accuracy: metrics.accuracy! + 0.1 }),
    "allowed: the same to 0.005",
  ],
])("groups that cannot be summed are skipped with the reason: %s", (_, change, reason) => {
  const { stages, predict } = planLadder(grouped(change), sum);
  expect(reasonOf(stages[1])).toContain(reason);
  expect(predict([Float64Array.from(TRUE_LAW), undefined])).toEqual([]);
});

test("a table without any groups is an error that says how to make them", async () => {
  const table = file(
    "none.csv",
    csv(grouped(({ loss, accuracy }) => ({ loss: loss!, accuracy: accuracy! }))),
  );
  expect(await messageOf(prepareSweep({ table, method: "ladder", axes: sum }))).toContain(
    "axes.question_groups: sum, but",
  );
});

test("multiple choice has the links of every group on each target's own early checkpoints", () => {
  const early = (run: string): Row[] =>
    [1, 2, 3].map((d) => {
      const groups = {
        group1_mc_accuracy: 0.9,
        group2_mc_accuracy: 0.5,
        group1_questions: 1,
        group2_questions: 3,
      };
      const metrics = { loss: 2 - d / 10, mc_accuracy: 0.6, ...groups };
      return { run, role: "target", n: 7e9, d, phase: "early", metrics };
    });
  const end = (run: string): Row => ({ run, role: "target", n: 7e9, d: 4e12, metrics: { loss: 0.7 } });
  const rows = [
    ...smallLadder().filter(({ role }) => role !== "target"),
    ...["x", "y"].flatMap((run) => [...early(run), end(run)]),
  ];
  const plan = planLadder(rows, { ...sum, format: "mc" });
  expect(plan.stages.slice(1).map(({ target, subject }) => [target, subject])).toEqual(
    ["x", "y"].flatMap((target) => ["t group1", "t group2"].map((subject) => [target, subject])),
  );
  const levels = [0.1, 0.2, 0.3, 0.4].map((b) => Float64Array.of(0, 1, 1, b));
  const predicted = plan
    .predict([Float64Array.from(TRUE_LAW), ...levels])
    .map((prediction) => prediction.predicted);
  expect(predicted[0]).toBeCloseTo(0.25 * 0.1 + 0.75 * 0.2, 14);
  expect(predicted[1]).toBeCloseTo(0.25 * 0.3 + 0.75 * 0.4, 14);
});

import { expect, test } from "vitest";
import { describeQuantity, measure, measureFitRuns, measureTarget } from "../../src/methods/measured.ts";
import { indexRuns } from "../../src/methods/runs.ts";
import { joinTarget, pair, pairEarly } from "../../src/methods/series.ts";
import { type Row, tableOfRows } from "./tables.ts";

const row = (run: string, d: number, subject: string, loss: number): Row => ({
  run,
  d,
  subject,
  metrics: { loss },
});
/** Run a: subject t at 1, 2, 3, subject u at 3, 2 (in this order); run b: t alone. */
const rows = [
  ...[1, 2, 3].map((d) => row("a", d, "t", 10 * d)),
  ...[3, 2].map((d) => row("a", d, "u", d)),
  row("b", 1, "t", 70),
];
const both = { metric: "loss", subjects: ["t", "u"] };

test("of several subjects it is the mean at the checkpoints that all of them have", () => {
  const measured = measureFitRuns(indexRuns(tableOfRows(rows)), { quantity: both, runs: "all" });
  expect([...measured]).toEqual([["a", { rows: Uint32Array.of(1, 2), values: Float64Array.of(11, 16.5) }]]);
});

test("of one subject it is every run that has it, among those selected", () => {
  const index = indexRuns(tableOfRows(rows), new Map([["n > 1", new Set(["b"])]]));
  const ofTask = { metric: "loss", subjects: ["t"] };
  expect([...measureFitRuns(index, { quantity: ofTask, runs: "all" }).keys()]).toEqual(["b", "a"]);
  expect([...measureFitRuns(index, { quantity: ofTask, runs: "n > 1" }).keys()]).toEqual(["b"]);
  expect(measureFitRuns(index, { quantity: { metric: "ce", subjects: ["t"] }, runs: "all" }).size).toBe(0);
});

test("points are paired by step, and by tokens where there is none", () => {
  const table = tableOfRows([row("a", 10, "t", 5), row("a", 20, "t", 4), row("a", 20, "u", 3)]);
  const of = (subject: string, ...rows: number[]) =>
    measure(indexRuns(table), { metric: "loss", subjects: [subject] }, () => Uint32Array.from(rows));
  const expected = { x: Float64Array.of(3), y: Float64Array.of(4) };
  expect(pair(table, of("u", 2), of("t", 0, 1))).toEqual(expected);
  const noSteps = { ...table, step: table.step.map(() => Number.NaN) };
  expect(pair(noSteps, of("u", 2), of("t", 0, 1))).toEqual(expected);
  // A step is no number of tokens.
  const halfSteps = { ...table, step: Float64Array.of(10, 20, Number.NaN) };
  expect(pair(halfSteps, of("u", 2), of("t", 0, 1)).x).toHaveLength(0);
});

test("in words", () => {
  expect(describeQuantity({ metric: "loss", subjects: ["c4"] })).toBe("loss of c4");
  expect(describeQuantity(both)).toBe("mean loss of t, u");
});

test("rows that are asked for are noted as used, and no others", () => {
  const target = (run: string, d: number, phase: string | null): Row => {
    return { ...row(run, d, "t", d), role: "target", phase, metrics: { loss: d, ce: d } };
  };
  const table = tableOfRows([
    ...rows,
    ...[target("big", 8, null), target("big", 4, "early"), target("unasked", 8, null)],
  ]);
  const loss = { metric: "loss", subjects: ["t"] };
  const ce = { ...loss, metric: "ce" };
  const usedOf = (ask: (index: ReturnType<typeof indexRuns>) => unknown) => {
    const index = indexRuns(table, new Map([["n > 1", new Set(["b"])]]));
    ask(index);
    return Object.fromEntries(
      Array.from(index.used, ([metric, marks]) => [metric, [...marks.keys()].filter((row) => marks[row])]),
    );
  };
  const ofBig = { quantity: loss, target: "big" };
  expect(usedOf((index) => measureFitRuns(index, { quantity: both, runs: "n > 1" }))).toEqual({ loss: [5] });
  expect(usedOf((index) => measureTarget(index, ofBig))).toEqual({ loss: [6] });
  expect(usedOf((index) => pairEarly(index, { x: loss, y: ce, target: "big" }))).toEqual({
    loss: [7],
    ce: [7],
  });
  expect(usedOf((index) => joinTarget(index, { quantities: [loss, ce], target: "big" }))).toEqual({
    loss: [6, 7],
    ce: [6, 7],
  });
});

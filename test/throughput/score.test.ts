import { expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import { type BenchProblem, formProblem } from "../../src/throughput/bench-problems.ts";
import { type Measurement, scoreProblem } from "../../src/throughput/score.ts";

const problem: BenchProblem = { ...formProblem(getForm("linear")), name: "line", kind: "loss" };

const measured = (program: string, change: Partial<Measurement>): Measurement => ({
  program,
  starts: [0, 1, 2, 3],
  objective: [2, 2, 2, 2],
  iterations: 10,
  // As fast as 1,000 fits a second on an idle machine, on one that is busy.
  secondsPerFit: { wall: 0.004, processor: 0.001 },
  ...change,
});

test("a fit is good within 1e-6 of the best of all programs", () => {
  const [lawfit, peer] = scoreProblem(problem, [
    measured("lawfit", { objective: [2, 2.0000019, 2.0000021, Number.NaN] }),
    measured("peer", { objective: [3, 3, 3, 2.0000001], secondsPerFit: { wall: 0.01, processor: 0.01 } }),
  ]);
  expect(lawfit).toMatchObject({
    goodShare: 0.5,
    goodFitsPerSecond: 500,
    fitsPerSecond: 1000,
    wallFitsPerSecond: 250,
    starts: 4,
  });
  expect(peer).toMatchObject({ goodShare: 0.25, goodFitsPerSecond: 25, lawfitRatio: 20 });
});

test("the best may be a peer's, and then lawfit has no good fit", () => {
  const [lawfit, peer] = scoreProblem(problem, [
    measured("lawfit", {}),
    measured("peer", { objective: [1, 5, 5, 5] }),
  ]);
  expect(lawfit!.goodShare).toBe(0);
  expect(peer).toMatchObject({ goodShare: 0.25, lawfitRatio: 0 });
});

test("a peer without a good fit is infinitely slower", () => {
  const rows = scoreProblem(problem, [measured("lawfit", {}), measured("peer", { objective: [3, 3, 3, 3] })]);
  expect(rows[1]!.lawfitRatio).toBe(Number.POSITIVE_INFINITY);
});

test("lawfit's share is also taken over the starts that a peer solved", () => {
  const rows = scoreProblem(problem, [
    measured("lawfit", { objective: [2, 9, 2, 9] }),
    measured("peer", { starts: [0, 2], objective: [2, 5] }),
  ]);
  expect(rows[0]).toMatchObject({ goodShare: 0.5, lawfitShareOfSameStarts: 0.5 });
  expect(rows[1]).toMatchObject({ goodShare: 0.5, lawfitShareOfSameStarts: 1, starts: 2 });
});

test("problems a second are those with a chance below 1e-6 of missing the best", () => {
  const [half, none] = scoreProblem(problem, [
    measured("half", { objective: [2, 3, 2, 3] }),
    measured("none", { objective: [3, 3, 3, 3] }),
  ]);
  // 2 of 4 are taken for a share of 0.4, and 0.6 ** 27 > 1e-6 > 0.6 ** 28.
  expect(half).toMatchObject({ startsNeeded: 28, problemsPerSecond: 1000 / 28, search: null });
  expect(none).toMatchObject({ startsNeeded: Number.POSITIVE_INFINITY, problemsPerSecond: 0 });
});

test("a search that missed the best solves no problem, and one that is better than all starts makes them bad", () => {
  const search = (objective: number) => ({ starts: 8, objective, seconds: { wall: 0.04, processor: 0.02 } });
  const rows = scoreProblem(problem, [
    measured("good", { search: search(1) }),
    measured("bad", { search: search(2) }),
    measured("nothing", { search: search(Number.NaN) }),
  ]);
  expect(rows.map(({ search }) => search!.problemsPerSecond)).toEqual([50, 0, 0]);
  expect(rows.map(({ search }) => search!.wallProblemsPerSecond)).toEqual([25, 0, 0]);
  expect(rows.map(({ goodShare }) => goodShare)).toEqual([0, 0, 0]);
});

test("points a second are points x iterations x fits a second", () => {
  const [row] = scoreProblem(problem, [
    measured("lawfit", { iterations: 7, secondsPerFit: { wall: 1, processor: 0.02 } }),
  ]);
  expect(row).toMatchObject({ points: 16, pointsPerSecond: 16 * 7 * 50, threads: 1, series: "line" });
});

import { expect, test } from "vitest";
import { byRatio, conformalInterval, withConformal } from "../../src/backtest/conformal.ts";
import type { BackPrediction } from "../../src/backtest/hit-rates.ts";
import { backPrediction, cellOf, configurationNamed } from "./made-up.ts";

/** Nine predictions of 0.5 that are 1, 2, ... 9 % of themselves too high or too low. */
const nine = Array.from({ length: 9 }, (_, i) =>
  backPrediction({ actual: 0.5 + (i % 2 === 0 ? 1 : -1) * 0.005 * (i + 1) }),
);

test("a conformal interval reaches as far as past errors did, relative to the prediction", () => {
  const found = conformalInterval(byRatio(nine), { predicted: 0.8, ratio: 1 }, 0.8);
  // ceil((9 + 1) 0.8) = 8: the 8th of the errors, 8 %.
  expect(found.lower).toBeCloseTo(0.8 * 0.92, 12);
  expect(found.upper).toBeCloseTo(0.8 * 1.08, 12);
  expect(found).toMatchObject({ draws: 9, status: "ok" });
});

test("too few past errors for the level give no end", () => {
  const found = conformalInterval(byRatio(nine), { predicted: 0.8, ratio: 1 }, 0.95);
  expect(found).toMatchObject({ upper: Number.POSITIVE_INFINITY, draws: 9, status: "few-errors" });
  expect(conformalInterval([], { predicted: 0.8, ratio: 1 }, 0.8)).toMatchObject({
    draws: 0,
    status: "few-errors",
  });
});

test("errors are those of the ratio's range, or the nearest below; what was not measured is none", () => {
  const far = nine.map((one) => ({ ...one, ratio: 20, actual: one.actual + 0.2 }));
  const past = byRatio([...nine, ...far, backPrediction({ actual: Number.NaN })]);
  const near = conformalInterval(past, { predicted: 0.5, ratio: 7 }, 0.8);
  expect(near).toMatchObject({ draws: 9, dropped: 0 });
  expect(near.upper).toBeCloseTo(0.54, 12);
  expect(conformalInterval(past, { predicted: 0.5, ratio: 84 }, 0.8).upper).toBeGreaterThan(0.7);
});

test("a prediction of 0 has no relative error and no interval", () => {
  const past = byRatio([...nine, backPrediction({ predicted: 0 })]);
  expect(conformalInterval(past, { predicted: 0.5, ratio: 1 }, 0.8)).toMatchObject({ draws: 9, dropped: 1 });
  expect(conformalInterval(past, { predicted: 0, ratio: 1 }, 0.8)).toMatchObject({ status: "no-estimate" });
});

/** Cuts at 1, 2, 3, ...; every larger run of up to `runs` is predicted from each. */
function rollout(runs: number): BackPrediction[] {
  return Array.from({ length: runs - 1 }, (_, i) => i + 1).flatMap((cut) =>
    Array.from({ length: runs - cut }, (_, i) => cut + i + 1).map((targetSize) =>
      backPrediction({ cut, targetSize, target: `run ${targetSize}`, actual: 0.5 + 0.001 * targetSize }),
    ),
  );
}

test("in a back-test only what was known at its cut counts", () => {
  const found = withConformal(rollout(6), [0.5]);
  const finite = found.map(({ cut, intervals }) => [cut, Number.isFinite(intervals[0]!.upper)]);
  // At cut 2 run 2 was predicted once: one error, enough for a level of 0.5.
  expect(finite.filter(([cut]) => cut === 1).every(([, hasEnd]) => !hasEnd)).toBe(true);
  expect(finite.filter(([cut]) => cut !== 1).every(([, hasEnd]) => hasEnd)).toBe(true);
  const atTwo = found.find(({ cut }) => cut === 2)!;
  // The error of run 2: 0.002.
  expect(atTwo.intervals[0]!.upper).toBeCloseTo(0.502, 12);
  const atThree = found.find(({ cut }) => cut === 3)!;
  // Run 2 from cut 1, run 3 from cuts 1 and 2: the 2nd of 0.002, 0.003, 0.003.
  expect(atThree.intervals[0]!.upper).toBeCloseTo(0.503, 12);
});

test("tasks are pooled, configurations are not", () => {
  const linear = cellOf(configurationNamed("linear"));
  const other = rollout(6).map((one) => ({ ...one, cell: linear, actual: 0.9 }));
  const task = rollout(6).map((one) => ({ ...one, cell: { ...one.cell, task: "u" }, actual: 0.5 }));
  const upperAtTwo = (predictions: BackPrediction[]) =>
    withConformal(predictions, [0.5]).find(({ cut }) => cut === 2)!.intervals[0]!.upper;
  expect(upperAtTwo([...rollout(6), ...other])).toBeCloseTo(0.502, 12);
  // Two errors, 0 and 0.002: ceil(3 x 0.5) = 2, the larger.
  expect(upperAtTwo([...task, ...rollout(6)])).toBeCloseTo(0.502, 12);
});

test("intervals of other kinds stay", () => {
  const own = {
    purpose: "curve",
    interval: "percentile",
    level: 0.9,
    lower: 0.1,
    upper: 0.2,
    status: "ok",
  } as const;
  const [found] = withConformal([backPrediction({ intervals: [own] })], [0.9]);
  expect(found!.intervals.map(({ interval }) => interval)).toEqual(["percentile", "conformal"]);
});

import { expect, test } from "vitest";
import { conformalInterval, withConformal } from "../../src/backtest/conformal.ts";
import { GrowingErrors } from "../../src/backtest/growing-errors.ts";
import type { BackPrediction } from "../../src/backtest/hit-rates.ts";
import { backPrediction, cellOf, configurationNamed, sigmoid } from "./made-up.ts";

/** Nine predictions of 0.5, of nine runs, that are 1, 2, ... 9 % of themselves too high or too low. */
const nine = Array.from({ length: 9 }, (_, i) =>
  backPrediction({ target: `run ${i}`, ratio: 1, actual: 0.5 + (i % 2 === 0 ? 1 : -1) * 0.005 * (i + 1) }),
);

/** A prediction of the same task, at ratio 1. */
const predicted = (own: Partial<BackPrediction> = {}) => backPrediction({ predicted: 0.8, ratio: 1, ...own });

test("a conformal interval reaches as far as past errors did, relative to the prediction", () => {
  const found = conformalInterval(new GrowingErrors(nine), predicted(), 0.8);
  // ceil((9 + 1) 0.8) = 8: the 8th of the errors, 8 %.
  expect(found.lower).toBeCloseTo(0.8 * 0.92, 12);
  expect(found.upper).toBeCloseTo(0.8 * 1.08, 12);
  expect(found).toMatchObject({ draws: 9, status: "ok" });
});

test("too few past errors for the level give no end", () => {
  const found = conformalInterval(new GrowingErrors(nine), predicted(), 0.95);
  expect(found).toMatchObject({ upper: Number.POSITIVE_INFINITY, draws: 9, status: "few-errors" });
  const none = conformalInterval(new GrowingErrors([]), predicted(), 0.8);
  expect(none).toMatchObject({ draws: 0, status: "few-errors" });
});

test("several predictions of one run count as one for the level", () => {
  const twice = [...nine, ...nine.map((one) => ({ ...one, cut: 50 }))];
  // Of 18 errors 9 are independent: ceil(18 (10 / 9) 0.85) = 17, one of the two of 9 %; were all, the 17th of (18 + 1) 0.85 too; at 0.9
  // only the 18 would give an end.
  expect(conformalInterval(new GrowingErrors(twice), predicted(), 0.9).status).toBe("ok");
  expect(conformalInterval(new GrowingErrors(twice), predicted(), 0.94).status).toBe("few-errors");
  const apart = twice.map((one, i) => ({ ...one, target: `run ${i}` }));
  expect(conformalInterval(new GrowingErrors(apart), predicted(), 0.94).status).toBe("ok");
});

/** Errors of each of ten runs at some ratios: 1 % of the prediction, times 1 + growth ln ratio. */
function growing(growth: number): BackPrediction[] {
  return [1, 2, 4, 8].flatMap((ratio) =>
    Array.from({ length: 10 }, (_, i) => {
      const size = 0.005 * (1 + growth * Math.log(ratio)) * (i % 2 === 0 ? 1 : -1);
      return backPrediction({ target: `run ${i} at ${ratio}`, ratio, actual: 0.5 + size });
    }),
  );
}

test.each([0.5, 1, 3])("intervals grow with the ratio as past errors did: %s", (growth) => {
  const past = new GrowingErrors([...growing(growth), backPrediction({ actual: Number.NaN })]);
  const reach = (ratio: number): number => {
    const { upper } = conformalInterval(past, predicted({ predicted: 0.5, ratio }), 0.8);
    return upper - 0.5;
  };
  expect(reach(1)).toBeGreaterThan(0.0045);
  expect(reach(1)).toBeLessThan(0.006);
  // Beyond the ratios that were met, where nothing was borrowed before.
  expect(reach(100) / (0.005 * (1 + growth * Math.log(100)))).toBeGreaterThan(0.9);
  // The prior pulls towards a growth of 1.
  expect(reach(100) / (0.005 * (1 + growth * Math.log(100)))).toBeLessThan(1.3);
});

test("a task whose errors are larger has larger intervals, but tasks are shrunk to each other", () => {
  const ofTask = (task: string, times: number, runs: number) =>
    Array.from({ length: runs }, (_, i) =>
      backPrediction({
        cell: cellOf(sigmoid, task),
        target: `run ${i}`,
        ratio: 1,
        actual: 0.5 + 0.005 * times,
      }),
    );
  const reach = (runs: number, task: string): number => {
    const past = new GrowingErrors([
      ...ofTask("a", 1, runs),
      ...ofTask("b", 1, runs),
      ...ofTask("c", 4, runs),
    ]);
    const { upper } = conformalInterval(
      past,
      predicted({ cell: cellOf(sigmoid, task), predicted: 0.5 }),
      0.8,
    );
    return upper - 0.5;
  };
  const [few, many] = [2, 200].map((runs) => reach(runs, "c") / reach(runs, "a"));
  expect(many).toBeCloseTo(4, 1);
  expect(few).toBeGreaterThan(1.5);
  expect(few).toBeLessThan(3.5);
  // A task without a past has the size of all.
  expect(reach(200, "new")).toBeGreaterThan(reach(200, "a"));
});

test("a prediction of 0 has no relative error and no interval", () => {
  const past = new GrowingErrors([...nine, backPrediction({ predicted: 0 })]);
  expect(conformalInterval(past, predicted(), 0.8)).toMatchObject({ draws: 9, dropped: 1 });
  expect(conformalInterval(past, predicted({ predicted: 0 }), 0.8)).toMatchObject({ status: "no-estimate" });
  expect(conformalInterval(past, predicted({ ratio: Number.NaN }), 0.8)).toMatchObject({
    status: "no-estimate",
  });
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
  // Two errors, 0 and 0.002: ceil(3 x 0.5) = 2, the larger. By chance alone sizes vary by their mean, here by twice as much: half of what
  // tells the tasks apart is kept, 0.5 and 1.5 of their mean size.
  expect(upperAtTwo([...task, ...rollout(6)])).toBeCloseTo(0.5 + (0.002 / 1.5) * 0.5, 12);
  expect(upperAtTwo([...rollout(6), ...task])).toBeCloseTo(0.502, 12);
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

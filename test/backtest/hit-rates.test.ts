import { expect, test } from "vitest";
import { pastRates } from "../../src/backtest/conformal.ts";
import { type BackInterval, hitRates, RATIO_BINS } from "../../src/backtest/hit-rates.ts";
import { backPrediction, cellOf, configurationNamed, sigmoid } from "./made-up.ts";

const between = (lower: number, upper: number, interval = "percentile"): BackInterval => {
  return { purpose: "curve", interval, level: 0.9, lower, upper, status: "ok" };
};
const hit = { actual: 0.5, predicted: 0.5, intervals: [between(0.4, 0.6)] };
const miss = { actual: 0.5, predicted: 0.6, intervals: [between(0.55, 0.65)] };

test("hits are counted by range of ratio, tasks pooled", () => {
  const rates = hitRates([
    backPrediction({ ...hit, cell: cellOf(sigmoid, "t") }),
    backPrediction({ ...miss, cell: cellOf(sigmoid, "u") }),
    backPrediction({ ...hit, ratio: 7 }),
  ]);
  const found = rates.map((rate) => [RATIO_BINS[rate.bin]!.name, rate.predictions, rate.count, rate.hits]);
  expect(found).toEqual([
    ["<=2", 2, 2, 1],
    ["5-10", 1, 1, 1],
  ]);
  expect(rates[0]).toMatchObject({ rate: 0.5, level: 0.9, interval: "percentile" });
  expect(rates[0]!.meanAbsRelError).toBeCloseTo(0.1, 12);
  expect(rates[0]!.medianAbsRelError).toBeCloseTo(0.1, 12);
});

test("limits are those of Clopper and Pearson", () => {
  // scipy.stats.binomtest(61, 80).proportion_ci(0.95, method="exact")
  const many = Array.from({ length: 80 }, (_, i) => backPrediction(i < 61 ? hit : miss));
  const [rate] = hitRates(many);
  expect(rate!.rateLower).toBeCloseTo(0.654223, 6);
  expect(rate!.rateUpper).toBeCloseTo(0.8505462, 6);
});

test("intervals without an end and predictions without an actual value are no hits and no misses", () => {
  const [rate, ...others] = hitRates([
    backPrediction(hit),
    backPrediction({ intervals: [between(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)] }),
    backPrediction({ intervals: [between(Number.NaN, Number.NaN)] }),
    backPrediction({ ...hit, actual: Number.NaN }),
  ]);
  expect(rate).toMatchObject({ predictions: 3, count: 1, hits: 1, rate: 1 });
  expect(others).toEqual([]);
});

test("configurations and kinds are apart", () => {
  const linear = configurationNamed("linear");
  const rates = hitRates([
    backPrediction({ intervals: [between(0.4, 0.6), between(0.7, 0.8, "basic")] }),
    backPrediction({ ...miss, cell: cellOf(linear) }),
  ]);
  const found = rates.map(({ configuration, interval, hits }) => [configuration, interval, hits]);
  expect(found).toEqual([
    [sigmoid, "percentile", 1],
    [sigmoid, "basic", 0],
    [linear, "percentile", 0],
  ]);
});

test("an interval's past rate is that of its own kind at its range of ratio, or the nearest below with intervals", () => {
  const key = { purpose: "curve", interval: "percentile", level: 0.9 } as const;
  const none = { intervals: [between(Number.NaN, Number.NaN)] };
  const past = pastRates(
    hitRates([
      backPrediction(hit),
      backPrediction({ ...miss, ratio: 3 }),
      backPrediction({ ...none, ratio: 20 }),
    ]),
  );
  expect(past(sigmoid, key, 1.2)).toMatchObject({ count: 1, rate: 1 });
  expect(past(sigmoid, key, 84)).toMatchObject({ count: 1, rate: 0 });
  expect(past(sigmoid, { ...key, level: 0.5 }, 1.2)).toBeUndefined();
  expect(past(sigmoid, { ...key, interval: "basic" }, 1.2)).toBeUndefined();
  expect(past(sigmoid, { ...key, purpose: "run" }, 1.2)).toBeUndefined();
  expect(past(configurationNamed("linear"), key, 1.2)).toBeUndefined();
});

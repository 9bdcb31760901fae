import { describe, expect, test } from "vitest";
import { calibrationOf } from "../../src/forecast/calibration.ts";
import { intervalScore } from "../../src/forecast/interval-score.ts";
import { rivalsOf } from "../../src/forecast/rivals.ts";
import { scoredForecast, scoresOf } from "../../src/forecast/score.ts";
import { rowsOf } from "../run/published.ts";
import { forecast, interval, quantity } from "./made-up.ts";

describe("the interval score, worked out by hand", () => {
  test.each([
    // Inside: the width alone.
    [2.1, 2.3, 0.9, 2.234, 0.2],
    [2.1, 2.3, 0.9, 2.1, 0.2],
    // Above by 0.05 at 90 %: 0.2 + 2/0.1 * 0.05.
    [2.1, 2.3, 0.9, 2.35, 1.2],
    // Below by 0.1 at 50 %: 0.2 + 2/0.5 * 0.1.
    [2.1, 2.3, 0.5, 2.0, 0.6],
    // Above by 1 at 95 %: 4 + 2/0.05 * 1.
    [-1, 3, 0.95, 4, 44],
  ])("of %d to %d at level %d and actual %d is %d", (lower, upper, level, actual, score) => {
    expect(intervalScore(lower, upper, level, actual)).toBeCloseTo(score, 12);
  });

  test("is not known of an interval with an infinite end", () => {
    expect(intervalScore(2, Number.POSITIVE_INFINITY, 0.9, 2.1)).toBeNaN();
  });
});

describe("rivals, worked out by hand", () => {
  // Loss falls by 0.5 with each power of ten.
  const runs = [
    { c: 1e19, value: 4 },
    { c: 1e21, value: 3 },
    { c: 1e20, value: 3.5 },
    { c: Number.NaN, value: 9 },
    { c: 1e22, value: Number.NaN },
  ];

  test("are the largest run's value and the line in log C", () => {
    const [last, line, ...none] = rivalsOf(runs, 1e23, false);
    expect(last).toEqual({ name: "last point", value: 3, reason: null });
    expect(line).toMatchObject({ name: "line in log C", value: expect.closeTo(2, 10) });
    expect(none).toEqual([]);
  });

  test("have the line of the logit too for a share", () => {
    const logistic = (x: number) => 1 / (1 + Math.exp(-x));
    const scores = [19, 20, 21].map((power, i) => ({ c: 10 ** power, value: logistic(-1 + 0.5 * i) }));
    const [, , logit] = rivalsOf(scores, 1e23, true);
    expect(logit).toMatchObject({
      name: "line of the logit in log C",
      value: expect.closeTo(logistic(1), 10),
    });
  });

  test("say what they lack", () => {
    expect(rivalsOf([{ c: 1e20, value: 3 }], 1e22, false)[1]).toMatchObject({
      value: null,
      reason: /^1 amounts/,
    });
    expect(rivalsOf(runs, Number.NaN, false)[1]).toMatchObject({ value: null, reason: /target/ });
  });
});

describe("a forecast with its actual value", () => {
  const rivals = [
    { name: "last point", value: 2.5, reason: null },
    { name: "line in log C", value: 2.21, reason: null },
    { name: "line of the logit in log C", value: null, reason: "none" },
  ];
  const intervals = [
    interval(),
    interval({ level: 0.5, lower: 2.18, upper: 2.22 }),
    interval({ upper: null }),
  ];
  const sealed = forecast({
    quantities: [quantity({ intervals, rivals }), quantity({ name: "score", value: 0.5 })],
  });

  test("has error, held intervals, interval scores and rivals", () => {
    const scored = scoredForecast(sealed, { loss: 2.234 });
    const [score, ...others] = scoresOf(scored);
    expect(others).toEqual([]);
    expect(score).toMatchObject({ forecast: 2.2, actual: 2.234, error: expect.closeTo(-0.034, 12) });
    expect(score!.relative_error).toBeCloseTo(-0.034 / 2.234, 12);
    expect(score!.intervals.map(({ held }) => held)).toEqual([true, false, null]);
    // 0.04 + 2/0.5 * 0.014.
    expect(score!.intervals.map(({ score }) => score)).toEqual([
      expect.closeTo(0.2, 12),
      expect.closeTo(0.096, 12),
      null,
    ]);
    expect(score!.rivals.map(({ beaten }) => beaten)).toEqual([true, false, null]);
    expect(score!.rivals[0]!.error).toBeCloseTo(0.266, 12);
  });

  test.each<[Record<string, number>, string]>([
    [{ los: 2 }, 'the forecast has no quantity "los"; allowed: loss, score; did you mean "loss"?'],
    [{ loss: Number.NaN }, "loss: NaN; allowed: a finite number"],
    [{}, "no actual value is given; allowed: loss=VALUE, score=VALUE"],
  ])("refuses %j", (actual, message) => {
    expect(() => scoredForecast(sealed, actual)).toThrow(message);
  });
});

test("a calibration counts, for each kind and level, how many intervals held", () => {
  // Four forecasts of 2.2; 90 %: 2.1 to 2.3, 50 %: 2.18 to 2.22.
  const actual = [2.19, 2.25, 2.31, 2.2];
  const intervals = [interval(), interval({ level: 0.5, lower: 2.18, upper: 2.22 })];
  const rivals = [{ name: "last point", value: 2.27, reason: null }];
  const scored = actual.map((loss) =>
    scoredForecast(forecast({ quantities: [quantity({ intervals, rivals })] }), { loss }),
  );
  const { forecasts, intervals: table, errors } = calibrationOf(scored);
  expect(forecasts).toBe(4);
  const [half, wide] = rowsOf(table);
  expect(half).toMatchObject({ interval: "expanded", level: 0.5, count: 4, held: 2, rate: 0.5 });
  // 0.04 + (0 + 4 * 0.03 + 4 * 0.09 + 0)/4.
  expect(half!.mean_interval_score).toBeCloseTo(0.16, 12);
  expect(wide).toMatchObject({ level: 0.9, count: 4, held: 3, rate: 0.75 });
  // 0.2 + 20 * 0.01 / 4.
  expect(wide!.mean_interval_score).toBeCloseTo(0.25, 12);
  const [own, rival] = rowsOf(errors);
  expect(own).toMatchObject({ by: "forecast", count: 4, beaten: null });
  expect(own!.mean_abs_error).toBeCloseTo((0.01 + 0.05 + 0.11 + 0) / 4, 12);
  // The last point, 2.27, is nearer to 2.25 and to 2.31.
  expect(rival).toMatchObject({ by: "last point", beaten: 2 });
});

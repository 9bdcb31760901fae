import { expect, test } from "vitest";
import { formatHeadline } from "../../src/cli/sweep-headline.ts";
import type { ScoredPrediction } from "../../src/plan/score.ts";
import { analysisTables } from "../../src/results/analysis/analysis-tables.ts";
import { cellOf, configurationOf, methodOf, predictionOf } from "../results/analysis/hand-made.ts";
import { planRows } from "../run/plan.ts";

const method = methodOf({ delta: "1", link: "a", window: "5" });

const plan = await planRows();

function headline(predictions: readonly ScoredPrediction[]): string {
  const cells = [...new Set(predictions.map((one) => one.cell))];
  return formatHeadline(analysisTables(method, { ...plan, cells, tasks: ["t"] }, predictions));
}

const one = (delta: string, link: string, window: string, error: number, actual = 2) => {
  const cell = cellOf(configurationOf({ delta, link, window }), "t");
  return predictionOf(cell, "big", error, { actual });
};

test("the best configuration beside the defaults, and the axes that matter most", () => {
  const predictions = ["1", "2"].flatMap((delta) => [
    one(delta, "a", "5", 0.2),
    one(delta, "b", "5", 0.06),
    one(delta, "a", "9", 0.24),
    one(delta, "b", "9", 0.02),
  ]);
  expect(headline(predictions)).toBe(
    "best of 8 configurations: link b, window 9 (mean error 1.00 % over 1 prediction, 10.00 % without these choices)\n" +
      "what matters most (mean range of the error): link 9.00 %, window 2.00 %; idle: delta\n",
  );
});

test("where the defaults are best, all that vary are named", () => {
  const predictions = [one("1", "a", "5", 0.02), one("1", "b", "5", 0.06)];
  expect(headline(predictions)).toBe(
    "best of 2 configurations: link a (mean error 1.00 % over 1 prediction)\n" +
      "what matters most (mean range of the error): link 2.00 %\n",
  );
});

test("a value that makes no difference is not named, and neither is a default that the sweep does not have", () => {
  const predictions = ["2", "1"].flatMap((delta) => [one(delta, "b", "5", 0.02), one(delta, "c", "5", 0.06)]);
  expect(headline(predictions)).toBe(
    "best of 4 configurations: link b (mean error 1.00 % over 1 prediction)\n" +
      "what matters most (mean range of the error): link 2.00 %; idle: delta\n",
  );
});

test("one configuration has no headline", () => {
  expect(headline([one("1", "a", "5", 0.02)])).toBe("");
});

test("without actual values nothing is ranked, and it is said what is missing", () => {
  expect(headline([one("1", "a", "5", 0.02, Number.NaN), one("1", "b", "5", 0.1, Number.NaN)])).toBe(
    "configurations are not ranked: no determined prediction has a measured value; a table with measured targets, or " +
      "backtest: {} (larger fit runs predicted from smaller ones), would rank them\n",
  );
});

import { expect, test } from "vitest";
import {
  linkOff,
  meanQuantity,
  parameter,
  pointsOff,
  relativeOff,
  signedLinkError,
} from "../../../src/reproduce/ladder/quantities.ts";
import type { Design, DesignOf, Quantity } from "../../../src/reproduce/paper.ts";
import type { Results } from "../../../src/reproduce/results.ts";

/** Predictions as they come out for PIQA and MMLU on 13B-5T, nearly. */
const results: Results = {
  prediction: (_, task) => ({
    predicted: task === "piqa_val" ? 0.7724 : 0.5127,
    actual: task === "piqa_val" ? 0.8717 : 0.5161,
    featurePredicted: 0.6,
    featureActual: 0.5,
    linkPredicted: 0.8,
  }),
  hasPredictions: true,
  predictions: () => [],
  fits: () => [
    { stage: "step1", objective: 1, leftOut: "", parameters: new Map([["a", { value: 2, atBound: false }]]) },
  ],
  number: () => Number.NaN,
};
const main: Design = {};
const designOf: DesignOf = () => main;
const value = (quantity: Quantity) => quantity.value(results, designOf);
const fromRounded = (quantity: Quantity) => quantity.fromRounded!(results, designOf);

test("an error in points, and as the difference of rounded numbers", () => {
  const error = pointsOff("PIQA", "13B-5T");
  expect(error.tasks).toEqual(["piqa_val"]);
  expect(value(error)).toBeCloseTo(9.93, 10);
  expect(fromRounded(error)).toBeCloseTo(10, 10);
});

test("a relative error has no sign unless it says so", () => {
  expect(value(relativeOff("MMLU", "13B-5T"))).toBeCloseTo((100 * 0.0034) / 0.5161, 10);
  expect(fromRounded(relativeOff("MMLU", "13B-5T"))).toBeCloseTo((100 * 0.3) / 51.6, 10);
  expect(value(linkOff("PIQA", "13B-5T"))).toBeCloseTo((100 * 0.0717) / 0.8717, 10);
  expect(value(signedLinkError("PIQA", "13B-5T"))).toBeCloseTo((-100 * 0.0717) / 0.8717, 10);
});

test("a mean, and the mean of rounded numbers", () => {
  const both = meanQuantity([pointsOff("PIQA", "13B-5T"), pointsOff("MMLU", "13B-5T")]);
  expect(both.tasks).toEqual(["piqa_val", "mmlu_avg_test"]);
  expect(value(both)).toBeCloseTo((9.93 + 0.34) / 2, 10);
  expect(fromRounded(both)).toBeCloseTo((9.9 + 0.3) / 2, 10);
});

test("a parameter, and one whose logarithm the form holds", () => {
  expect(value(parameter("MMLU", "step1", "a"))).toBe(2);
  expect(value(parameter("MMLU", "step1", "a", true))).toBe(Math.exp(2));
  expect(value(parameter("MMLU", "step2", "k"))).toBeNaN();
});

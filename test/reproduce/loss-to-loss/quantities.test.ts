import { expect, test } from "vitest";
import { meanError } from "../../../src/reproduce/loss-to-loss/quantities.ts";
import type { Design } from "../../../src/reproduce/paper.ts";
import { ofStage, type Results, type StageFit } from "../../../src/reproduce/results.ts";

/** Errors in per cent of a prediction of each task, all of a measured loss of 2. */
const ERRORS: Readonly<Record<string, number>> = { a: 1, b: 2, c: 30, d: 40 };

/** A translation to task c is fitted to a loss that is not above its E1; the target of task d is not above it. */
const results: Results = {
  hasPredictions: true,
  prediction: () => {
    throw new Error("not asked for");
  },
  predictions: (_, task) => {
    const unknown = { featurePredicted: Number.NaN, featureActual: Number.NaN, linkPredicted: Number.NaN };
    return [{ predicted: 2 * (1 + ERRORS[task]! / 100), actual: 2, ...unknown }];
  },
  fits: (_, task): StageFit[] => [
    {
      stage: "law_destination",
      objective: 1,
      leftOut: "",
      parameters: new Map([["E", { value: task === "d" ? 2.5 : 1.5, atBound: false }]]),
    },
    {
      stage: "translation",
      objective: 1,
      leftOut: task === "c" ? "1 whose loss" : "",
      parameters: new Map(),
    },
  ],
  number: () => Number.NaN,
};
const design: Design = { relation: "composed" };
const translation: Design = { destination: "web" };
const cells = ["a", "b", "c", "d"].map((task) => ({ task, design, translation }));

test("errors of translations that the method does not define are told apart", () => {
  const part = meanError(cells).undefinedPart!(results)!;
  expect(part).toMatchObject({ count: 2, of: 4 });
  expect(part.which).toMatch(/^c on web, d on web, where a loss is not above E1/);
  expect(part.readings.map(({ value }) => value)).toEqual([
    expect.closeTo(43 / 3, 10),
    expect.closeTo(1.5, 10),
    expect.closeTo(43 / 3, 10),
  ]);
  expect([part.least, part.most]).toEqual([expect.closeTo(3 / 4, 10), expect.closeTo(7 / 4, 10)]);
});

test("where all are defined nothing is", () => {
  expect(meanError(cells.slice(0, 2)).undefinedPart!(results)).toBeUndefined();
  const plain = cells.map(({ task }) => ({ task, design }));
  expect(meanError(plain).undefinedPart!(results)).toBeUndefined();
  expect(meanError(plain).value(results, () => design)).toBeCloseTo(73 / 4, 10);
  expect(ofStage("a", "law_destination", (of) => of("E")).value(results, () => design)).toBe(1.5);
});

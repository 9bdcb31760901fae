import { describe, expect, test } from "vitest";
import { explainCell } from "../../src/reproduce/compare.ts";
import type { Explanation, Quantity, UndefinedPart } from "../../src/reproduce/paper.ts";
import { cellOf, flatValley, localOptimum, type MadeUp, madeUpResults, paperOf, score } from "./made-up.ts";

/** Explains a printed 0.4 where ours is 0.6. */
function explain(explanation: Explanation, own: number, held: MadeUp) {
  const cell = cellOf("0.4");
  return explainCell(cell, paperOf(cell, [explanation]), madeUpResults({ value: 0.6, objective: own }, held));
}

test("an error that is the difference of rounded numbers is explained by rounding", () => {
  const error: Quantity = { ...score, fromRounded: () => 10 };
  const cell = cellOf("10.0", error);
  expect(explainCell(cell, paperOf(cell), madeUpResults({ value: 9.93, objective: 1 }))).toEqual({
    reason: "rounding",
    evidence: "from rounded numbers it is 10.00",
  });
});

describe("a mean of errors that the method does not all define", () => {
  const readings = [
    { how: "without it", value: 0.4 },
    { how: "without all of t", value: 0.3 },
  ];
  const part = { which: "t on s", count: 1, of: 10, readings, least: 0.35, most: 0.7 };
  const explained = (text: string, undefinedPart: UndefinedPart | undefined) => {
    const cell = cellOf(text, { ...score, undefinedPart: () => undefinedPart });
    return explainCell(cell, paperOf(cell), madeUpResults({ value: 0.6, objective: 1 }));
  };

  test.each([
    ["0.40", "1 of 10 errors are of t on s; without it it is 0.400"],
    ["0.30", "1 of 10 errors are of t on s; without all of t it is 0.300"],
    [
      "0.55",
      "1 of 10 errors are of t on s; they make it anything from 0.350 (none) to 0.700 (as large as the largest other)",
    ],
  ])("a printed %s is explained by them", (text, evidence) => {
    expect(explained(text, part)).toEqual({ reason: "undefined cells", evidence });
  });

  test("what they cannot make of it is not, nor is anything where all are defined", () => {
    expect(explained("0.80", part)).toEqual({
      failed: expect.stringMatching(/^1 of 10 errors are of t on s; they make it anything from 0\.350 /),
    });
    expect(explained("0.40", undefined)).toEqual({ failed: "" });
  });
});

test("a local optimum is believed where its witness gives the printed number at a higher objective", () => {
  expect(explain(localOptimum, 1, { value: 0.38, objective: 1.28 })).toEqual({
    reason: "local optimum",
    evidence: "with E >= 1 it is 0.38; the objective there is higher by 28 % (step1)",
  });
});

test("a flat valley is believed where its witness is as good to 0.1 %", () => {
  expect(explain(flatValley, 1, { value: 0.38, objective: 1.0005 })).toEqual({
    reason: "flat valley",
    evidence: "with E >= 1 it is 0.38; the objective there is higher by 0.05 % (step1)",
  });
});

test.each<[string, Explanation, number, MadeUp, RegExp]>([
  [
    "the witness gives another number",
    localOptimum,
    1,
    { value: 0.5, objective: 1.28 },
    /does not explain it/,
  ],
  [
    "our fit got worse than the witness",
    localOptimum,
    1.5,
    { value: 0.4, objective: 1.28 },
    /step1 there is lower by/,
  ],
  [
    "our fit is hardly better",
    localOptimum,
    1.2,
    { value: 0.4, objective: 1.28 },
    /higher by 6.67 % .* only/,
  ],
  [
    "E is at its bound",
    localOptimum,
    1,
    { value: 0.4, objective: 1.28, atBound: true },
    /E is at its bound there/,
  ],
  ["the valley is not flat", flatValley, 1, { value: 0.4, objective: 1.002 }, /the valley is not flat/],
  ["our fit left the valley", flatValley, 1.1, { value: 0.4, objective: 1 }, /lower by 9.09 %/],
])("not believed: %s", (_, explanation, own, held, message) => {
  expect(explain(explanation, own, held)).toEqual({ failed: expect.stringMatching(message) });
});

test("a number without an explanation is not explained", () => {
  const cell = cellOf("0.4");
  expect(explainCell(cell, paperOf(cell), madeUpResults({ value: 0.6, objective: 1 }))).toEqual({
    failed: "",
  });
});

test("a mean over tasks takes the witness of those that it depends on", () => {
  const other: Explanation = { ...localOptimum, task: "elsewhere" };
  const mean: Quantity = { ...score, tasks: ["t", "u"] };
  const cell = cellOf("0.4", mean);
  const results = madeUpResults({ value: 0.6, objective: 1 }, { value: 0.4, objective: 1.28 });
  const noEffect: Explanation = { ...localOptimum, task: "u" };
  expect(explainCell(cell, paperOf(cell, [other, noEffect, localOptimum]), results)).toEqual({
    reason: "local optimum",
    evidence: expect.stringMatching(/^with E >= 1 it is 0.40/),
  });
});

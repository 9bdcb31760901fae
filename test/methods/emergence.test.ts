import { describe, expect, test } from "vitest";
import { chanceOf, judgeCheckpoints, type Verdict, whyNoneEmerged } from "../../src/methods/emergence.ts";
import { indexRuns } from "../../src/methods/runs.ts";
import { tableOfRows } from "./tables.ts";

const verdicts = (
  loss: readonly number[],
  score: readonly number[],
  {
    decimals,
    margin,
    chance = 0,
    neighbours = 0,
  }: { decimals?: number; margin?: number; chance?: number; neighbours?: number },
) =>
  judgeCheckpoints(
    Float64Array.from(loss),
    Float64Array.from(score),
    { improvementDecimals: decimals, margin, neighbours },
    chance,
  );

describe("a checkpoint improves where its rounded loss is below that of all before", () => {
  const loss = [3.4, 2.9, 2.84, 2.844, 2.8361, 2.8359, 2.4];
  const keptBy = (decimals: number) =>
    verdicts(loss, loss, { decimals }).flatMap((verdict, i) => (verdict === "kept" ? [i] : []));

  test.each([
    [0, [0, 6]],
    [1, [0, 1, 2, 6]],
    [2, [0, 1, 2, 6]],
    [3, [0, 1, 2, 4, 6]],
    [4, [0, 1, 2, 4, 5, 6]],
  ])("with %d decimals", (decimals, kept) => {
    expect(keptBy(decimals)).toEqual(kept);
  });

  test("a loss that comes back down to the least one is a tie, and not kept", () => {
    expect(verdicts([2, 1.5, 1.8, 1.5, 1.49], [1, 1, 1, 1, 1], { decimals: 2 })).toEqual([
      ...["kept", "kept", "not improved", "not improved", "kept"],
    ]);
  });

  test("a checkpoint at chance still sets the loss to beat", () => {
    expect(verdicts([2, 1.8, 1.9], [0, 0, 1], { decimals: 2, margin: 0.05 })).toEqual([
      ...["at chance", "at chance", "not improved"],
    ]);
  });

  test("without decimals every checkpoint is as good", () => {
    expect(verdicts([1, 2, 3], [1, 1, 1], {})).toEqual(["kept", "kept", "kept"]);
  });
});

describe("a score emerges where it beats chance by the margin", () => {
  test("exactly by the margin is enough, whatever rounding says", () => {
    expect(0.3 - 0.25).toBeLessThan(0.05);
    expect(verdicts([1, 1], [0.3, 0.2999], { margin: 0.05, chance: 0.25 })).toEqual(["kept", "at chance"]);
  });

  test("with margin 0 a score at chance is kept, one below is not", () => {
    expect(verdicts([1, 1], [0.25, 0.24], { margin: 0, chance: 0.25 })).toEqual(["kept", "at chance"]);
  });
});

describe("the chance level of a task", () => {
  const chance = (...levels: number[]) =>
    chanceOf(
      indexRuns(
        tableOfRows([
          ...levels.map((level, d) => ({ run: "r", d: d + 1, metrics: { accuracy: 0.5, chance: level } })),
          { run: "r", d: 1, subject: "other", metrics: { accuracy: 0.5, chance: 0.1 } },
        ]),
      ),
      "t",
    );

  test("is the one in the table, also where some rows lack it", () => {
    expect(chance(0.25, Number.NaN, 0.25)).toBe(0.25);
    expect(chance(0)).toBe(0);
  });

  test("that is nowhere is asked for, with every way to give it", () => {
    expect(chance(Number.NaN)).toEqual({
      reason:
        "the chance level of t is not known; give it under chance in the sweep (chance: {t: 0.25}), in a column chance " +
        "of the table, or take axis emerged: false",
    });
  });

  test("that differs between rows is refused with its values", () => {
    expect(chance(0.25, 0.2)).toEqual({ reason: "t has several chance levels: 0.25, 0.2; allowed: one" });
  });

  test.each([25, 1, -0.1])("%d is no share", (level) => {
    expect(chance(level)).toEqual({
      reason: `the chance level of t is ${level}; allowed: a share >= 0 and < 1`,
    });
  });
});

test("where none emerged the reason has the best score and how many there were", () => {
  const judged = (scores: number[], verdicts: Verdict[]) => ({ scores: Float64Array.from(scores), verdicts });
  const all = [judged([0.2, 0.26123], ["at chance", "at chance"]), judged([0.25], ["at chance"])];
  expect(whyNoneEmerged("t", all, 0.25, 0.05)).toBe(
    "no checkpoint of t beats chance (0.25) by 0.05: the best of 3 has 0.2612",
  );
  const some = [judged([0.2, 0.9], ["at chance", "not improved"])];
  expect(whyNoneEmerged("t", some, 0.25, 0.05)).toBe(
    "no checkpoint of t whose loss improved beats chance (0.25) by 0.05: the best of 1 has 0.2",
  );
});

describe("a checkpoint is judged by its neighbours' mean score, without its own", () => {
  const score = [0.2, 0.4, 0.2, 0.4, 0.4, 0.1];
  const loss = [6, 5, 4, 3, 2, 1];
  const keptBy = (neighbours: number) =>
    verdicts(loss, score, { chance: 0.25, margin: 0.05, neighbours }).flatMap((verdict, i) =>
      verdict === "kept" ? [i] : [],
    );

  test("with none, by its own", () => {
    expect(keptBy(0)).toEqual([1, 3, 4]);
  });

  test("with one on either side, and one alone at the ends", () => {
    // Means 0.4, 0.2, 0.4, 0.3, 0.25, 0.4.
    expect(keptBy(1)).toEqual([0, 2, 3, 5]);
  });

  test("with two", () => {
    // Means 0.3, 0.2667, 0.35, 0.275, 0.2333, 0.4.
    expect(keptBy(2)).toEqual([0, 2, 5]);
  });

  test("a run's only checkpoint has its own score alone", () => {
    expect(verdicts([2], [0.4], { chance: 0.25, margin: 0.05, neighbours: 3 })).toEqual(["kept"]);
    expect(verdicts([2], [0.2], { chance: 0.25, margin: 0.05, neighbours: 3 })).toEqual(["at chance"]);
  });
});

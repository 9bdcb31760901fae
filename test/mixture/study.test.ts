import { describe, expect, test } from "vitest";
import { TASK_SET } from "../../src/mixture/study.ts";
import { type Hill, optimumOf, planOf, study } from "./hand-made.ts";

const arc = { task: "arc", fit: [0.1, 2, 0.5] as Hill };
const race = { task: "race", fit: [0.4, 1, 0.7] as Hill };
const alike = { arc: 1, race: 1 };

describe("the best mixture of a task", () => {
  test("has its shares, its value, and the gain over the baseline", () => {
    const { optimum, baseline, gain, shape, atEnds } = optimumOf(study(planOf(alike), [arc]), "arc");
    expect(optimum).toEqual({ shares: [0.9, 0.1], value: 0.5 });
    expect(baseline.shares).toEqual([0.7, 0.3]);
    expect(baseline.value).toBeCloseTo(0.5 - 2 * 0.2 ** 2, 12);
    expect(gain).toBeCloseTo(2 * 0.2 ** 2, 12);
    expect([shape, atEnds]).toEqual(["peak", []]);
  });

  test("of a loss is the lowest, and the gain is how much lower", () => {
    const valley = { task: "web", fit: [0.1, -2, 3] as Hill };
    const { optimum, gain, shape } = optimumOf(study(planOf(alike), [valley], "loss"), "web");
    expect(optimum.shares).toEqual([0.9, 0.1]);
    expect(gain).toBeCloseTo(2 * 0.2 ** 2, 12);
    expect(shape).toBe("valley");
  });

  test("at an end of the range says so, by the varied source alone", () => {
    const ends = (best: number) => optimumOf(study(planOf(alike), [{ task: "t", fit: [best, 1, 1] }]), "t");
    expect(ends(0.9)).toMatchObject({ atEnds: ["code"], shape: "rising", optimum: { shares: [0.5, 0.5] } });
    expect(ends(-1)).toMatchObject({ atEnds: ["code"], shape: "falling", optimum: { shares: [1, 0] } });
  });

  test("without a bootstrap has no level, ends or draws", () => {
    const found = optimumOf(study(planOf(alike, { levels: [0.9] }), [arc]), "arc");
    expect(found).toMatchObject({ level: undefined, draws: 0, better: Number.NaN });
    expect(found.gains).toEqual({ lower: Number.NaN, upper: Number.NaN });
    expect(found.shares).toEqual([found.gains, found.gains]);
  });
});

test("a curve has every mixture of the grid with its value", () => {
  const { curves } = study(planOf(alike), [arc]);
  expect(curves.map(({ shares }) => shares[1])).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
  for (const { shares, predicted, varied, level } of curves) {
    expect(predicted).toBeCloseTo(0.5 - 2 * (shares[1]! - 0.1) ** 2, 12);
    expect([varied, level]).toEqual(["code", undefined]);
  }
});

describe("the set of tasks", () => {
  test("has the weighted mean of their values, and its own best mixture", () => {
    const { optimum, tasks, gain, cell } = optimumOf(study(planOf(alike), [arc, race]), TASK_SET);
    // (2 * 0.1 + 0.4) / 3 is the top of the sum.
    expect(optimum.shares).toEqual([0.8, 0.2]);
    expect(optimum.value).toBeCloseTo((0.5 - 2 * 0.01 + 0.7 - 0.04) / 2, 12);
    expect(gain).toBeCloseTo((2 * (0.04 - 0.01) + (0.01 - 0.04)) / 2, 12);
    expect(tasks).toEqual(["arc", "race"]);
    expect(cell).toBeUndefined();
  });

  test("moves towards the task with more weight", () => {
    const shareOf = (weights: Record<string, number>) =>
      optimumOf(study(planOf(weights), [arc, race]), TASK_SET).optimum.shares[1];
    expect(shareOf({ arc: 1, race: 20 })).toBe(0.4);
    expect(shareOf({ arc: 20, race: 1 })).toBe(0.1);
  });

  test("is of tasks with a weight alone; of one task there is no set", () => {
    const more = { task: "more", fit: [0.5, 100, 1] as Hill };
    const found = study(planOf({ arc: 1, race: 1, more: 0 }), [arc, race, more]);
    expect(optimumOf(found, TASK_SET).tasks).toEqual(["arc", "race"]);
    expect(study(planOf({ arc: 1 }), [arc, race]).optima.map(({ task }) => task)).toEqual(["arc", "race"]);
  });

  test("leaves out a task that cannot be predicted, and names those that are in it", () => {
    const lost = { task: "lost", fit: undefined };
    const found = study(planOf({ ...alike, lost: 5 }), [arc, lost, race]);
    expect(found.optima.map(({ task }) => task)).toEqual(["arc", "race", TASK_SET]);
    expect(optimumOf(found, TASK_SET).tasks).toEqual(["arc", "race"]);
    expect(optimumOf(found, TASK_SET).optimum.shares).toEqual([0.8, 0.2]);
  });
});

describe("with replicates", () => {
  // Ten replicates have their best at 0, ten at 0.1 and ten at 0.2; steepness and top as they are.
  const bests = [0, 0.1, 0.2].flatMap((best) => Array.from({ length: 10 }, () => best));
  const drawn = { ...arc, replicates: bests.map((best): Hill => [best, 2, 0.5]) };
  const found = (levels: number[], task: Parameters<typeof study>[1][number] = drawn) =>
    study(planOf(alike, { levels }), [task]);

  test("the interval of the best share is where the replicates have theirs", () => {
    const { shares, level, draws } = optimumOf(found([0.9]), "arc");
    expect([level, draws]).toEqual([0.9, 30]);
    expect(shares).toMatchObject([
      { lower: 0.8, upper: 1 },
      { lower: 0, upper: 0.2 },
    ]);
  });

  test("the gain is of the mixture that was found, replicate by replicate", () => {
    const { gain, gains, predicted, better } = optimumOf(found([0.9]), "arc");
    // Gain of 0.1 over 0.3 where the best is at b: 2 ((0.3 - b)^2 - (0.1 - b)^2).
    expect(gain).toBeCloseTo(0.08, 12);
    expect(gains.lower).toBeCloseTo(2 * (0.01 - 0.01), 12);
    expect(gains.upper).toBeCloseTo(2 * (0.09 - 0.01), 12);
    expect(predicted.lower).toBeCloseTo(0.5 - 2 * 0.01, 12);
    expect(predicted.upper).toBeCloseTo(0.5, 12);
    expect(better).toBeGreaterThanOrEqual(20 / 30);
  });

  test("a share better than the baseline is counted", () => {
    const half = [0.1, 0.45].flatMap((best) => Array.from({ length: 10 }, (): Hill => [best, 2, 0.5]));
    expect(optimumOf(found([0.9], { ...arc, replicates: half }), "arc").better).toBe(0.5);
  });

  test("a degenerate replicate is no draw", () => {
    const some = [...drawn.replicates.slice(0, 20), ...Array.from({ length: 10 }, () => undefined)];
    const { draws, shares } = optimumOf(found([0.9], { ...arc, replicates: some }), "arc");
    expect(draws).toBe(20);
    expect(shares[1]).toMatchObject({ lower: 0, upper: 0.1 });
  });

  test("each level has rows of its own", () => {
    const { optima, curves } = found([0.5, 0.9]);
    expect(optima.map(({ level }) => level)).toEqual([0.5, 0.9]);
    expect(curves).toHaveLength(2 * 6);
    const atCode0 = curves.filter(({ shares, level }) => shares[1] === 0 && level === 0.9);
    expect(atCode0).toHaveLength(1);
    expect(atCode0[0]!.interval.lower).toBeCloseTo(0.5 - 2 * 0.04, 12);
    expect(atCode0[0]!.interval.upper).toBeCloseTo(0.5, 12);
  });

  test("the set is weighed replicate by replicate, so what tasks share does not cancel", () => {
    // Where one task's best is low the other's is as far above its own: the set's stays at 0.25.
    const mirror = (best: number): Hill => [0.5 - best, 2, 0.5];
    const other = { task: "race", fit: mirror(0.1), replicates: bests.map(mirror) };
    const set = optimumOf(study(planOf(alike, { levels: [0.9], step: 0.05 }), [drawn, other]), TASK_SET);
    expect(set.optimum.shares[1]).toBe(0.25);
    expect(set.shares[1]).toMatchObject({ lower: 0.25, upper: 0.25 });
    expect(set.draws).toBe(30);
  });
});

describe("numbers that cannot be taken as they are have a word", () => {
  const plan = planOf({ arc: 1 }, { levels: [0.9] });

  test("an accuracy above 1, of the estimate or in the replicates", () => {
    const found = study(plan, [
      { task: "arc", fit: [0.1, 2, 0.9], replicates: hills(0.1, 2, [0.7, 0.9, 1.2]) },
    ]);
    expect(optimumOf(found, "arc")).toMatchObject({
      status: "outside-range",
      reason: "predicted: an end, or the estimate itself, is beyond what such a value can be: 0 to 1",
    });
    expect(found.curves.map(({ status }) => status)).toContain("outside-range");
    const alone = study(planOf({ arc: 1 }), [{ task: "arc", fit: [0.1, 2, 1.04] }]);
    expect(optimumOf(alone, "arc").status).toBe("outside-range");
  });

  test("intervals that leave out their estimate are named", () => {
    const found = study(plan, [
      { task: "arc", fit: [0.1, 2, 0.5], replicates: hills(0.4, 2, [0.6, 0.7, 0.8]) },
    ]);
    const { status, reason } = optimumOf(found, "arc");
    expect(status).toBe("excludes-estimate");
    expect(reason).toMatch(
      /^gain, share of general, share of code: the interval leaves out its own estimate/,
    );
  });

  test("a loss below 0; numbers that are in order are ok", () => {
    const valley = { task: "web", fit: [0.1, -2, 0.1] as Hill, replicates: hills(0.1, -2, [-0.3, 0.1, 0.3]) };
    expect(optimumOf(study(plan, [valley], "loss"), "web").status).toBe("outside-range");
    const fine = { task: "arc", fit: [0.1, 2, 0.5] as Hill, replicates: hills(0.1, 2, [0.4, 0.5, 0.6]) };
    expect(optimumOf(study(plan, [fine]), "arc")).toMatchObject({ status: "ok", reason: null });
  });
});

/** Replicates of one hill at other heights. */
function hills(best: number, steepness: number, tops: readonly number[]): Hill[] {
  return tops.map((top) => [best, steepness, top]);
}

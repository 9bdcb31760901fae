import { expect, test } from "vitest";
import { indexRuns } from "../../src/methods/runs.ts";
import { judgeTask, type RollOut } from "../../src/ranking/predictability.ts";
import { type Row, tableOfRows } from "../methods/tables.ts";

/** Scores of runs, each of which alternates by +-noise between neighbouring checkpoints. */
function scored(finals: readonly number[], noise: number, chance?: number) {
  const rows = finals.flatMap((score, i) =>
    [1, 2, 3, 4].map((step): Row => {
      const accuracy = score + (step % 2 === 0 ? noise : -noise);
      const metrics = { accuracy, ...(chance !== undefined && { chance }) };
      return { run: `r${i}`, n: 1e8 * 2 ** i, d: step * 1e9, subject: "t", metrics };
    }),
  );
  const table = tableOfRows(rows);
  return indexRuns(table);
}

/** Roll-outs from the first three runs that err by so much of 0.5. */
const rolled = (error: number, determined = true): RollOut[] =>
  Array.from({ length: 6 }, () => {
    return {
      fitted: new Map([
        ["r0", 1],
        ["r1", 2],
        ["r2", 4],
      ]),
      predicted: 0.5 + error,
      actual: 0.5,
      determined,
    };
  });

const judge = (index: ReturnType<typeof scored>, rollOuts: readonly RollOut[]) =>
  judgeTask(index, { task: "t", metric: "accuracy" }, rollOuts);

test("noise is that of neighbouring checkpoints, signal that of the runs' last scores", () => {
  const found = judge(scored([0.3, 0.35, 0.4, 0.45, 0.5], 0.001, 0.25), rolled(0.01));
  // Neighbours differ by 0.002; the root of half the mean square is 0.00141421.
  expect(found.checkpointSd).toBeCloseTo(0.002 / Math.SQRT2, 12);
  expect(found.signal).toBeCloseTo(0.05 * Math.SQRT2, 12);
  expect(found.signalToNoise).toBeCloseTo(50, 9);
  expect(found.aboveChance).toBeCloseTo((0.501 - 0.25) / (0.002 / Math.SQRT2), 9);
  // The largest run that was fitted ended at 0.401.
  expect(found).toMatchObject({ verdict: "predictable", runs: 5, rollOuts: 6, determined: 6, chance: 0.25 });
  expect(found.naiveError).toBeCloseTo(0.099, 12);
  expect(found.skill).toBeCloseTo(1 - 0.01 / 0.099, 9);
  expect(found.seedSd).toBeNaN();
});

test("a task at chance, one that is all noise, and one whose roll-outs are no better than no law are not to be extrapolated", () => {
  const atChance = judge(scored([0.25, 0.251, 0.25, 0.249, 0.252], 0.01, 0.25), rolled(0.001));
  expect(atChance.verdict).toBe("do not extrapolate");
  expect(atChance.reason).toMatch(
    /^the largest run scores 0\.262, 0\.85 standard deviations of noise above chance \(0\.25\); scores differ/,
  );
  const flat = judge(scored([0.5, 0.51, 0.5, 0.51, 0.5], 0.02), rolled(0.001));
  expect(flat).toMatchObject({ verdict: "do not extrapolate", chance: Number.NaN });
  const useless = judge(scored([0.3, 0.35, 0.4, 0.45, 0.5], 0.001), rolled(0.2));
  expect(useless).toMatchObject({ verdict: "do not extrapolate" });
  expect(useless.reason).toBe("roll-outs err by 0.2, the score of the largest run fitted by 0.099");
  const open = judge(scored([0.3, 0.35, 0.4, 0.45, 0.5], 0.001), rolled(0.01, false));
  expect(open.reason).toBe("the data determine 0 of 6 roll-outs");
});

test("a task whose law saves less than half of the error is noisy; few roll-outs say nothing", () => {
  const index = scored([0.3, 0.35, 0.4, 0.45, 0.5], 0.001);
  expect(judge(index, rolled(0.06)).verdict).toBe("noisy");
  expect(judge(index, rolled(0.01).slice(0, 4))).toMatchObject({
    verdict: "not known",
    reason: "4 roll-outs are measured, fewer than 5",
  });
  expect(judge(index, rolled(0.01).slice(0, 1)).reason).toBe("1 roll-out is measured, fewer than 5");
});

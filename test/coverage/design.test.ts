import { expect, test } from "vitest";
import { CHECKPOINTS, RUN_COUNTS, studyRuns, studyTargets } from "../../bench/coverage/design.ts";

test.each(RUN_COUNTS)("%i different runs to fit, as many checkpoints each", (count) => {
  const runs = studyRuns(count);
  expect(runs).toHaveLength(count);
  expect(new Set(runs.map(({ run }) => run)).size).toBe(count);
  expect(runs.every(({ checkpoints }) => checkpoints.length === CHECKPOINTS)).toBe(true);
});

test.each(RUN_COUNTS)(
  "targets of %i runs: one amid them, two beyond at 2 and 10 times the compute",
  (count) => {
    const runs = studyRuns(count);
    const largest = Math.max(...runs.map(({ n, d }) => n * d));
    const [inside, two, ten] = studyTargets(runs, [2, 10]);
    expect(two!.n * two!.d).toBeCloseTo(2 * largest, -12);
    expect((ten!.n * ten!.d) / largest).toBeCloseTo(10, 9);
    expect(two!.n / runs.at(-1)!.n).toBeCloseTo(Math.SQRT2, 9);
    expect(inside!.ratio).toBeLessThan(1);
    expect(runs.some(({ n, d }) => n < inside!.n && d < inside!.d)).toBe(true);
    expect(runs.some(({ n, d }) => n > inside!.n && d > inside!.d)).toBe(true);
  },
);

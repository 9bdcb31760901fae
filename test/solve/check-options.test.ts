import { expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import type { SolveOptions } from "../../src/solve/problem.ts";
import { randomStarts, solveProblems, solveStarts } from "../../src/solve/solve.ts";
import { cases, problemOf } from "./cases.ts";

const problem = problemOf(cases.find(({ form }) => form.name === "linear")!, { noise: 0.1 });

test.each<[string, SolveOptions]>([
  ["seed: -1 is not allowed; a whole number from 0 to 4294967295", { seed: -1 }],
  ["seed: 4294967296 is not allowed; a whole number from 0 to 4294967295", { seed: 2 ** 32 }],
  ["seed: 1.5 is not allowed; a whole number from 0 to 4294967295", { seed: 1.5 }],
  ["starts: -3 is not allowed; auto, or a whole number from 0 to 2147483647", { starts: -3 }],
  ["starts: NaN is not allowed; auto, or a whole number from 0 to 2147483647", { starts: Number.NaN }],
  ["iterationLimit: 0 is not allowed; a whole number from 1 to 2147483647", { iterationLimit: 0 }],
])("%s", async (message, options) => {
  const all = { ...options, backend: "cpu" } as const;
  for (const run of [solveProblems([problem], all), solveStarts(problem, all), randomStarts(problem, all)]) {
    await expect(run).rejects.toThrow(new UserError(message));
  }
});

test("the largest seed is a seed of its own", async () => {
  const options = { backend: "cpu", starts: 1 } as const;
  const largest = await randomStarts(problem, { ...options, seed: 2 ** 32 - 1 });
  expect(largest).not.toEqual(await randomStarts(problem, { ...options, seed: 0 }));
});

test("without any start, a problem is skipped with the reason", async () => {
  const results = await solveProblems([problem], { backend: "cpu", starts: 0 });
  expect(results).toEqual([{ skipped: { reason: "no starts, neither random nor given ones" } }]);
});

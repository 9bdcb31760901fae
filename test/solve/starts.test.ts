import { beforeAll, expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import { openBackend } from "../../src/solve/backends.ts";
import { packProblem, startRangeOf, variantOf } from "../../src/solve/pack.ts";
import { randomStarts } from "../../src/solve/solve.ts";
import { cxx, hasPortable } from "../kernels/toolchains.ts";
import { cases, problemOf } from "./cases.ts";

const plain = problemOf(cases.find(({ form }) => form.name === "chinchilla")!);
const startRange = Object.values(getForm("chinchilla").record.startRanges.default!);
/** With intervals of its own: without, starts are drawn in other units than the table's. */
const problem = { ...plain, startRange };
const options = { starts: 500, seed: 12, backend: "cpu" } as const;
const ranges = startRange;

let starts: Float64Array;
beforeAll(async () => {
  starts = await randomStarts(problem, options);
});

const column = (values: Float64Array, i: number): number[] => [...values.filter((_, at) => at % 5 === i)];

test("random starts fill the start range evenly", () => {
  for (const [i, [low, high]] of ranges.entries()) {
    const shares = column(starts, i).map((x) => (x - low) / (high - low));
    expect(shares.every((u) => u > 0 && u < 1)).toBe(true);
    // The largest distance of 500 uniform numbers' distribution from the even one is under this in 99.9 % of all cases.
    const distance = shares
      .toSorted((a, b) => a - b)
      .reduce((most, u, k) => Math.max(most, Math.abs(u - (k + 0.5) / shares.length)), 0);
    expect(distance).toBeLessThan(1.95 / Math.sqrt(shares.length));
  }
});

test("no two starts share a coordinate, nor two coordinates a number", () => {
  const shares = ranges.flatMap(([low, high], i) => column(starts, i).map((x) => (x - low) / (high - low)));
  expect(new Set(shares.map((u) => u.toFixed(12))).size).toBe(shares.length);
});

test("starts depend on the seed and the problem's key, and on nothing else", async () => {
  const other = { ...problem, response: problem.response.map((y) => 2 * y) };
  expect(await randomStarts(other, options)).toEqual(starts);
  for (const different of [
    await randomStarts(problem, { ...options, seed: 13 }),
    await randomStarts({ ...problem, key: "another" }, options),
  ]) {
    expect(different.filter((x, i) => x === starts[i])).toHaveLength(0);
  }
});

test("a problem's own start range is honoured", async () => {
  const startRange = problem.form.parameterNames.map((_, i) => [i, i + 0.5] as const);
  const own = await randomStarts({ ...problem, startRange }, options);
  expect(own.every((x, at) => x >= at % 5 && x <= (at % 5) + 0.5)).toBe(true);
});

test("the first starts of many are those of few, wherever a request begins", async () => {
  expect(await randomStarts(problem, { ...options, starts: 100 })).toEqual(starts.subarray(0, 100 * 5));
  const backend = await openBackend("cpu", 1);
  try {
    const kernel = await backend.kernel(variantOf(problem));
    const { problemKey } = packProblem(problem);
    const later = await kernel.starts(
      { seed: 12, problemKey, firstStart: 77, count: 40 },
      startRangeOf(problem),
    );
    expect(later).toEqual(starts.slice(77 * 5, 117 * 5));
  } finally {
    await backend.close();
  }
});

test.skipIf(cxx === undefined || !hasPortable)(
  "native kernels start from the numbers of the portable ones, bit for bit (skipped where either is absent)",
  async () => {
    const from = (backend: "native" | "portable") => randomStarts(problem, { ...options, backend });
    expect(await from("native")).toEqual(await from("portable"));
  },
);

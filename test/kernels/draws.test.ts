import { describe, expect, test } from "vitest";
import type { Draw } from "../../src/solve/resampling.ts";
import { wholeCrosses } from "../whole-crosses.ts";
import { drawsOf } from "./draws.ts";
import { cxx } from "./toolchains.ts";

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;
const product = (a: readonly number[], b: readonly number[]): number => mean(a.map((x, i) => x * b[i]!));

/** 17 points: runs of 4, 1 and 11, and one of no run. */
const problem = { response: new Float64Array(17) };
const runLengths = [4, 1, 11];
const residual = Float64Array.from({ length: 17 }, (_, q) => (q < 16 ? Math.sin(3 * q + 1) : 0));

function columns(draw: Draw, count = runs): number[][] {
  const rows = drawsOf(problem, { population: "p", draw }, { count });
  return Array.from({ length: rows[0]!.length }, (_, i) => rows.map((row) => row[i]!));
}

// All limits are five standard errors.
const runs = wholeCrosses ? 20_000 : 4000;
const near = (found: number, wanted: number, variance: number) =>
  expect(Math.abs(found - wanted)).toBeLessThan(5 * Math.sqrt(variance / runs));

describe.skipIf(cxx === undefined)("resamples (skipped without a C++ compiler)", () => {
  const groups: Draw = { kind: "groups", group: new Int32Array(17), strata: [4, 1, 11] };

  test("groups: as many from each stratum as it has; multinomial in mean, variance and covariance", () => {
    const rows = drawsOf(problem, { population: "p", draw: groups }, { count: runs });
    for (const row of rows) {
      expect([row.slice(0, 4), row.slice(4, 5), row.slice(5)].map(sum)).toEqual([4, 1, 11]);
    }
    const centred = columns(groups).map((column) => column.map((x) => x - 1));
    for (const [first, size] of [
      [0, 4],
      [5, 11],
    ] as const) {
      const variance = 1 - 1 / size;
      for (let g = first; g < first + size; g++) {
        near(mean(centred[g]!), 0, variance);
        near(product(centred[g]!, centred[g]!), variance, 4);
      }
      near(product(centred[first]!, centred[first + 1]!), -1 / size, 2);
    }
    // Strata know nothing of each other.
    near(product(centred[0]!, centred[5]!), 0, 1);
  });

  test("blocks: runs as above, as many points of each, neighbours together", () => {
    const draw: Draw = { kind: "blocks", runLengths, strata: [2, 1], blockLength: 3 };
    const rows = drawsOf(problem, { population: "p", draw }, { count: runs });
    // The numbers of points drawn from the first two runs are multiples of their lengths, two runs in all.
    const totals = new Set(rows.map((row) => `${sum(row.slice(0, 4)) / 4} ${row[4]}`));
    expect([...totals].sort()).toEqual(["0 2", "1 1", "2 0"]);
    for (const row of rows) {
      expect(sum(row.slice(5, 16))).toBe(11);
      expect(row[16]).toBe(1);
    }
    const centred = columns(draw).map((column) => column.map((x) => x - 1));
    for (const column of centred) near(mean(column), 0, 3);
    // Three blocks of 3 and one of 2 in a ring of 11: a point is in a block with chance 3/11 or 2/11.
    const alone = (3 * 3 * 8 + 2 * 9) / 121;
    near(product(centred[8]!, centred[8]!), alone, 4);
    // Both of two neighbours: chance 2/11 in a block of three, 1/11 in one of two.
    near(product(centred[8]!, centred[9]!), (3 * (22 - 9) + (11 - 4)) / 121, 4);
    near(product(centred[5]!, centred[15]!), (3 * (22 - 9) + (11 - 4)) / 121, 4);
  });

  test("wild: a run's residuals times Webb's six factors", () => {
    const numbers = columns({ kind: "wild", runLengths, residual });
    // What is added to the response is the residual times the factor less one.
    const factors = numbers.map((column, q) => column.map((x) => (q < 16 ? x / residual[q]! + 1 : x)));
    const webb = [-Math.sqrt(1.5), -1, -Math.SQRT1_2, Math.SQRT1_2, 1, Math.sqrt(1.5)];
    for (const q of [0, 4, 9]) {
      const counts = new Map<number, number>();
      for (const factor of factors[q]!) {
        const which = webb.findIndex((value) => Math.abs(value - factor) < 1e-9);
        counts.set(which, (counts.get(which) ?? 0) + 1);
      }
      expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5]);
      for (const count of counts.values()) near(count / runs, 1 / 6, 5 / 36);
    }
    factors[5]!.forEach((factor, i) => {
      expect(factor).toBeCloseTo(factors[15]![i]!, 9);
    });
    near(product(factors[0]!, factors[5]!), 0, 1);
    expect(new Set(factors[16])).toEqual(new Set([0]));
  });

  test("residuals: every point's is drawn from all", () => {
    const numbers = columns({ kind: "residual", runLengths, residual });
    const drawn = numbers.map((column, q) => column.map((x) => x + residual[q]!));
    const known = residual.subarray(0, 16);
    for (const value of drawn[3]!.slice(0, 500)) {
      expect(known.some((one) => Math.abs(one - value) < 1e-12)).toBe(true);
    }
    near(mean(drawn[3]!), mean([...known]), 1);
    near(product(drawn[3]!, drawn[4]!), mean([...known]) ** 2, 1);
    expect(new Set(numbers[16])).toEqual(new Set([0]));
  });

  test("parametric: normal noise of runs and points", () => {
    const draw: Draw = { kind: "parametric", runLengths, residual, betweenRuns: 2, withinRuns: 0.5 };
    const noise = columns(draw).map((column, q) => column.map((x) => (q < 16 ? x + residual[q]! : x)));
    const variance = 4.25;
    for (const q of [0, 5]) {
      near(mean(noise[q]!), 0, variance);
      near(product(noise[q]!, noise[q]!), variance, 2 * variance ** 2);
      // The fourth moment of a normal number is 3 times its squared variance.
      near(mean(noise[q]!.map((x) => x ** 4)), 3 * variance ** 2, 96 * variance ** 4);
    }
    near(product(noise[5]!, noise[6]!), 4, variance ** 2 + 16);
    near(product(noise[0]!, noise[6]!), 0, variance ** 2);
    expect(new Set(noise[16])).toEqual(new Set([0]));
  });

  test("a resample is the same wherever a request begins; seed, population and number make another", () => {
    const of = (options: object, population = "p") =>
      drawsOf(problem, { population, draw: groups }, { count: 1, first: 500, ...options })[0];
    const there = drawsOf(problem, { population: "p", draw: groups }, { count: 600 })[499];
    expect(of({})).toEqual(there);
    for (const other of [of({ seed: 1 }), of({}, "q"), of({ first: 501 })]) expect(other).not.toEqual(there);
  });
});

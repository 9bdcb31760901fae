import { describe, expect, test } from "vitest";
import { drawsOf } from "./draws.ts";
import { cxx } from "./toolchains.ts";

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]): number => sum(values) / values.length;

describe.skipIf(cxx === undefined)("draws of groups (skipped without a C++ compiler)", () => {
  const strata = [4, 1, 11];
  const draws = drawsOf({ population: 77, count: 20_000, strata });
  const column = (group: number): number[] => draws.map((row) => row[group]!);

  test("as many from each stratum as it has groups", () => {
    for (const row of draws) {
      expect([row.slice(0, 4), row.slice(4, 5), row.slice(5)].map(sum)).toEqual(strata);
    }
  });

  test("are multinomial: mean, variance and covariance within five standard errors", () => {
    for (const [first, size] of [
      [0, 4],
      [5, 11],
    ] as const) {
      const variance = 1 - 1 / size;
      for (let g = first; g < first + size; g++) {
        expect(Math.abs(mean(column(g)) - 1)).toBeLessThan(5 * Math.sqrt(variance / draws.length));
        const squares = column(g).map((x) => (x - 1) ** 2);
        // The fourth moment of a count of mean 1 is below 4.
        expect(Math.abs(mean(squares) - variance)).toBeLessThan(5 * Math.sqrt(4 / draws.length));
      }
      const [a, b] = [column(first), column(first + 1)];
      const products = a.map((x, i) => (x - 1) * (b[i]! - 1));
      expect(Math.abs(mean(products) + 1 / size)).toBeLessThan(5 * Math.sqrt(2 / draws.length));
    }
    // Strata know nothing of each other.
    const across = column(0).map((x, i) => (x - 1) * (column0(i) - 1));
    expect(Math.abs(mean(across))).toBeLessThan(5 * Math.sqrt(1 / draws.length));

    function column0(i: number): number {
      return draws[i]![5]!;
    }
  });

  test("a resample is the same wherever a request begins; seed, population and number make another", () => {
    const one = (changes: object) => drawsOf({ population: 77, count: 1, first: 500, strata, ...changes })[0];
    expect(one({})).toEqual(draws[499]);
    for (const changes of [{ seed: 1 }, { population: 78 }, { first: 501 }]) {
      expect(one(changes)).not.toEqual(draws[499]);
    }
  });
});

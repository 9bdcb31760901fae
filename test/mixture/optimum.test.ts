import { describe, expect, test } from "vitest";
import { bestMixture } from "../../src/mixture/best.ts";
import { mixtureSpace, type Shares } from "../../src/mixture/space.ts";
import type { CheckedMixtures } from "../../src/mixture/spec.ts";

const names = (count: number) => Array.from({ length: count }, (_, i) => `s${i}`);
const spaceOf = (count: number, given: CheckedMixtures = {}) => mixtureSpace(given, names(count), "mixtures");

/** Deterministic numbers from 0 to 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}

function mixtureOf(count: number, next: () => number): number[] {
  const parts = Array.from({ length: count }, () => -Math.log(1 - next()));
  const sum = parts.reduce((total, part) => total + part);
  return parts.map((part) => part / sum);
}

const farthest = (found: Shares, best: Shares) =>
  Math.max(...found.map((share, s) => Math.abs(share - best[s]!)));
const sum = (shares: Shares) => shares.reduce((total, share) => total + share, 0);

describe("of two sources", () => {
  test("the best of the grid, for a loss the least", () => {
    const hill = ([, code]: Shares) => -((code! - 0.237) ** 2);
    expect(bestMixture(spaceOf(2), hill, 1)!.shares).toEqual([0.76, 0.24]);
    expect(bestMixture(spaceOf(2), (shares) => -hill(shares), -1)!.shares).toEqual([0.76, 0.24]);
    expect(bestMixture(spaceOf(2), (shares) => -hill(shares), -1)!.value).toBeCloseTo(0.003 ** 2, 12);
    expect(bestMixture(spaceOf(2), hill, -1)!.shares).toEqual([0.5, 0.5]);
  });

  test("the first of equals", () => {
    expect(bestMixture(spaceOf(2), ([, code]) => Math.min(code!, 0.2), 1)!.shares).toEqual([0.8, 0.2]);
  });

  test("mixtures without a value are passed over; without any there is none", () => {
    const value = ([, code]: Shares) => (code === 0 ? Number.NaN : -code!);
    expect(bestMixture(spaceOf(2), value, 1)!.shares).toEqual([0.99, 0.01]);
    expect(bestMixture(spaceOf(2), () => Number.NaN, 1)).toBeUndefined();
  });
});

describe.each([3, 7])("of %d sources", (count) => {
  const cases = Array.from({ length: 5 }, (_, i) => i + 1);

  test.each(cases)("the top of a concave quadratic within a step (%d)", (seed) => {
    const next = numbers(seed);
    const best = mixtureOf(count, next);
    const weights = best.map(() => 0.2 + next());
    const value = (shares: Shares) =>
      -shares.reduce((total, share, s) => total + weights[s]! * (share - best[s]!) ** 2, 0);
    const found = bestMixture(spaceOf(count), value, 1)!;
    expect(farthest(found.shares, best)).toBeLessThanOrEqual(0.01);
    expect(sum(found.shares)).toBeCloseTo(1, 12);
    expect(bestMixture(spaceOf(count), (shares) => -value(shares), -1)!.shares).toEqual(found.shares);
  });

  test.each(cases)("the top of a piecewise linear function within a step (%d)", (seed) => {
    const next = numbers(100 + seed);
    const best = mixtureOf(count, next);
    const weights = best.map(() => 0.5 + next());
    const value = (shares: Shares) =>
      -shares.reduce((total, share, s) => total + weights[s]! * Math.abs(share - best[s]!), 0);
    const found = bestMixture(spaceOf(count), value, 1)!;
    expect(farthest(found.shares, best)).toBeLessThanOrEqual(0.01);
  });

  test("a corner where one source is the best", () => {
    const found = bestMixture(spaceOf(count), (shares) => shares[1]!, 1)!;
    expect(found.shares[1]).toBeCloseTo(1, 12);
  });

  test("bounds are met to the last bit, and reached", () => {
    const bounds: CheckedMixtures["bounds"] = { s0: [0.15, 0.45], s1: [0.05, 0.33], s2: [0, 0.9] };
    const space = spaceOf(count, { bounds });
    const seen: Shares[] = [];
    const value = (shares: Shares) => {
      seen.push(shares);
      return 3 * shares[1]! + 2 * shares[0]!;
    };
    const { shares } = bestMixture(space, value, 1)!;
    expect(shares[1]).toBe(0.33);
    expect(shares[0]).toBe(0.45);
    for (const one of seen) {
      one.forEach((share, s) => {
        expect(share).toBeGreaterThanOrEqual(space.lower[s]! - 1e-12);
        expect(share).toBeLessThanOrEqual(space.upper[s]! + 1e-12);
      });
      expect(sum(one)).toBeCloseTo(1, 9);
    }
  });

  test("a start that is better than all others is not left for them", () => {
    // A spike that no lattice has.
    const spike = Array.from({ length: count }, (_, s) => (s < 2 ? 0.4999 + 0.0002 * s : 0));
    const value = (shares: Shares) => (farthest(shares, spike) < 1e-9 ? 10 : shares[0]!);
    expect(bestMixture(spaceOf(count), value, 1, spike)!.value).toBe(10);
  });
});

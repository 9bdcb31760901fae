import { describe, expect, test } from "vitest";
import { usedSizes } from "../../src/isoflop/curve.ts";
import { powers } from "../../src/isoflop/interpolations.ts";
import { randomStream } from "../../src/random.ts";
import { BUDGETS, best, lossAt, sizesAround } from "./surface.ts";

const EVERYTHING = Number.POSITIVE_INFINITY;
const curveAt = (c: number, sizes: readonly number[], lossOf = (n: number) => lossAt(n, c)) => ({
  x: Float64Array.from(sizes, Math.log),
  losses: Float64Array.from(sizes, lossOf),
});
const minimaOf = (all: ReturnType<typeof curveAt>[], window: number) => {
  const curves = all.map((one) => {
    const used = usedSizes(powers, one, window);
    return { x: one.x.subarray(...used), losses: one.losses.subarray(...used) };
  });
  const shape = powers.shape!(curves);
  return curves.map(({ x, losses }) => powers.minimum(x, losses, shape));
};

test.each([
  ["within a factor of 3", 1 / 3, 3, 11, 3],
  ["over a factor of 900", 1 / 30, 30, 9, EVERYTHING],
  ["to one side of the best", 1 / 2, 8, 7, EVERYTHING],
  ["five, of which two are within the window", 1 / 30, 30, 5, 3],
])("sizes %s: the minimum of a law is found to 1e-6", (_, smallest, largest, count, window) => {
  const found = minimaOf(
    BUDGETS.map((c) => curveAt(c, sizesAround(c, smallest, largest, count))),
    window,
  );
  found.forEach((one, b) => {
    if (one.kind !== "minimum") throw new Error(one.kind);
    const { n, loss } = best(BUDGETS[b]!);
    expect(Math.abs(Math.exp(one.x) / n - 1)).toBeLessThan(1e-6);
    expect(Math.abs(one.loss / loss - 1)).toBeLessThan(1e-9);
  });
});

test("the exponents are those of the law", () => {
  const curves = BUDGETS.map((c) => curveAt(c, sizesAround(c, 0.1, 10, 9)));
  const { alpha, beta } = powers.shape!(curves);
  expect(alpha).toBeCloseTo(0.34, 6);
  expect(beta).toBeCloseTo(0.28, 6);
});

test("with noise its error is that of a parabola without the parabola's bias: the mean over many budgets is the truth", () => {
  const stream = randomStream("powers");
  const errors = Array.from({ length: 60 }, () => {
    const curves = BUDGETS.map((c) =>
      curveAt(c, sizesAround(c, 0.3, 3, 11), (n) => lossAt(n, c) * (1 + 0.001 * stream.normal())),
    );
    return minimaOf(curves, 3).map((one, b) => {
      if (one.kind !== "minimum") throw new Error(one.kind);
      return one.x - Math.log(best(BUDGETS[b]!).n);
    });
  }).flat();
  const mean = errors.reduce((sum, one) => sum + one, 0) / errors.length;
  const sd = Math.sqrt(errors.reduce((sum, one) => sum + one ** 2, 0) / errors.length);
  expect(sd).toBeLessThan(0.02);
  // The parabola's bias is 0.0072 here. Budgets of a data set share their exponents: 60 independent errors, not 480.
  expect(Math.abs(mean)).toBeLessThan((3 * sd) / Math.sqrt(60));
  expect(Math.abs(mean)).toBeLessThan(0.0036);
});

test("three sizes will do: the exponents are those of published laws", () => {
  const [one] = minimaOf([curveAt(1e19, sizesAround(1e19, 0.5, 1.8, 3))], 3);
  if (one?.kind !== "minimum") throw new Error(one?.kind);
  expect(Math.abs(Math.exp(one.x) / best(1e19).n - 1)).toBeLessThan(0.01);
});

describe("what is no minimum", () => {
  const find = (losses: readonly number[]) => {
    const curve = { x: Float64Array.from(losses, (_, i) => 18 + i / 2), losses: Float64Array.from(losses) };
    return minimaOf([curve], EVERYTHING)[0];
  };
  test.each([
    ["two sizes", [3, 2], { kind: "few-sizes", sizes: 2 }],
    ["a loss that falls", [5, 4, 3.4, 3.1, 3], { kind: "edge", side: "largest" }],
    ["a loss that rises", [3, 3.1, 3.4, 4, 5], { kind: "edge", side: "smallest" }],
    ["a hill", [3, 3.2, 3.3, 3.2, 3], { kind: "not-convex" }],
  ])("%s", (_, losses, expected) => {
    expect(find(losses)).toEqual(expected);
  });
});

import { describe, expect, test } from "vitest";
import { usedSizes } from "../../src/isoflop/curve.ts";
import { parabola } from "../../src/isoflop/interpolations.ts";

const find = (x: readonly number[], losses: readonly number[], window = 1e9) => {
  const all = { x: Float64Array.from(x), losses: Float64Array.from(losses) };
  const used = usedSizes(parabola, all, window);
  return parabola.minimum(all.x.subarray(...used), all.losses.subarray(...used));
};

describe("losses that are a parabola in ln N", () => {
  const x = [17.1, 17.3, 17.45, 17.7, 18, 18.4, 18.9];
  const losses = x.map((one) => 2.5 + 0.07 * (one - 17.83) ** 2);

  test("have their vertex found to 1e-12", () => {
    const found = find(x, losses);
    if (found.kind !== "minimum") throw new Error(found.kind);
    expect(Math.abs(found.x - 17.83)).toBeLessThan(1e-12);
    expect(Math.abs(found.loss - 2.5)).toBeLessThan(1e-12);
  });

  test("whatever the window", () => {
    for (const window of [1.5, 1.8, 2.7]) {
      const found = find(x, losses, window);
      expect(found.kind === "minimum" && Math.abs(found.x - 17.83) < 1e-12, String(window)).toBe(true);
    }
  });
});

test("sizes beyond the window do not count", () => {
  const x = [15, 17, 17.5, 18, 20];
  const outliers = find(x, [9, 2.1, 2, 2.1, 0.5 + 9], 1.8);
  expect(outliers).toMatchObject({
    kind: "minimum",
    x: expect.closeTo(17.5, 12),
    loss: expect.closeTo(2, 12),
  });
});

test("least squares where the losses are no parabola", () => {
  // numpy.polyfit([-2, -1, 0, 1, 2], [5, 1, 0.5, 2, 3], 2) = [0.85714286, -0.3, 0.58571429].
  const found = find([-2, -1, 0, 1, 2], [5, 1, 0.5, 2, 3]);
  if (found.kind !== "minimum") throw new Error(found.kind);
  expect(found.x).toBeCloseTo(0.3 / (2 * (6 / 7)), 12);
  expect(found.loss).toBeCloseTo(0.55946428, 7);
});

test.each([
  ["a window with two sizes", [1, 2, 9], [3, 2, 8], 4, { kind: "few-sizes", sizes: 2 }],
  ["no sizes enough", [1, 2], [3, 2], 1e9, { kind: "few-sizes", sizes: 2 }],
  ["a vertex beyond the largest", [1, 2, 3], [5, 3, 2], 1e9, { kind: "edge", side: "largest" }],
  ["a vertex before the smallest", [1, 2, 3], [2, 3, 5], 1e9, { kind: "edge", side: "smallest" }],
  ["a parabola that opens downwards", [1, 2, 3], [1, 3, 2], 1e9, { kind: "not-convex" }],
  ["a straight line", [1, 2, 3], [3, 2, 1], 1e9, { kind: "not-convex" }],
])("%s is no minimum", (_, x, losses, window, expected) => {
  expect(find(x, losses, window)).toEqual(expected);
});

import { expect, test } from "vitest";
import { innerProducts } from "../../src/identifiability/columns.ts";
import { solveSquare } from "../../src/identifiability/linear-system.ts";

test("a system that needs pivoting is solved", () => {
  // 2y + z = 7, x + y + z = 6, 3x - y + 2z = 7 of x = 1, y = 2, z = 3.
  const right = Float64Array.of(7, 6, 7);
  expect(solveSquare(Float64Array.of(0, 2, 1, 1, 1, 1, 3, -1, 2), right)).toBe(true);
  for (const [i, expected] of [1, 2, 3].entries()) expect(right[i]).toBeCloseTo(expected, 14);
});

test("a system without one solution is told", () => {
  expect(solveSquare(Float64Array.of(1, 2, 2, 4), Float64Array.of(1, 2))).toBe(false);
});

test.each([1, 2, 3, 4, 5, 7])("inner products with %i columns have the bits of one at a time", (count) => {
  const column = (c: number) => Float64Array.from({ length: 50 }, (_, i) => Math.sin(7 * c + i) / (c + 1));
  const others = Array.from({ length: 8 }, (_, c) => column(c + 1));
  const found = new Float64Array(10);
  innerProducts(column(0), others, count, found, 2);
  const expected = others.map((other) => other.reduce((sum, x, i) => sum + column(0)[i]! * x, 0));
  expect([...found]).toEqual([0, 0, ...expected.slice(0, count), ...new Array(8 - count).fill(0)]);
});

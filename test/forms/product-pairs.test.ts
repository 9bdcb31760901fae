import { expect, test } from "vitest";
import { ProductPairs } from "../../src/forms/lowering.ts";

/** Multiplications that the products cost together, and each product's factors put together again. */
function splitAll(products: number[][], perPoint: (node: number) => boolean = () => true) {
  const pairs = new ProductPairs(perPoint);
  pairs.split(products);
  const formed = new Set<number>();
  const flatten = (factor: number): number[] => {
    const pair = pairs.pairOf(factor);
    if (pair === undefined) return [factor];
    formed.add(factor);
    return [...flatten(pair.left), ...flatten(pair.right)];
  };
  const factors = products.map((product) => flatten(pairs.resultOf(product)).sort((a, b) => a - b));
  return { multiplications: formed.size, factors };
}

test.each<[string, number[][], number]>([
  [
    "nothing shared",
    [
      [1, 2],
      [3, 4],
    ],
    2,
  ],
  [
    "a common pair once",
    [
      [1, 2, 3],
      [1, 2, 4],
      [2, 1],
    ],
    3,
  ],
  [
    "order does not matter",
    [
      [3, 1, 2],
      [2, 3, 1],
    ],
    2,
  ],
  ["a power by squaring", [[5, 5, 5, 5, 5, 5, 5, 5]], 3],
  [
    "powers build on each other",
    [
      [5, 5],
      [5, 5, 5],
      [5, 5, 5, 5],
    ],
    3,
  ],
  [
    "a gradient reuses the value",
    [
      [1, 9],
      [1, 9, 9],
      [1, 9, 2],
    ],
    3,
  ],
])("%s", (_, products, multiplications) => {
  const result = splitAll(products);
  expect(result.factors).toEqual(products.map((product) => [...product].sort((a, b) => a - b)));
  expect(result.multiplications).toBe(multiplications);
});

test("what is the same at all points is multiplied first", () => {
  const pairs = new ProductPairs((node) => node >= 10);
  pairs.split([[1, 10, 2]]);
  const { left, right } = pairs.pairOf(pairs.resultOf([1, 10, 2]))!;
  const inner = pairs.pairOf(left) ?? pairs.pairOf(right);
  expect([inner?.left, inner?.right]).toEqual([1, 2]);
});

import { describe, expect, test } from "vitest";
import { akima } from "../../src/isoflop/interpolations.ts";

const find = (x: number[], losses: number[]) =>
  akima.minimum(Float64Array.from(x), Float64Array.from(losses));

// Places and values of the minimum by SciPy 1.17.1: the least of the curve at its points and at the roots of
// Akima1DInterpolator(x, losses).derivative().
test.each<[string, number[], number[], number, number]>([
  [
    "an uneven grid",
    [17, 17.2, 17.35, 17.6, 17.8, 18.05, 18.2, 18.5],
    [3.1, 3.02, 2.985, 2.962, 2.958, 2.966, 2.981, 3.05],
    17.779560457426097,
    2.957931876992789,
  ],
  [
    "two dips",
    [17, 17.2, 17.4, 17.6, 17.8, 18, 18.2],
    [2.7, 2.662, 2.651, 2.655, 2.6495, 2.658, 2.69],
    17.813304417965217,
    2.6494512924315288,
  ],
  ["three points", [17, 17.5, 18.2], [3, 2.8, 2.95], 17.605813953488372, 2.7950872093023253],
  [
    "equal losses before a dip",
    [1, 2, 3, 4, 5, 6],
    [2, 2, 2, 1.5, 1.7, 2.5],
    4.215650208865996,
    1.4806899881859135,
  ],
])("%s: the minimum is SciPy's", (_, x, losses, place, loss) => {
  const found = find(x, losses);
  if (found.kind !== "minimum") throw new Error(found.kind);
  expect(found.x).toBeCloseTo(place, 12);
  expect(found.loss).toBeCloseTo(loss, 12);
});

describe("no minimum", () => {
  test("falling losses end at the largest size, rising ones begin at the smallest", () => {
    expect(find([1, 2, 3, 4], [4, 3, 2.5, 2.2])).toEqual({ kind: "edge", side: "largest" });
    expect(find([1, 2, 3, 4], [2, 3, 3.5, 4.2])).toEqual({ kind: "edge", side: "smallest" });
  });

  test("two sizes are too few", () => {
    expect(find([1, 2], [4, 3])).toEqual({ kind: "few-sizes", sizes: 2 });
  });
});

test("a lowest loss between equal neighbours is the minimum itself", () => {
  expect(find([1, 2, 3, 4, 5], [3, 2, 1, 2, 3])).toEqual({ kind: "minimum", x: 3, loss: 1 });
});

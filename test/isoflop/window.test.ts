import { expect, test } from "vitest";
import { windowOf } from "../../src/isoflop/curve.ts";

const x = Float64Array.of(10, 12, 13, 13.5, 13.9, 16, 20);
const losses = Float64Array.of(9, 4, 2, 3, 4, 5, 6);

test.each([
  ["those within reach of the lowest loss", 1, 0, [12, 13, 13.5, 13.9]],
  ["the nearest others where these are too few", 0.6, 3, [13, 13.5, 13.9]],
  ["on either side", 0.1, 6, [10, 12, 13, 13.5, 13.9, 16]],
  ["never more than there are", 0.1, 9, [...x]],
])("%s", (_, reach, fewest, expected) => {
  expect([...x.subarray(...windowOf(x, losses, reach, fewest))]).toEqual(expected);
});

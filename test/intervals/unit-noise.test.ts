import { expect, test } from "vitest";
import { unitNoise } from "../../src/intervals/normal.ts";
import { mean, sd } from "./air-conditioning.ts";

test("the normal's quantiles, each once, in an order that the key draws", () => {
  const [noise, again, other] = [unitNoise(1000, "0/a"), unitNoise(1000, "0/a"), unitNoise(1000, "0/b")];
  expect(noise).toEqual(again);
  expect(noise).not.toEqual(other);
  expect(noise.slice().sort()).toEqual(other.slice().sort());
  expect(Math.abs(mean(noise))).toBeLessThan(1e-12);
  expect(Math.abs(sd(noise) - 1)).toBeLessThan(0.003);
});

test("noises of two keys, and neighbours, are unrelated", () => {
  const [x, y] = [unitNoise(4000, "0/x"), unitNoise(4000, "0/y")];
  const product = (shift: number, values: Float64Array) =>
    mean(x.map((value, i) => value * values[(i + shift) % 4000]!));
  for (const correlation of [product(0, y), product(1, x)]) {
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(4000));
  }
});

test("the bits stay the same", () => {
  expect([...unitNoise(4, "0/fixed")]).toMatchInlineSnapshot(`
    [
      -0.31863936396437514,
      0.31863936396437514,
      1.1503493803760079,
      -1.1503493803760079,
    ]
  `);
});

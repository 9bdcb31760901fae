import { expect, test } from "vitest";
import { normalDraws } from "../../src/intervals/normal.ts";
import { mean, sd } from "../intervals/air-conditioning.ts";

test("the same seed and name give the same numbers, and more of them leave the first as they are", () => {
  const draws = normalDraws(3, "a", 10);
  expect(normalDraws(3, "a", 10)).toEqual(draws);
  expect(normalDraws(3, "a", 7)).toEqual(draws.slice(0, 7));
  for (const other of [normalDraws(4, "a", 10), normalDraws(3, "b", 10)]) {
    expect(draws.some((one) => other.includes(one))).toBe(false);
  }
});

test("they are standard normal and independent", () => {
  const draws = normalDraws(1, "x", 10_000);
  expect(Math.abs(mean(draws))).toBeLessThan(0.03);
  expect(Math.abs(sd(draws) - 1)).toBeLessThan(0.03);
  const within = (limit: number) => draws.filter((one) => Math.abs(one) < limit).length / 10_000;
  expect(within(1)).toBeCloseTo(0.6827, 1);
  expect(within(1.96)).toBeCloseTo(0.95, 1);
  const neighbours = mean(draws.map((one, i) => one * draws[(i + 1) % 10_000]!));
  expect(Math.abs(neighbours)).toBeLessThan(0.04);
});

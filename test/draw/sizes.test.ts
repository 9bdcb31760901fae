import { expect, test } from "vitest";
import { groupValues } from "../../src/draw/sizes.ts";

const label = (value: number) => `${value}`;

test("distinct sizes are groups of their own, in order, in different colours", () => {
  const groups = groupValues([1.28e9, 1.9e8, 3.7e8, 1.9001e8, Number.NaN], label);
  expect(groups.map((group) => group.label)).toEqual(["190000000", "370000000", "1300000000"]);
  expect(groups.map(({ has }) => has(1.9002e8))).toEqual([true, false, false]);
  expect(new Set(groups.map(({ colour }) => colour)).size).toBe(3);
});

test("many sizes share six groups, each value in exactly one", () => {
  const values = Array.from({ length: 40 }, (_, i) => 1.2 ** i);
  const groups = groupValues(values, label);
  expect(groups.length).toBeLessThanOrEqual(6);
  for (const value of values) expect(groups.filter(({ has }) => has(value))).toHaveLength(1);
});

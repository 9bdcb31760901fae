import { expect, test } from "vitest";
import { type ProfileEnd, profileSide } from "../../src/identifiability/profile.ts";

/** Searches a profile whose height at each distance is known. */
function search(
  height: (distance: number) => number,
  step: number,
  farthest: number,
): ProfileEnd & { looks: number[] } {
  const side = profileSide(step, farthest);
  const looks: number[] = [];
  for (let distance = side.next(); distance !== undefined; distance = side.next()) {
    looks.push(distance);
    side.tell({ distance, height: height(distance), parameters: Float64Array.of(distance) });
  }
  return { ...side.end(), looks };
}

test("a parabola whose reach is known takes one look", () => {
  expect(search((d) => d / 3, 3, 1e6)).toEqual({ distance: 3, open: false, looks: [3] });
});

test.each([
  ["a first step far too short", (d: number) => d / 3, 1e-3, 3],
  ["a first step far too long", (d: number) => d / 3, 500, 3],
  ["a wall where no fit is found", (d: number) => (d < 5 ? d / 10 : Number.POSITIVE_INFINITY), 1, 5],
  ["a jump", (d: number) => (d < 5 ? 0.2 : 40), 1, 5],
  ["a height that grows ever slower", (d: number) => Math.log1p(d) / 2, 0.1, Math.exp(2) - 1],
  ["a height that grows ever faster", (d: number) => Math.exp(d - 4) - Math.exp(-4), 0.1, 4.0181],
])("%s: the end is found", (_, height, step, end) => {
  const found = search(height, step, 1e6);
  expect(found.open).toBe(false);
  expect(found.distance / end).toBeCloseTo(1, 3);
  expect(found.looks.length).toBeLessThan(30);
});

test("a side that stays low up to the bound is open, and the bound is looked at", () => {
  const found = search((d) => d / 100, 1, 7);
  expect(found).toMatchObject({ distance: 7, open: true });
  expect(found.looks.at(-1)).toBe(7);
});

test("an estimate on its bound is open there without a look", () => {
  expect(search(() => 0, 1, 0)).toEqual({ distance: 0, open: true, looks: [] });
});

import { expect, test } from "vitest";
import { isoLoss } from "../../src/draw/iso-loss.ts";
import { trueLoss } from "../methods/tables.ts";

const frame = { n: [1e8, 1e10], d: [1e9, 1e12] } as const;

test("a contour has the loss, and runs from the smallest size to the largest within the frame", () => {
  const loss = trueLoss(1e9, 3e10);
  const places = isoLoss(trueLoss, loss, frame);
  expect(places.length).toBeGreaterThan(20);
  for (const { n, d } of places) expect(trueLoss(n, d)).toBeCloseTo(loss, 12);
  for (const [i, { n, d }] of places.entries()) {
    if (i === 0) continue;
    expect(n).toBeGreaterThan(places[i - 1]!.n);
    expect(d).toBeLessThan(places[i - 1]!.d);
  }
  const inside = places.filter(({ n, d }) => n >= 1e8 && n <= 1e10 && d >= 1e9 && d <= 1e12);
  expect(inside).toHaveLength(places.length);
});

test("a loss that the frame does not have has no contour", () => {
  expect(isoLoss(trueLoss, trueLoss(1e10, 1e12) - 0.01, frame)).toEqual([]);
  expect(isoLoss(trueLoss, trueLoss(1e8, 1e9) + 0.01, frame)).toEqual([]);
});

import { expect, test } from "vitest";
import { conformal } from "../../../src/intervals/kinds.ts";

const errors = Float64Array.of(-4, 1, -2, 3, 5, -6, 7, -8, 9);

test("the largest of nine errors for 90 %, either way", () => {
  expect(conformal.compute({ estimate: 100, pastErrors: { errors } }, 0.9)).toMatchObject({
    lower: 91,
    upper: 109,
    draws: 9,
    dropped: 0,
    status: "ok",
    lowerError: Number.NaN,
  });
});

test("eight are too few, and a missing one is no error", () => {
  const eight = Float64Array.of(...errors.subarray(0, 8), Number.NaN);
  expect(conformal.compute({ estimate: 100, pastErrors: { errors: eight } }, 0.9)).toMatchObject({
    lower: Number.NEGATIVE_INFINITY,
    upper: Number.POSITIVE_INFINITY,
    draws: 8,
    dropped: 1,
    status: "few-errors",
  });
});

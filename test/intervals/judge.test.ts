import { describe, expect, test } from "vitest";
import { anyValue, judgeInterval, keptInRange, noInterval } from "../../src/intervals/interval.ts";

const share = { lower: 0, upper: 1 };
const loss = { lower: 0, upper: Number.POSITIVE_INFINITY };
const ends = (
  lower: number,
  upper: number,
  status: "ok" | "few-draws" | "few-errors" | "no-draws" = "ok",
) => {
  return { lower, upper, status };
};

test("an interval about its estimate and within the range is ok", () => {
  expect(judgeInterval(ends(0.6, 0.8), 0.7, share)).toEqual({ status: "ok", reason: null });
  expect(judgeInterval(ends(0, 1), 1, share)).toEqual({ status: "ok", reason: null });
});

describe("what is wrong", () => {
  test("an accuracy above 1 or below 0, a loss below 0", () => {
    expect(judgeInterval(ends(0.624, 1.135), 0.9, share)).toEqual({
      status: "outside-range",
      reason: "an end, or the estimate itself, is beyond what such a value can be: 0 to 1",
    });
    expect(judgeInterval(ends(-0.1, 0.4), 0.2, share).status).toBe("outside-range");
    expect(judgeInterval(ends(-0.1, 2), 1.5, loss).reason).toContain("0 and up");
    expect(judgeInterval(ends(0.5, 20), 9, loss).status).toBe("ok");
    expect(judgeInterval(ends(-3, 20), 9, anyValue).status).toBe("ok");
  });

  test("an interval that leaves out its own estimate, on either side", () => {
    expect(judgeInterval(ends(0.6, 0.8), 0.5, share).status).toBe("excludes-estimate");
    expect(judgeInterval(ends(0.6, 0.8), 0.81, share).reason).toContain("leaves out its own estimate");
    // Rounding is no exclusion.
    expect(judgeInterval(ends(0.7, 0.7), 0.7 + 1e-15, share).status).toBe("ok");
  });

  test("several things are all told, the worst as the word", () => {
    const { status, reason } = judgeInterval(ends(0.95, 1.2, "few-draws"), 0.9, share);
    expect(status).toBe("outside-range");
    expect(reason).toMatch(/beyond.*leaves out its own estimate.*edge of the draws/);
  });

  test("a prediction beyond its range without an interval", () => {
    expect(judgeInterval(ends(Number.NaN, Number.NaN), 1.04, share).status).toBe("outside-range");
  });

  test("an end that is not known is no end beyond the range", () => {
    const open = ends(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, "few-errors");
    expect(judgeInterval(open, 0.5, share).status).toBe("few-errors");
    expect(judgeInterval(ends(Number.NaN, Number.NaN, "no-draws"), 0.5, share).status).toBe("no-draws");
  });
});

describe("ends are kept in the range", () => {
  const interval = (lower: number, upper: number) => ({ ...noInterval("ok"), lower, upper });

  test("an end beyond it is cut off, and the reason has what it was", () => {
    const { limits, status, reason } = keptInRange(interval(-0.02, 1.135), 0.9, share);
    expect([limits.lower, limits.upper]).toEqual([0, 1]);
    expect(status).toBe("outside-range");
    expect(reason).toContain("(cut off from -0.02 and 1.135)");
    expect(keptInRange(interval(-0.1, 2), 1.5, loss).limits).toMatchObject({ lower: 0, upper: 2 });
  });

  test("nothing is cut where the estimate is beyond it too, nor where all is within", () => {
    expect(keptInRange(interval(0.9, 1.2), 1.1, share).limits).toMatchObject({ lower: 0.9, upper: 1.2 });
    const within = interval(0.2, 0.4);
    expect(keptInRange(within, 0.3, share)).toEqual({ limits: within, status: "ok", reason: null });
  });

  test("an infinite end stays: it is one that is not known", () => {
    const open = {
      ...interval(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
      status: "few-errors" as const,
    };
    expect(keptInRange(open, 0.5, share)).toMatchObject({ limits: open, status: "few-errors" });
  });
});

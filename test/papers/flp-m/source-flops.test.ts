import { describe, expect, test } from "vitest";
import { type SourcePolicy, sourceFlops, type ZeroShare } from "../../../src/papers/flp-m/law.ts";

const sources = ["general", "code", "maths"];

function flopsOf(
  shares: readonly number[],
  zeroShare: ZeroShare,
  { shareFloor = 0.02, c = 1000 }: { shareFloor?: number; c?: number } = {},
) {
  const policy: SourcePolicy = { zeroShare, shareFloor };
  const mix = new Map(sources.map((source, s) => [source, shares[s] ?? Number.NaN]));
  return sourceFlops({ n: 1, d: 1, c, mix }, sources, policy);
}

const demand = (flops: ReturnType<typeof sourceFlops>): number[] => {
  if ("leftOut" in flops) throw new Error(flops.leftOut);
  return flops;
};

describe("FLOPs of each source", () => {
  test("overlap: every source has a part of the others, and the sum stays that of the run", () => {
    const flops = demand(flopsOf([0.7, 0.3, 0], "overlap"));
    [720, 320, 20].forEach((expected, s) => {
      expect(flops[s]).toBeCloseTo(expected / 1.06, 10);
    });
    expect(flops.reduce((sum, part) => sum + part)).toBeCloseTo(1000, 10);
  });

  test("floor: shares below it are raised to it, others stay, and the sum may exceed that of the run", () => {
    const flops = demand(flopsOf([0.69, 0.3, 0.01], "floor"));
    [690, 300, 20].forEach((expected, s) => {
      expect(flops[s]).toBeCloseTo(expected, 10);
    });
  });

  test("drop: shares as they are, a run without a source is left out", () => {
    expect(flopsOf([0.5, 0.25, 0.25], "drop")).toEqual([500, 250, 250]);
    expect(flopsOf([0.5, 0.5, 0], "drop")).toEqual({
      leftOut: "it has nothing of maths, and zero_share is drop",
    });
  });

  test.each<ZeroShare>(["overlap", "floor", "drop"])(
    "%s: without a mixture a run is left out",
    (zeroShare) => {
      const leftOut = "its mixture is not known (columns mix.<source>; of a target given by its size, mix)";
      expect(flopsOf([0.5, 0.5], zeroShare)).toEqual({ leftOut });
      expect(sourceFlops({ n: 1, d: 1, c: 1 }, sources, { zeroShare, shareFloor: 0.1 })).toEqual({ leftOut });
    },
  );
});

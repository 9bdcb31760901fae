import { expect, test } from "vitest";
import { drawsOf } from "../../../src/intervals/draws.ts";
import { expanded, percentile, pooled } from "../../../src/intervals/kinds.ts";
import { resampled, sd } from "../air-conditioning.ts";

const draws = drawsOf(resampled(1999, sd));

test("is as far out as expanded, of the draws over forms", () => {
  const rest = { residualFreedom: 11, widening: Math.sqrt(16 / 15) };
  const own = drawsOf(Float64Array.of(0, 1, 2));
  const found = pooled.compute({ draws: own, pooledDraws: draws, ...rest }, 0.9);
  expect(found).toEqual(expanded.compute({ draws, ...rest }, 0.9));
});

test.each([0, -1])(
  "with %f degrees of freedom it is that of the quantiles as they are, and says so",
  (residualFreedom) => {
    const { status, ...ends } = pooled.compute({ pooledDraws: draws, residualFreedom }, 0.9);
    expect(status).toBe("not-expanded");
    expect(percentile.compute({ draws }, 0.9)).toMatchObject(ends);
    const none = pooled.compute({ pooledDraws: drawsOf(Float64Array.of(3, 3)), residualFreedom }, 0.9);
    expect(none.status).toBe("no-spread");
  },
);

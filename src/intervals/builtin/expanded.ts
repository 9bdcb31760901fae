import { normalProbability } from "../distributions/normal.ts";
import { studentQuantile } from "../distributions/student-t.ts";
import { centralInterval } from "../draw-interval.ts";
import { noInterval } from "../interval.ts";
import { defineIntervalMethod } from "../method.ts";
import { tailsOf } from "../tails.ts";

export const expanded = defineIntervalMethod({
  name: "expanded",
  description:
    "the quantiles of the draws at levels as much further out as Student's t is wider than the normal, with the runs less the parameters as degrees of freedom",
  source: "after the expanded percentile interval of Hesterberg (2015)",
  needs: ["draws", "residualFreedom"],
  compute({ draws, residualFreedom }, level) {
    if (!(residualFreedom > 0)) return noInterval("no-freedom", draws.sorted.length, draws.dropped);
    return centralInterval(draws, expandedLevel(level, residualFreedom));
  },
});

/**
 * The level at which the normal's interval is as wide as Student's t interval of the given level: noise that was
 * estimated from few runs may have come out small.
 *
 * @param freedom degrees of freedom > 0; infinity leaves the level as it is
 */
export function expandedLevel(level: number, freedom: number): number {
  return 1 - 2 * normalProbability(studentQuantile(tailsOf(level).low, freedom));
}

import { centralInterval, reflect } from "../draw-interval.ts";
import { drawsOf } from "../draws.ts";
import { noInterval } from "../interval.ts";
import { defineIntervalMethod } from "../method.ts";

export const studentised = defineIntervalMethod({
  name: "studentised",
  description:
    "bootstrap-t: the estimate minus its standard error times quantiles of the draws' (draw - estimate) / standard error",
  source: "Davison & Hinkley (1997), equation 5.7",
  needs: ["estimate", "draws", "standardError", "replicateStandardErrors"],
  compute({ estimate, draws, standardError, replicateStandardErrors }, level) {
    const { values } = draws;
    if (replicateStandardErrors.length !== values.length) {
      throw new RangeError(`${replicateStandardErrors.length} standard errors of ${values.length} draws`);
    }
    // A replicate whose standard error is 0 or infinite has no t: it is dropped, and counted.
    const pivots = drawsOf(
      values.map((value, i) => {
        const error = replicateStandardErrors[i]!;
        return error > 0 && error < Number.POSITIVE_INFINITY ? (value - estimate) / error : Number.NaN;
      }),
    );
    const interval = centralInterval(pivots, level);
    if (!(standardError > 0 && standardError < Number.POSITIVE_INFINITY)) {
      return noInterval("no-standard-error", interval.draws, interval.dropped);
    }
    return reflect(interval, estimate, standardError);
  },
});

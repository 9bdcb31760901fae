import { studentQuantile } from "../distributions/student-t.ts";
import { noInterval } from "../interval.ts";
import { defineIntervalMethod } from "../method.ts";
import { tailsOf } from "../tails.ts";

export const delta = defineIntervalMethod({
  name: "delta",
  description:
    "the estimate and as many of its standard errors as the normal says, or Student's t for few degrees of freedom",
  source: "Davison & Hinkley (1997), section 2.7.1",
  needs: ["estimate", "standardError"],
  compute({ estimate, standardError, freedom = Number.POSITIVE_INFINITY }, level) {
    const { high } = tailsOf(level);
    if (!(standardError >= 0 && standardError < Number.POSITIVE_INFINITY && freedom > 0)) {
      return noInterval("no-standard-error");
    }
    const reach = studentQuantile(high, freedom) * standardError;
    return {
      ...noInterval(standardError === 0 ? "no-spread" : "ok"),
      lower: estimate - reach,
      upper: estimate + reach,
    };
  },
});

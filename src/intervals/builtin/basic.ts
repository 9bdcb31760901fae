import { centralInterval, reflect } from "../draw-interval.ts";
import { defineIntervalMethod } from "../method.ts";

export const basic = defineIntervalMethod({
  name: "basic",
  description: "the quantiles of the draws, mirrored about the estimate: 2 estimate - quantile",
  source: "Davison & Hinkley (1997), equation 5.6",
  needs: ["estimate", "draws"],
  compute: ({ estimate, draws }, level) => reflect(centralInterval(draws, level), 2 * estimate, 1),
});

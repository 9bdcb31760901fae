import { noInterval } from "../interval.ts";
import { defineIntervalMethod } from "../method.ts";
import { conformalReach } from "../past-errors.ts";

export const conformal = defineIntervalMethod({
  name: "conformal",
  description:
    "the estimate and the reach of past errors of predictions of known values; empirical, it knows nothing of the fit",
  source: "Vovk, Gammerman & Shafer (2005); Lei et al. (2018)",
  needs: ["estimate", "pastErrors"],
  compute({ estimate, pastErrors }, level) {
    const { below, above, used, dropped } = conformalReach(pastErrors, level);
    const isShort = !Number.isFinite(below) || !Number.isFinite(above);
    return {
      ...noInterval(isShort ? "few-errors" : "ok"),
      lower: estimate - below,
      upper: estimate + above,
      draws: used,
      dropped,
    };
  },
});

import { centralInterval } from "../draw-interval.ts";
import { defineIntervalMethod } from "../method.ts";

export const percentile = defineIntervalMethod({
  name: "percentile",
  description: "the quantiles of the draws",
  source: "Efron & Tibshirani (1993), chapter 13",
  needs: ["draws"],
  compute: ({ draws }, level) => centralInterval(draws, level),
});

import type { Unknown } from "./fit.ts";
import type { LinearFit } from "./linearise.ts";

/**
 * Intra-run correlation of a fit's residuals: the share of their variance that lies between runs, by analysis of variance
 * with random effects of runs of unequal length (Donner, 1986). 0 is as if points were independent, 1 as if a
 * run were one point; it can be below 0. Points of no run and of weight 0 are left out.
 */
export function intraRunCorrelation({ residual, run, weights, runs }: LinearFit): number | Unknown {
  const groups = runs.runs.map((): number[] => []);
  residual.forEach((r, i) => {
    if (run[i]! >= 0 && weights[i]! > 0) groups[run[i]!]!.push(r);
  });
  return groupCorrelation(groups.filter((group) => group.length > 0));
}

/** The same of groups of values, none of them empty. */
export function groupCorrelation(groups: readonly (readonly number[])[]): number | Unknown {
  if (groups.length < 2) return { reason: "fewer than two runs" };
  const count = groups.flat().length;
  if (count === groups.length) return { reason: "every run is one point" };
  const total = mean(groups.flat());
  let between = 0;
  let within = 0;
  for (const group of groups) {
    const own = mean(group);
    between += group.length * (own - total) ** 2;
    for (const x of group) within += (x - own) ** 2;
  }
  between /= groups.length - 1;
  within /= count - groups.length;
  const squares = groups.reduce((sum, { length }) => sum + length * length, 0);
  const typical = (count - squares / count) / (groups.length - 1);
  const all = between + (typical - 1) * within;
  return all > 0 ? (between - within) / all : { reason: "all residuals are the same" };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}

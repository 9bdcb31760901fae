import { mean, sum } from "../statistics.ts";
import type { ForecastQuantity } from "./document.ts";

/** A measured value of a fit run. */
export interface MeasuredRun {
  /** FLOPs at the end of training; NaN where they are not known. */
  c: number;
  /** NaN where the run was not measured. */
  value: number;
}

type Rival = ForecastQuantity["rivals"][number];

/**
 * What who fits no law would forecast: the value of the largest run, and a straight line in the logarithm of compute through all runs,
 * by least squares; of a share also of its logit.
 *
 * @param c FLOPs of the target
 * @param isShare whether the value is a share, from 0 to 1
 */
export function rivalsOf(measured: readonly MeasuredRun[], c: number, isShare: boolean): Rival[] {
  const runs = measured.filter(({ c, value }) => c > 0 && Number.isFinite(c) && Number.isFinite(value));
  const line = (name: string, through: readonly MeasuredRun[], back = (value: number) => value): Rival => {
    const flops = new Set(through.map((run) => run.c)).size;
    if (!(c > 0)) return { name, value: null, reason: "the compute of the target is not known" };
    if (flops < 2)
      return { name, value: null, reason: `${flops} amounts of compute have a value; allowed: 2 or more` };
    return { name, value: back(lineAt(through, Math.log(c))), reason: null };
  };
  const [first, ...others] = runs;
  const last = others.reduce((largest, run) => (run.c > largest!.c ? run : largest), first);
  const inside = runs.filter(({ value }) => value > 0 && value < 1);
  return [
    last === undefined
      ? { name: "last point", value: null, reason: "no run has compute and a value" }
      : { name: "last point", value: last.value, reason: null },
    line("line in log C", runs),
    ...(isShare
      ? [
          line(
            "line of the logit in log C",
            inside.map((run) => ({ c: run.c, value: Math.log(run.value / (1 - run.value)) })),
            (logit) => 1 / (1 + Math.exp(-logit)),
          ),
        ]
      : []),
  ];
}

/** The line of least squares through values against the logarithm of compute, at a place. */
function lineAt(runs: readonly MeasuredRun[], at: number): number {
  const x = runs.map(({ c }) => Math.log(c));
  const [meanX, meanY] = [mean(x), mean(runs.map(({ value }) => value))];
  const slope =
    sum(runs.map(({ value }, i) => (x[i]! - meanX) * (value - meanY))) /
    sum(x.map((place) => (place - meanX) ** 2));
  return meanY + slope * (at - meanX);
}

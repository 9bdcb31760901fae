import type { Verdict } from "../identifiability/determined.ts";
import { centralInterval, type Draws, drawsOf } from "../intervals/draws.ts";
import { judgeInterval } from "../intervals/judge.ts";
import type { Target } from "../methods/runs.ts";
import { rangeOfPredictions } from "../methods/value-range.ts";
import { worstOf } from "../plan/judge-predictions.ts";
import type { Evaluator } from "./evaluator.ts";
import type { CurvePoint, Ends, MixtureIdentity } from "./results.ts";
import { type MixtureSpace, type Shares, slicesOf } from "./space.ts";

/** What is predicted over the mixtures of one size: of a task, or the weighted mean of several. */
export class Surface {
  readonly tasks: readonly string[];
  /** 0 without a bootstrap. */
  readonly replicates: number;
  /** Whether the data determine what is predicted for mixtures. */
  readonly judge: (mixtures: readonly Shares[]) => Verdict[];
  readonly #evaluate: (shares: Shares, replicate: number | undefined) => number;
  /** Of mixtures that are asked for again: by the optimum of two sources, and by the set that the task is in. */
  readonly #kept = new Map<Shares, Float64Array>();

  constructor(
    tasks: readonly string[],
    replicates: number,
    evaluate: (shares: Shares, replicate: number | undefined) => number,
    judge: (mixtures: readonly Shares[]) => Verdict[],
  ) {
    this.judge = judge;
    this.tasks = tasks;
    this.replicates = replicates;
    this.#evaluate = evaluate;
  }

  /** @param replicate undefined for the fits of the data */
  at(shares: Shares, replicate?: number): number {
    const kept = replicate === undefined ? undefined : this.#kept.get(shares)?.[replicate];
    return kept ?? this.#evaluate(shares, replicate);
  }

  /** A statistic of each replicate. */
  draws(statistic: (replicate: number) => number): Draws {
    return drawsOf(Float64Array.from({ length: this.replicates }, (_, replicate) => statistic(replicate)));
  }

  /** The values of a mixture on each replicate, kept for when they are asked for again. */
  drawsAt(shares: Shares): Draws {
    const draws = this.draws((replicate) => this.at(shares, replicate));
    this.#kept.set(shares, draws.values);
    return draws;
  }
}

/** The surface of one cell's task. */
export function surfaceOfTask({ cell, at, judge, replicates }: Evaluator, target: Target): Surface {
  return new Surface(
    [cell.task],
    replicates,
    (shares, replicate) => at(target, shares, replicate),
    (mixtures) => judge(target, mixtures),
  );
}

/** The weighted mean of surfaces of one size, replicate by replicate. @param weights > 0, one a surface */
export function weightedMean(surfaces: readonly Surface[], weights: readonly number[]): Surface {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return new Surface(
    surfaces.flatMap(({ tasks }) => tasks),
    Math.min(...surfaces.map(({ replicates }) => replicates)),
    (shares, replicate) =>
      surfaces.reduce((sum, surface, i) => sum + weights[i]! * surface.at(shares, replicate), 0) / total,
    (mixtures) => {
      const ofTasks = surfaces.map((surface) => surface.judge(mixtures));
      return mixtures.map((_, m) => worstOf(ofTasks.map((verdicts) => verdicts[m]!)));
    },
  );
}

/** The interval of draws; none without a level. */
export function endsOf(draws: Draws, level: number | undefined): Ends {
  return level === undefined ? { lower: Number.NaN, upper: Number.NaN } : centralInterval(draws, level);
}

/**
 * The predicted values along the curves through a baseline, at each level of interval.
 *
 * @param levels one that is undefined for no interval
 */
export function curvePoints(
  surface: Surface,
  identity: MixtureIdentity,
  space: MixtureSpace,
  baseline: Shares,
  levels: readonly (number | undefined)[],
): CurvePoint[] {
  const range = rangeOfPredictions(identity.configuration);
  return slicesOf(space, baseline).flatMap(({ source, mixtures }) => {
    const verdicts = surface.judge(mixtures);
    return mixtures.flatMap((shares, m) => {
      const draws = surface.drawsAt(shares);
      const predicted = surface.at(shares);
      return levels.map((level) => {
        const interval = endsOf(draws, level);
        const judged = judgeInterval({ ...interval, status: "ok" }, predicted, range);
        const varied = space.sources[source]!;
        return { ...identity, varied, shares, predicted, verdict: verdicts[m]!, level, interval, ...judged };
      });
    });
  });
}

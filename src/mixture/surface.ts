import { type CellDraws, replicateReader } from "../bootstrap/bootstrap-cells.ts";
import type { Verdict } from "../identifiability/determined.ts";
import { centralInterval, type Draws, drawsOf } from "../intervals/draws.ts";
import { type Ends, judgeInterval } from "../intervals/interval.ts";
import type { Size, Target } from "../methods/runs.ts";
import { rangeOfPredictions } from "../methods/value-range.ts";
import { type PredictionJudge, worstOf } from "../plan/judge-predictions.ts";
import type { Cell } from "../plan/plan-sweep.ts";
import { fittedParameters } from "../plan/score.ts";
import type { SolveResult } from "../solve/problem.ts";
import { type MixtureSpace, type Shares, slicesOf } from "./space.ts";
import type { CurvePoint, MixtureIdentity } from "./study.ts";

/** Predicted values over the mixtures of one size: of a task, or the weighted mean of several tasks. */
export class Surface {
  readonly tasks: readonly string[];
  /** 0 without a bootstrap. */
  readonly replicates: number;
  /** Whether the data determine what is predicted for mixtures. */
  readonly judge: (mixtures: readonly Shares[]) => Verdict[];
  readonly #evaluate: (shares: Shares, replicate: number | undefined) => number;
  /** Values of mixtures that are used again: by the optimum of two sources, and by the set that the task is in. */
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

  /** The values of a mixture on each replicate, cached because they are used again. */
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

/** The interval of the draws; both ends are NaN without a level. */
export function endsOf(draws: Draws, level: number | undefined): Ends {
  return level === undefined ? { lower: Number.NaN, upper: Number.NaN } : centralInterval(draws, level);
}

/**
 * The predicted values along the curves through a baseline, at each level of interval.
 *
 * @param levels levels of the intervals; undefined for no interval
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

/** Predicted values of one cell over mixtures: of the fits of the data, and of each replicate. */
export interface Evaluator {
  cell: Cell;
  /**
   * @param target whose size it is
   * @param replicate undefined for the fits of the data
   * @returns NaN where there is no prediction
   */
  at(target: Target, shares: Shares, replicate: number | undefined): number;
  /** Whether the data determine what is predicted for mixtures. */
  judge(target: Target, mixtures: readonly Shares[]): Verdict[];
  /** 0 without a bootstrap. */
  replicates: number;
}

/**
 * The evaluator of a cell; undefined for a method that predicts only targets.
 *
 * @param sources in the order of the shares
 * @param options the cell's replicates, where it has been resampled, and the judge of its fits
 */
export function evaluatorOf(
  cell: Cell,
  sources: readonly string[],
  results: ReadonlyMap<string, SolveResult>,
  { draws, judge }: { draws: CellDraws | undefined; judge: PredictionJudge },
): Evaluator | undefined {
  const { plan } = cell;
  if (plan.at === undefined) return undefined;
  const at = plan.at.bind(plan);
  const fitted = fittedParameters(cell, results);
  const stages = draws?.outcomes.map((outcome) => outcome?.replicates) ?? [];
  const read = replicateReader(stages);
  // Every replicate is evaluated at the same mixtures.
  const mixes = new WeakMap<Shares, Size["mix"]>();
  const mixOf = (shares: Shares): NonNullable<Size["mix"]> => {
    const mix = mixes.get(shares) ?? new Map(sources.map((source, s) => [source, shares[s]!]));
    mixes.set(shares, mix);
    return mix;
  };
  let last = -1;
  let parameters: readonly (Float64Array | undefined)[] = [];
  return {
    cell,
    replicates: Math.max(0, ...stages.map((stage) => stage?.degenerate.length ?? 0)),
    judge({ n, d, c }, mixtures) {
      const sizes = mixtures.map((shares): Size => ({ n, d, c, mix: mixOf(shares) }));
      return judge.judge(cell, { predict: (given) => sizes.map((size) => at(given, size)), sizes });
    },
    at({ n, d, c }, shares, replicate) {
      if (replicate !== undefined && replicate !== last) {
        parameters = read(replicate);
        last = replicate;
      }
      return at(replicate === undefined ? fitted : parameters, { n, d, c, mix: mixOf(shares) });
    },
  };
}

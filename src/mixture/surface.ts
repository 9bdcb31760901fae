import { centralInterval } from "../intervals/draw-interval.ts";
import { type Draws, drawsOf } from "../intervals/draws.ts";
import type { Target } from "../methods/runs.ts";
import type { Evaluator } from "./evaluator.ts";
import type { Ends } from "./results.ts";
import type { Shares } from "./space.ts";

/** A cell in a set of tasks. */
export interface Weighed {
  evaluator: Evaluator;
  /** > 0 */
  weight: number;
}

/** What is predicted over the mixtures of one size: of a task, or the weighted mean of several. */
export class Surface {
  readonly tasks: readonly string[];
  readonly replicates: number;
  readonly #set: readonly Weighed[];
  readonly #target: Target;
  readonly #total: number;
  /** Of mixtures that are asked for again: the best of two sources is chosen from those of the curve. */
  readonly #kept = new Map<Shares, Float64Array>();

  constructor(set: readonly Weighed[], target: Target) {
    this.#set = set;
    this.#target = target;
    this.#total = set.reduce((sum, { weight }) => sum + weight, 0);
    this.tasks = set.map(({ evaluator }) => evaluator.cell.task);
    this.replicates = Math.min(...set.map(({ evaluator }) => evaluator.replicates));
  }

  /** @param replicate undefined for the fits of the data */
  at(shares: Shares, replicate?: number): number {
    const kept = replicate === undefined ? undefined : this.#kept.get(shares)?.[replicate];
    if (kept !== undefined) return kept;
    const sum = this.#set.reduce(
      (all, { evaluator, weight }) => all + weight * evaluator.at(this.#target, shares, replicate),
      0,
    );
    return sum / this.#total;
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

/** The interval of draws; none without a level. */
export function endsOf(draws: Draws, level: number | undefined): Ends {
  return level === undefined ? { lower: Number.NaN, upper: Number.NaN } : centralInterval(draws, level);
}

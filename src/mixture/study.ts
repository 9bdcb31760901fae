import type { CellDraws } from "../bootstrap/bootstrap-cells.ts";
import { replicateReader } from "../bootstrap/chain.ts";
import { UserError } from "../errors.ts";
import { centralInterval } from "../intervals/draw-interval.ts";
import { drawsOf } from "../intervals/draws.ts";
import type { Configuration } from "../methods/method.ts";
import type { Target } from "../methods/runs.ts";
import type { Size } from "../methods/size.ts";
import type { SolveResult } from "../solve/problem.ts";
import type { Cell } from "../sweep/plan-sweep.ts";
import { didYouMean } from "../tables/nearest.ts";
import { bestMixture, type Optimum } from "./optimum.ts";
import { type Shape, shapeOf } from "./shape.ts";
import { type MixtureSpace, type Shares, slicesOf } from "./space.ts";

/** A size whose mixtures are looked at. */
export interface MixtureSize {
  target: Target;
  baseline: Shares;
}

/** What is looked for. */
export interface MixturePlan {
  space: MixtureSpace;
  sizes: readonly MixtureSize[];
  /** Weight of each task in the set. */
  weights: ReadonlyMap<string, number>;
  levels: readonly number[];
}

/** A lower and an upper end; NaN where there is none. */
export interface Ends {
  lower: number;
  upper: number;
}

/** One mixture on a curve. */
export interface CurvePoint {
  configuration: Configuration;
  /** Undefined for the set of tasks. */
  cell: Cell | undefined;
  task: string;
  target: string;
  /** The source whose share is varied. */
  varied: string;
  shares: Shares;
  predicted: number;
  level: number | undefined;
  interval: Ends;
}

/** The best mixture of a task, or of the set, at one size. */
export interface BestMixture {
  configuration: Configuration;
  cell: Cell | undefined;
  task: string;
  /** Tasks that it is best for: one, or those of the set that can be predicted. */
  tasks: readonly string[];
  target: string;
  optimum: Optimum;
  baseline: Optimum;
  /** How much better than the baseline it is; of losses, how much lower. */
  gain: number;
  /** Along the varied one of two sources; undefined for more. */
  shape: Shape | undefined;
  /** Sources whose share is at an end of its range. */
  atEnds: readonly string[];
  level: number | undefined;
  /** Of the optimum's share of each source: where the replicates have their own optimum. */
  shares: readonly Ends[];
  /** Of what this mixture gives. */
  predicted: Ends;
  /** Of this mixture's gain. */
  gains: Ends;
  /** Share of the replicates in which this mixture is better than the baseline. */
  better: number;
  /** Replicates that have a value. */
  draws: number;
}

/** What a study of mixtures found. */
export interface MixtureResults {
  curves: CurvePoint[];
  optima: BestMixture[];
}

/** Predicted values of one task of one configuration: of the data, and of each replicate. */
interface Evaluator {
  cell: Cell;
  /** @param replicate undefined for the fit of the data */
  at(target: Target, shares: Shares, replicate: number | undefined): number;
  /** 0 without a bootstrap. */
  replicates: number;
}

/** Name of the set of tasks in result tables. */
export const TASK_SET = "weighted set";

/**
 * Predicted values over mixtures, task by task and for a weighted set of tasks, with their optima (Chen et al., 2025,
 * section 6.1). The replicates of a configuration's tasks are of the same draws of runs, so the set is weighed replicate
 * by replicate.
 */
export class MixtureStudy {
  readonly #plan: MixturePlan;
  readonly #evaluators = new Map<Configuration, Evaluator[]>();

  constructor(plan: MixturePlan) {
    this.#plan = plan;
  }

  /** Takes the fits of the data of a cell, and its replicates where it has been resampled. */
  add(cell: Cell, results: ReadonlyMap<string, SolveResult>, draws?: CellDraws): void {
    const { plan, keys, configuration } = cell;
    const { sources } = this.#plan.space;
    if (plan.at === undefined) return;
    const at = plan.at.bind(plan);
    const fitted = keys.map((key) => {
      const result = key === undefined ? undefined : results.get(key);
      return result !== undefined && "solution" in result ? result.solution.parameters : undefined;
    });
    const stages = draws?.outcomes.map((outcome) => outcome?.replicates);
    const read = stages && replicateReader(stages);
    const sizeOf = (target: Target, shares: Shares): Size => {
      const mix = new Map(sources.map((source, s) => [source, shares[s]!]));
      return { n: target.n, d: target.d, c: target.c, mix };
    };
    let last = -1;
    let parameters: readonly (Float64Array | undefined)[] = [];
    const evaluator: Evaluator = {
      cell,
      replicates: Math.max(0, ...(stages ?? []).map((stage) => stage?.degenerate.length ?? 0)),
      at(target, shares, replicate) {
        if (replicate !== undefined && replicate !== last) {
          parameters = read?.(replicate) ?? [];
          last = replicate;
        }
        return at(replicate === undefined ? fitted : parameters, sizeOf(target, shares));
      },
    };
    const own = this.#evaluators.get(configuration) ?? [];
    this.#evaluators.set(configuration, [...own, evaluator]);
  }

  finish(): MixtureResults {
    const found: MixtureResults = { curves: [], optima: [] };
    const { sizes, weights } = this.#plan;
    for (const [configuration, evaluators] of this.#evaluators) {
      for (const size of sizes) {
        const able = evaluators.filter(({ at }) => !Number.isNaN(at(size.target, size.baseline, undefined)));
        for (const one of able) this.#study(found, configuration, size, [{ ...one, weight: 1 }], one.cell);
        const set = able.flatMap((one) => {
          const weight = weights.get(one.cell.task) ?? 0;
          return weight > 0 ? [{ ...one, weight }] : [];
        });
        if (set.length > 1) this.#study(found, configuration, size, set, undefined);
      }
    }
    return found;
  }

  #study(
    found: MixtureResults,
    configuration: Configuration,
    { target, baseline }: MixtureSize,
    set: readonly (Evaluator & { weight: number })[],
    cell: Cell | undefined,
  ): void {
    const { space, levels } = this.#plan;
    const total = set.reduce((sum, { weight }) => sum + weight, 0);
    const evaluate = (shares: Shares, replicate?: number): number =>
      set.reduce((sum, { at, weight }) => sum + weight * at(target, shares, replicate), 0) / total;
    // The mixtures of the curves are those that the best of two sources is chosen from.
    const kept = new Map<Shares, Float64Array>();
    const value = (shares: Shares, replicate?: number): number =>
      (replicate === undefined ? undefined : kept.get(shares)?.[replicate]) ?? evaluate(shares, replicate);
    const sign = configuration.predicts === "loss" ? -1 : 1;
    const replicates = Array.from({ length: Math.min(...set.map((one) => one.replicates)) }, (_, i) => i);
    const task = cell?.task ?? TASK_SET;
    const common = { configuration, cell, task, target: target.name };
    const isResampled = replicates.length > 0;
    const ofReplicates = (statistic: (replicate: number) => number) =>
      drawsOf(Float64Array.from(replicates, statistic));
    const asked = isResampled ? levels : [undefined];
    const endsOf = (draws: ReturnType<typeof drawsOf>, level: number | undefined): Ends =>
      level === undefined ? { lower: Number.NaN, upper: Number.NaN } : centralInterval(draws, level);

    const slices = slicesOf(space, baseline);
    for (const { source, mixtures } of slices) {
      for (const shares of mixtures) {
        const draws = ofReplicates((replicate) => value(shares, replicate));
        kept.set(shares, draws.values);
        for (const level of asked) {
          found.curves.push({
            ...common,
            varied: space.sources[source]!,
            shares,
            predicted: value(shares),
            level,
            interval: endsOf(draws, level),
          });
        }
      }
    }

    const optimum = bestMixture(space, value, sign);
    if (optimum === undefined) return;
    const atBaseline = value(baseline);
    const gainOf = (replicate?: number) =>
      sign * (value(optimum.shares, replicate) - value(baseline, replicate));
    const ownOptima = replicates.map((replicate) =>
      bestMixture(space, (shares) => value(shares, replicate), sign, optimum.shares),
    );
    const shareDraws = space.sources.map((_, s) =>
      drawsOf(Float64Array.from(ownOptima, (own) => own?.shares[s] ?? Number.NaN)),
    );
    const predictedDraws = ofReplicates((replicate) => value(optimum.shares, replicate));
    const gainDraws = ofReplicates(gainOf);
    for (const level of asked) {
      found.optima.push({
        ...common,
        tasks: set.map((one) => one.cell.task),
        optimum,
        baseline: { shares: baseline, value: atBaseline },
        gain: gainOf(),
        shape: slices.length === 1 ? shapeOf(slices[0]!.mixtures.map((shares) => value(shares))) : undefined,
        atEnds: endsReached(space, optimum.shares),
        level,
        shares: shareDraws.map((draws) => endsOf(draws, level)),
        predicted: endsOf(predictedDraws, level),
        gains: endsOf(gainDraws, level),
        better: shareAbove0(gainDraws.sorted),
        draws: gainDraws.sorted.length,
      });
    }
  }
}

function shareAbove0(sorted: Float64Array): number {
  return sorted.length === 0 ? Number.NaN : sorted.filter((gain) => gain > 0).length / sorted.length;
}

/** Sources whose share is as small or as large as is allowed; of two sources, the varied one alone. */
function endsReached(space: MixtureSpace, shares: Shares): string[] {
  const { sources, varied, lower, upper } = space;
  if (sources.length === 2) {
    const ends = slicesOf(space, [])[0]!.mixtures;
    const share = shares[varied];
    return share === ends[0]![varied] || share === ends.at(-1)![varied] ? [sources[varied]!] : [];
  }
  return sources.filter((_, s) => shares[s]! <= lower[s]! || shares[s]! >= upper[s]!);
}

/** @throws UserError for a task with a weight that the sweep has not */
export function checkWeights(
  weights: Readonly<Record<string, number>>,
  tasks: readonly string[],
  where: string,
): void {
  const unknown = Object.keys(weights).find((task) => !tasks.includes(task));
  if (unknown === undefined) return;
  throw new UserError(
    `${where}.weights: unknown task ${JSON.stringify(unknown)}; allowed: ${tasks.join(", ")}${didYouMean(unknown, tasks)}`,
  );
}

import type { CellDraws } from "../bootstrap/bootstrap-cells.ts";
import { getOrInsert } from "../collections.ts";
import type { Verdict } from "../identifiability/determined.ts";
import type { Ends, Judgement } from "../intervals/interval.ts";
import type { Configuration } from "../methods/method.ts";
import type { Target } from "../methods/runs.ts";
import type { PredictionJudge } from "../plan/judge-predictions.ts";
import type { Cell } from "../plan/plan-sweep.ts";
import type { SolveResult } from "../solve/problem.ts";
import { bestOf, type Optimum, type Shape } from "./best.ts";
import { type MixtureSpace, type Shares, slicesOf } from "./space.ts";
import {
  curvePoints,
  type Evaluator,
  evaluatorOf,
  type Surface,
  surfaceOfTask,
  weightedMean,
} from "./surface.ts";

/** A size whose mixtures are searched. */
interface MixtureSize {
  target: Target;
  baseline: Shares;
}

/** The settings of a search for mixtures. */
export interface MixturePlan {
  space: MixtureSpace;
  sizes: readonly MixtureSize[];
  /** Weight of each task in the set. */
  weights: ReadonlyMap<string, number>;
  levels: readonly number[];
}

/** Name of the set of tasks in result tables. */
export const TASK_SET = "weighted set";

/**
 * Predicted values over mixtures, task by task and for a weighted set of tasks, with their optima (Chen et al., 2025,
 * section 6.1). The replicates of a configuration's tasks have the same draws of runs, so the set is weighted replicate
 * by replicate.
 */
export class MixtureStudy {
  readonly #plan: MixturePlan;
  readonly #evaluators = new Map<Configuration, Evaluator[]>();

  constructor(plan: MixturePlan) {
    this.#plan = plan;
  }

  /** Takes the fits of the data of a cell with their judge, and its replicates where it has been resampled. */
  add(
    cell: Cell,
    results: ReadonlyMap<string, SolveResult>,
    judge: PredictionJudge,
    draws?: CellDraws,
  ): void {
    const evaluator = evaluatorOf(cell, this.#plan.space.sources, results, { draws, judge });
    if (evaluator === undefined) return;
    getOrInsert(this.#evaluators, cell.configuration, (): Evaluator[] => []).push(evaluator);
  }

  finish(): MixtureResults {
    const results: MixtureResults = { curves: [], optima: [] };
    for (const [configuration, evaluators] of this.#evaluators) {
      for (const size of this.#plan.sizes) {
        for (const { cell, surface } of this.#asked(evaluators, size)) {
          const levels = surface.replicates > 0 ? this.#plan.levels : [undefined];
          const identity = { configuration, cell, task: cell?.task ?? TASK_SET, target: size.target.name };
          const { space } = this.#plan;
          // The curves come first, because the optimum is chosen from their cached values. The set comes last and uses the caches of its tasks.
          results.curves.push(...curvePoints(surface, identity, space, size.baseline, levels));
          results.optima.push(...bestOf(surface, identity, space, size.baseline, levels));
        }
      }
    }
    return results;
  }

  /** Each task with a prediction for some mixture, and the set of those with a weight if there are several. */
  #asked(
    evaluators: readonly Evaluator[],
    { target, baseline }: MixtureSize,
  ): { cell: Cell | undefined; surface: Surface }[] {
    const { space, weights } = this.#plan;
    const tried = [baseline, ...slicesOf(space, baseline).flatMap(({ mixtures }) => mixtures)];
    const single = evaluators
      .map((evaluator) => ({ cell: evaluator.cell, surface: surfaceOfTask(evaluator, target) }))
      .filter(({ surface }) => tried.some((shares) => !Number.isNaN(surface.at(shares))));
    const weightOf = ({ cell }: { cell: Cell }) => weights.get(cell.task) ?? 0;
    const set = single.filter((task) => weightOf(task) > 0);
    if (set.length < 2) return single;
    const surface = weightedMean(
      set.map((task) => task.surface),
      set.map(weightOf),
    );
    return [...single, { cell: undefined, surface }];
  }
}

/** Identity of a prediction over mixtures. */
export interface MixtureIdentity {
  configuration: Configuration;
  /** The task; undefined for the set of tasks. */
  cell: Cell | undefined;
  task: string;
  /** Target whose size is predicted. */
  target: string;
}

/** One mixture on a curve. */
export interface CurvePoint extends MixtureIdentity, Judgement {
  /** The source whose share is varied. */
  varied: string;
  shares: Shares;
  predicted: number;
  /** Whether the data determine it. */
  verdict: Verdict;
  level: number | undefined;
  interval: Ends;
}

/** The best mixture of a task, or of the set, at one size. */
export interface BestMixture extends MixtureIdentity, Judgement {
  /** Tasks for which it is the best: one, or those of the set that can be predicted. */
  tasks: readonly string[];
  optimum: Optimum;
  /** Whether the data determine its predicted value. */
  verdict: Verdict;
  baseline: Optimum;
  /** How much better than the baseline it is; of losses, how much lower. */
  gain: number;
  /** Shape of the predicted value along the varied one of two sources; undefined for more sources. */
  shape: Shape | undefined;
  /** Sources whose share is at an end of its range. */
  atEnds: readonly string[];
  level: number | undefined;
  /** Interval of the optimum's share of each source, from the optimum of each replicate. */
  shares: readonly Ends[];
  /** Interval of this mixture's predicted value. */
  predicted: Ends;
  /** Interval of this mixture's gain. */
  gains: Ends;
  /** Share of the replicates in which this mixture is better than the baseline. */
  better: number;
  /** Number of replicates with a value. */
  draws: number;
}

/** The results of a study of mixtures. */
export interface MixtureResults {
  curves: CurvePoint[];
  optima: BestMixture[];
}

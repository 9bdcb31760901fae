import type { CellDraws } from "../bootstrap/bootstrap-cells.ts";
import type { Configuration } from "../methods/method.ts";
import type { Target } from "../methods/runs.ts";
import type { PredictionJudge } from "../plan/judge-predictions.ts";
import type { Cell } from "../plan/plan-sweep.ts";
import type { SolveResult } from "../solve/problem.ts";
import { bestOf } from "./best.ts";
import { type Evaluator, evaluatorOf } from "./evaluator.ts";
import type { MixtureResults } from "./results.ts";
import { type MixtureSpace, type Shares, slicesOf } from "./space.ts";
import { curvePoints, type Surface, surfaceOfTask, weightedMean } from "./surface.ts";

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

/** Name of the set of tasks in result tables. */
export const TASK_SET = "weighted set";

/**
 * Predicted values over mixtures, task by task and for a weighted set of tasks, with their optima (Chen et al., 2025,
 * section 6.1). The replicates of a configuration's tasks are of the same draws of runs, so the set is weighed replicate
 * by replicate.
 */
export class MixtureStudy {
  readonly #plan: MixturePlan;
  readonly #judge: PredictionJudge;
  readonly #evaluators = new Map<Configuration, Evaluator[]>();

  /** @param judge of the sweep's fits */
  constructor(plan: MixturePlan, judge: PredictionJudge) {
    this.#plan = plan;
    this.#judge = judge;
  }

  /** Takes the fits of the data of a cell, and its replicates where it has been resampled. */
  add(cell: Cell, results: ReadonlyMap<string, SolveResult>, draws?: CellDraws): void {
    const evaluator = evaluatorOf(cell, this.#plan.space.sources, results, { draws, judge: this.#judge });
    if (evaluator === undefined) return;
    const own = this.#evaluators.get(cell.configuration) ?? [];
    this.#evaluators.set(cell.configuration, [...own, evaluator]);
  }

  finish(): MixtureResults {
    const found: MixtureResults = { curves: [], optima: [] };
    for (const [configuration, evaluators] of this.#evaluators) {
      for (const size of this.#plan.sizes) {
        for (const { cell, surface } of this.#asked(evaluators, size)) {
          const levels = surface.replicates > 0 ? this.#plan.levels : [undefined];
          const identity = { configuration, cell, task: cell?.task ?? TASK_SET, target: size.target.name };
          const { space } = this.#plan;
          // The curves first: what they keep, the optimum is chosen from. The set comes last, and takes what its tasks keep.
          found.curves.push(...curvePoints(surface, identity, space, size.baseline, levels));
          found.optima.push(...bestOf(surface, identity, space, size.baseline, levels));
        }
      }
    }
    return found;
  }

  /** Each task that some mixture can be predicted for, and the set of those with a weight where there are several. */
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
    const set = single.filter((one) => weightOf(one) > 0);
    if (set.length < 2) return single;
    const surface = weightedMean(
      set.map((one) => one.surface),
      set.map(weightOf),
    );
    return [...single, { cell: undefined, surface }];
  }
}

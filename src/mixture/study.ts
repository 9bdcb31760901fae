import type { CellDraws } from "../bootstrap/bootstrap-cells.ts";
import type { Configuration } from "../methods/method.ts";
import type { Target } from "../methods/runs.ts";
import type { SolveResult } from "../solve/problem.ts";
import type { Cell } from "../sweep/plan-sweep.ts";
import { bestOf } from "./best.ts";
import { curvePoints } from "./curves.ts";
import { type Evaluator, evaluatorOf } from "./evaluator.ts";
import type { MixtureResults } from "./results.ts";
import { type MixtureSpace, type Shares, slicesOf } from "./space.ts";
import { Surface, type Weighed } from "./surface.ts";

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
  readonly #evaluators = new Map<Configuration, Evaluator[]>();

  constructor(plan: MixturePlan) {
    this.#plan = plan;
  }

  /** Takes the fits of the data of a cell, and its replicates where it has been resampled. */
  add(cell: Cell, results: ReadonlyMap<string, SolveResult>, draws?: CellDraws): void {
    const evaluator = evaluatorOf(cell, this.#plan.space.sources, results, draws);
    if (evaluator === undefined) return;
    const own = this.#evaluators.get(cell.configuration) ?? [];
    this.#evaluators.set(cell.configuration, [...own, evaluator]);
  }

  finish(): MixtureResults {
    const found: MixtureResults = { curves: [], optima: [] };
    for (const [configuration, evaluators] of this.#evaluators) {
      for (const size of this.#plan.sizes) {
        for (const { cell, set } of this.#asked(evaluators, size)) {
          const surface = new Surface(set, size.target);
          const levels = surface.replicates > 0 ? this.#plan.levels : [undefined];
          const identity = { configuration, cell, task: cell?.task ?? TASK_SET, target: size.target.name };
          const { space } = this.#plan;
          // The curves first: what they keep, the optimum is chosen from.
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
  ): { cell: Cell | undefined; set: Weighed[] }[] {
    const { space, weights } = this.#plan;
    const tried = [baseline, ...slicesOf(space, baseline).flatMap(({ mixtures }) => mixtures)];
    const able = evaluators.filter(({ at }) =>
      tried.some((shares) => !Number.isNaN(at(target, shares, undefined))),
    );
    const set = able.flatMap((evaluator): Weighed[] => {
      const weight = weights.get(evaluator.cell.task) ?? 0;
      return weight > 0 ? [{ evaluator, weight }] : [];
    });
    const single = able.map((evaluator) => ({ cell: evaluator.cell, set: [{ evaluator, weight: 1 }] }));
    return set.length > 1 ? [...single, { cell: undefined, set }] : single;
  }
}

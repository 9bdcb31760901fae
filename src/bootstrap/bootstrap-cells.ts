import type { Backend } from "../solve/kernel.ts";
import type { SolveResult } from "../solve/problem.ts";
import type { Cell, SweepPlan } from "../sweep/plan-sweep.ts";
import { chainReplicates, type TargetDraws } from "./chain.ts";
import { type BootstrapPlan, planBootstrap, type StageUse } from "./plan-bootstrap.ts";
import { resampleUse, type StageOutcome, type UseOptions } from "./resample-use.ts";
import type { Bootstrap } from "./spec.ts";

export type { StageOutcome };

/** One cell, resampled. */
export interface CellDraws {
  cell: Cell;
  /** Targets whose stages all have replicates. */
  targets: readonly TargetDraws[];
  /** Of each stage; undefined where it has no solution. */
  uses: readonly (StageUse | undefined)[];
  /** Of each stage; undefined where it has no replicates. */
  outcomes: readonly (StageOutcome | undefined)[];
}

export interface BootstrapCellsOptions extends UseOptions {
  /** Called as problems are resampled. */
  onProgress?: ((done: number, total: number) => void) | undefined;
  /** Told of each distinct problem, as a stage, what became of it. */
  onOutcome?: ((use: StageUse, outcome: StageOutcome) => void) | undefined;
}

/**
 * Resamples the stages of all cells, each distinct one once, and chains the replicates of each cell. Cells come task by
 * task, so that the replicates of few problems are held at a time. The draws depend on the seed and the runs alone.
 */
export async function* bootstrapCells(
  backend: Backend,
  sweep: SweepPlan,
  results: ReadonlyMap<string, SolveResult>,
  bootstrap: Bootstrap,
  options: BootstrapCellsOptions & { plan?: BootstrapPlan },
): AsyncGenerator<CellDraws> {
  const { uses, keys } = options.plan ?? planBootstrap(sweep, results, bootstrap);
  const cells = taskByTask(sweep);
  const wanted = [...new Set(cells.flatMap(({ id }) => keys[id]!))].filter(
    (key): key is string => key !== undefined && uses.get(key)!.skipped === undefined,
  );
  const left = new Map(wanted.map((key) => [key, uses.get(key)!.cells]));
  const started = new Map<string, Promise<StageOutcome>>();
  const ahead = resampledAhead(backend);
  let done = 0;
  const start = (key: string): void => {
    const use = uses.get(key)!;
    // Those that it is made with stand before it, in the same cells.
    const before = use.after.map((one) => started.get(one)!);
    const work = resampleUse(backend, { use, uses, bootstrap }, before, options).then((outcome) => {
      options.onProgress?.(++done, wanted.length);
      options.onOutcome?.(use, outcome);
      return outcome;
    });
    // Its failure is reported where it is awaited; until then it is not an unhandled one.
    work.catch(() => {});
    started.set(key, work);
  };
  // Cells take the problems in the order of `wanted`: those of this cell are started, and some of the next ones.
  let reached = 0;
  let next = 0;
  for (const cell of cells) {
    const own = keys[cell.id]!;
    while (reached < wanted.length && own.includes(wanted[reached])) reached++;
    while (next < Math.min(reached + ahead, wanted.length)) start(wanted[next++]!);
    const outcomes = await Promise.all(own.map((key) => (key === undefined ? undefined : started.get(key))));
    const stages = outcomes.map((outcome) => outcome?.replicates);
    yield {
      cell,
      targets: chainReplicates(cell.plan, stages, bootstrap.resamples),
      uses: own.map((key) => (key === undefined ? undefined : uses.get(key))),
      outcomes,
    };
    for (const key of own) {
      if (key === undefined || !left.has(key)) continue;
      left.set(key, left.get(key)! - 1);
      if (left.get(key) === 0) started.delete(key);
    }
  }
}

/** Problems that are resampled before a cell asks for them, at most: more only fill memory. */
const MOST_AHEAD = 64;

/** How many problems are resampled at a time. */
export function resampledAhead({ concurrency }: Backend): number {
  return Math.max(3, Math.min(concurrency, MOST_AHEAD));
}

function taskByTask({ cells, tasks }: SweepPlan): Cell[] {
  const place = new Map(tasks.map((task, i) => [task, i]));
  return cells.toSorted((a, b) => place.get(a.task)! - place.get(b.task)! || a.id - b.id);
}

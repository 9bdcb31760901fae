import type { Cell, SweepPlan } from "../plan/plan-sweep.ts";
import type { Backend } from "../solve/kernel.ts";
import type { BootstrapPlan } from "./plan-bootstrap.ts";
import { isPooled } from "./resample-forms.ts";
import { resampleUse, type StageOutcome, type UseOptions } from "./resample-use.ts";
import type { Bootstrap } from "./spec.ts";

/** Largest number of problems that are resampled at a time. */
const MOST_AT_ONCE = 64;

/** Bytes of replicates that may wait for the cells that need them: more only fill memory. */
const MOST_WAITING = 32 << 20;

/** How many problems are resampled at a time. */
export function resampledAtOnce({ concurrency }: Pick<Backend, "concurrency">): number {
  return Math.max(3, Math.min(concurrency, MOST_AT_ONCE));
}

/**
 * The stages of a sweep's cells, resampled: each distinct one once, in the order in which the cells need them, and ahead of
 * these. Once begun, it goes on while the caller does other work and lets events be handled.
 */
export class ResampledUses {
  /** Cells task by task, so that the replicates of few problems are held at a time. */
  readonly cells: readonly Cell[];
  /** Number of problems to be resampled, and of those that are. */
  readonly total: number;
  done = 0;
  /** Called when another one is done. */
  onDone: (() => void) | undefined;
  readonly #backend: Backend;
  readonly #plan: BootstrapPlan;
  readonly #bootstrap: Bootstrap;
  readonly #options: UseOptions;
  /** Keys of the uses in the order in which the cells need them. */
  readonly #wanted: readonly string[];
  /** Of each use the number of cells that still need it. */
  readonly #left: Map<string, number>;
  readonly #started = new Map<string, Promise<StageOutcome>>();
  /** Number of the uses that the cells until now needed, and of those that are started. */
  #reached = 0;
  #next = 0;
  /** Bytes of the replicates of those that are started and that no cell needed yet. */
  #waiting = 0;

  constructor(
    backend: Backend,
    sweep: Pick<SweepPlan, "cells" | "tasks">,
    plan: BootstrapPlan,
    bootstrap: Bootstrap,
    options: UseOptions,
  ) {
    this.#backend = backend;
    this.#plan = plan;
    this.#bootstrap = bootstrap;
    this.#options = options;
    const { uses, keys } = plan;
    this.cells = taskByTask(sweep);
    this.#wanted = [...new Set(this.cells.flatMap(({ id }) => keys[id]!))].filter(
      (key): key is string => key !== undefined && uses.get(key)!.skipped === undefined,
    );
    this.total = this.#wanted.length;
    this.#left = new Map(this.#wanted.map((key) => [key, uses.get(key)!.cells]));
  }

  /** Begins to resample ahead of the first cell. */
  begin(): void {
    const most = resampledAtOnce(this.#backend);
    while (this.#next < this.total && this.#next - this.done < most) {
      if (this.#next >= this.#reached + most && this.#waiting > MOST_WAITING) return;
      this.#startNext();
    }
  }

  /**
   * The outcome of each stage of a cell; undefined where a stage is not resampled. Cells are asked for in their order; after
   * `release` of the last one that shares a stage it is forgotten.
   */
  of({ id }: Cell): Promise<(StageOutcome | undefined)[]> {
    const keys = this.#plan.keys[id]!;
    while (this.#reached < this.total && keys.includes(this.#wanted[this.#reached])) {
      // What this cell needs is started, however much is under way.
      if (this.#next === this.#reached) this.#startNext();
      this.#waiting -= this.#bytesOf(this.#wanted[this.#reached++]!);
    }
    this.begin();
    return Promise.all(keys.map((key) => (key === undefined ? undefined : this.#started.get(key))));
  }

  release({ id }: Cell): void {
    for (const key of this.#plan.keys[id]!) {
      const left = key === undefined ? undefined : this.#left.get(key);
      if (key === undefined || left === undefined) continue;
      this.#left.set(key, left - 1);
      if (left === 1) this.#started.delete(key);
    }
  }

  #startNext(): void {
    const key = this.#wanted[this.#next++]!;
    this.#waiting += this.#bytesOf(key);
    const { uses } = this.#plan;
    const use = uses.get(key)!;
    // The uses that it is made with come before it, in the same cells.
    const before = use.after.map((stageKey) => this.#started.get(stageKey)!);
    const request = { use, uses, bootstrap: this.#bootstrap };
    const work = resampleUse(this.#backend, request, before, this.#options);
    this.#started.set(key, work);
    work.then(
      () => {
        this.done++;
        this.onDone?.();
        this.begin();
      },
      // Its failure is reported where it is awaited; until then it is not an unhandled one.
      () => {},
    );
  }

  #bytesOf(key: string): number {
    const use = this.#plan.uses.get(key)!;
    const { intervals, resamples } = this.#bootstrap;
    const bytes = resamples * (1 + 8 * use.problem.form.parameterNames.length);
    return isPooled(intervals, use) ? 2 * bytes : bytes;
  }
}

function taskByTask({ cells, tasks }: Pick<SweepPlan, "cells" | "tasks">): Cell[] {
  const place = new Map(tasks.map((task, i) => [task, i]));
  return cells.toSorted((a, b) => place.get(a.task)! - place.get(b.task)! || a.id - b.id);
}

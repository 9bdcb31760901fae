import { createHash } from "node:crypto";
import type { StageUse } from "../bootstrap/plan-bootstrap.ts";
import type { Bootstrap } from "../bootstrap/spec.ts";
import type { Form } from "../forms/form.ts";
import type { Meter } from "../plan/meter.ts";
import { problemKey } from "../plan/shared-problems.ts";
import { kernelHash } from "../solve/paths.ts";
import type { Problem, SolveOptions } from "../solve/problem.ts";
import { defaultIterationLimit } from "../solve/solve.ts";
import type { PreparedSweep } from "../spec/prepare-sweep.ts";
import { version } from "../version.ts";
import type { Ownership } from "./shard.ts";

/** What all numbers of a job depend on, beside what is solved. */
interface WorkContext {
  /** Kind of backend: bits are the same on all machines of a kind (docs/solver.md), not between kinds. */
  backend: string;
  /** SHA-256 of each file of the table. */
  tables: readonly string[];
}

/** Hash of the kernels' sources. */
export function kernelVersion(): string {
  return kernelHash("").slice(0, 16);
}

/** Keys of finished work: hashes, 32 hexadecimal digits, of everything that its numbers depend on. */
export class WorkKeys {
  readonly #context: string;
  readonly #sources = new WeakMap<Form, string>();

  constructor({ backend, tables }: WorkContext) {
    this.#context = JSON.stringify([version, kernelVersion(), backend, tables]);
  }

  /** Of a problem, solved. */
  solved(
    problem: Problem,
    { starts = 256, seed = 0, iterationLimit = defaultIterationLimit }: SolveOptions,
  ): string {
    // The key names the random numbers; the content may differ from it (a parameter held).
    return this.#hash(
      "solved",
      problem.key,
      problemKey(problem),
      this.#source(problem),
      starts,
      seed,
      iterationLimit,
    );
  }

  /**
   * Of a stage, resampled.
   *
   * @param uses of the same plan: those that it is made with among them
   */
  resampled(
    use: StageUse,
    uses: ReadonlyMap<string, StageUse>,
    bootstrap: Bootstrap,
    { seed, leftOut }: { seed: number; leftOut: boolean },
  ): string {
    const { population, solution } = use;
    const { scheme, resamples, blockLength, freshStarts } = bootstrap;
    const before = use.after.map((key) => this.resampled(uses.get(key)!, uses, bootstrap, { seed, leftOut }));
    return this.#hash(
      ...[
        "resampled",
        use.key,
        this.#source(use.problem),
        population.name,
        population.runs,
        population.strata,
      ],
      ...[Buffer.from(solution.parameters.slice().buffer).toString("hex"), use.isApart, before],
      ...[scheme.name, resamples, blockLength, freshStarts, seed, leftOut],
    );
  }

  #source({ form, training }: Problem): string {
    if (training) return form.trainingSource;
    const known = this.#sources.get(form) ?? form.kernelSource;
    this.#sources.set(form, known);
    return known;
  }

  #hash(...parts: readonly unknown[]): string {
    return createHash("sha256")
      .update(this.#context)
      .update(JSON.stringify(parts))
      .digest("hex")
      .slice(0, 32);
  }
}

/** Fits that a sweep will make, as far as that can be told before: of a phase each. */
export interface PlannedFits {
  /** Problems that can be solved. */
  problems: number;
  solve: number;
  bootstrap: number;
  /** Cuts are smaller sweeps: taken as the sweep itself, each. */
  backtest: number;
}

type Planned = Pick<PreparedSweep, "sweep" | "plan" | "cuts">;

/** Counts the fits of a prepared sweep. @param ownership of the shard that is to be run */
export function countFits({ sweep, plan, cuts }: Planned, ownership?: Ownership): PlannedFits {
  const { shared } = plan;
  const open = shared.problems.filter(
    ({ key }) => !shared.unsolvable.has(key) && (ownership?.owns(key) ?? true),
  );
  const { starts } = sweep.solve;
  const { bootstrap } = sweep;
  const replicates = bootstrap === undefined ? 0 : bootstrap.resamples * (1 + bootstrap.freshStarts);
  const once = { solve: open.length * starts, bootstrap: open.length * replicates };
  return {
    problems: open.length,
    ...once,
    backtest: (cuts?.cuts.length ?? 0) * (once.solve + once.bootstrap),
  };
}

/** Tells a meter what is planned. */
export function planFits(meter: Meter, prepared: Planned, ownership?: Ownership): void {
  const { solve, bootstrap, backtest } = countFits(prepared, ownership);
  meter.plan("solve", solve);
  meter.plan("bootstrap", bootstrap);
  meter.plan("backtest", backtest);
  meter.cellsPlanned(prepared.plan.cells.length);
}

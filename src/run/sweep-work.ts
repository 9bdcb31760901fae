import type { ResampleSession } from "../bootstrap/resample-use.ts";
import { Interrupted, stopIfAsked } from "../plan/interrupted.ts";
import { type Solver, type SolverSession, solverSession } from "../plan/solver.ts";
import type { KernelCounts, SolveOptions } from "../solve/problem.ts";
import { type PreparedSweep, type PrepareOptions, prepareSweep } from "../spec/prepare-sweep.ts";
import type { ResolvedSweep } from "../spec/resolve.ts";
import type { SweepSpec } from "../spec/spec.ts";
import { countOf } from "../text.ts";
import { jobState } from "./job-state.ts";
import { ProgressFile } from "./job-status.ts";
import { type JobProgress, Meter } from "./meter.ts";
import { countFits, diskNeed, planFits, spaceWarning } from "./needs.ts";
import { claimDirectory, demandSameJob, type OpenJob, openJob } from "./open-job.ts";
import type { Ownership } from "./shard.ts";
import { storedSession, WorkKeys } from "./stored-session.ts";

interface SolverStartOptions extends SolverListeners {
  signal?: AbortSignal | undefined;
  solver?: Solver | undefined;
}

interface SweepWorkOptions extends SolverStartOptions {
  out?: string | undefined;
  fresh: boolean;
  /** The problems that this shard owns; undefined if the job has no shards. */
  ownership?: Ownership | undefined;
  sweepFile?: { path: string; text: string } | undefined;
  onProgress?: ((done: number, total: number) => void) | undefined;
  onRunProgress?: ((progress: JobProgress) => void) | undefined;
}

/** The open backend, store and counters with which a prepared sweep is solved. */
export interface SweepWork extends ReturnType<typeof recordSolver> {
  session: ResampleSession;
  meter: Meter;
  /** The job directory, where the work is kept. */
  job: OpenJob | undefined;
  /** A line on the results that the job directory already had. */
  said: string | undefined;
  /** Does the work, records how it ended, and closes everything. */
  during<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** What will solve a sweep that is still being read and planned. */
class SolverStart {
  readonly recorded: ReturnType<typeof recordSolver>;
  /** Counts the fits, as soon as there is something to count. */
  meter: Meter | undefined;
  readonly #options: SolverStartOptions;
  #session: SolverSession | undefined;
  /** Lines of status until the sweep is planned. */
  #held: string[] | undefined = [];

  constructor(options: SolverStartOptions) {
    this.#options = options;
    const onStatus = (line: string): void => {
      if (this.#held === undefined) options.onStatus?.(line);
      else this.#held.push(line);
    };
    this.recorded = recordSolver({ ...options, onStatus });
  }

  session({ solve }: Pick<ResolvedSweep, "solve">): SolverSession {
    const { signal, solver } = this.#options;
    this.#session ??= solverSession(
      solver,
      { kernels: "auto", ...solve, ...this.recorded.listeners },
      {
        signal,
        onFits: (fits, seconds) => this.meter?.addFits(fits, seconds),
        onWaiting: (isWaiting) => this.meter?.wait(isWaiting),
      },
    );
    return this.#session;
  }

  /** Opens the backend already; where that fails, it fails again when the backend is needed. */
  begin(sweep: ResolvedSweep): void {
    if (this.#options.solver === undefined)
      this.session(sweep)
        .backend()
        .catch(() => {});
  }

  /** Says what was held back. */
  say(): void {
    const lines = this.#held ?? [];
    this.#held = undefined;
    for (const line of lines) this.#options.onStatus?.(line);
  }

  close(): void {
    this.#session?.close().catch(() => {});
  }
}

/**
 * Reads and plans a sweep. Meanwhile its backend is opened: finding a compiler, or a GPU, takes as long.
 *
 * @param demand throws where the sweep cannot be done here
 * @throws UserError as `prepareSweep` does
 */
export async function prepareWork(
  spec: SweepSpec,
  options: PrepareOptions & SolverStartOptions & { onPlanned?: (() => void) | undefined },
  demand: (prepared: PreparedSweep) => void = () => {},
): Promise<{ prepared: PreparedSweep; start: SolverStart }> {
  const start = new SolverStart(options);
  try {
    const prepared = await prepareSweep(spec, { ...options, onResolved: (sweep) => start.begin(sweep) });
    for (const line of prepared.lines) options.onStatus?.(line);
    demand(prepared);
    options.onPlanned?.();
    return { prepared, start };
  } catch (error) {
    start.close();
    throw error;
  }
}

/**
 * Opens what solves a sweep, and the job directory that its work is kept in.
 *
 * @throws UserError where the directory holds another job, is in use or cannot be written
 */
export async function openWork(
  prepared: PreparedSweep,
  start: SolverStart,
  options: SweepWorkOptions,
): Promise<SweepWork> {
  const { sweep, tables } = prepared;
  const { out, fresh, ownership, signal } = options;
  const { recorded } = start;
  const { listeners } = recorded;
  let file: ProgressFile | undefined;
  const meter = new Meter((progress) => {
    options.onProgress?.(progress.done, progress.total);
    options.onRunProgress?.(progress);
    file?.update(progress);
  });
  // A wait of up to a minute is reported as a warning, so with --quiet too; the manifest has only warnings on the results.
  const waiting = { onWaiting: options.onWarning, signal };
  start.meter = meter;
  start.say();
  const solving = start.session(sweep);
  try {
    planFits(meter, prepared, ownership);
    stopIfAsked(signal);
    if (out === undefined || options.solver !== undefined) {
      // What another program's solver solves is not kept, but its tables are written.
      const release = out === undefined ? undefined : await claimDirectory(out, waiting);
      return {
        ...recorded,
        session: solving,
        meter,
        job: undefined,
        said: undefined,
        during: during(release),
      };
    }
    const { name: backend } = await solving.backend();
    const state = jobState(prepared, {
      backend,
      shard: ownership?.shard,
      sweepFile: options.sweepFile ?? null,
    });
    if (!fresh) await demandSameJob(out, state);
    const job = await openJob(out, state, { fresh, onWarning: listeners.onWarning, ...waiting });
    const tight = await spaceWarning(out, diskNeed(prepared, countFits(prepared, ownership)));
    if (tight !== undefined) listeners.onWarning(tight);
    const session = storedSession(solving, {
      store: job.store,
      keys: new WorkKeys(backend, tables),
      isBorrowed: ownership && ((key: string) => !ownership.owns(key)),
      onFound: (fits) => meter.addFound(fits),
    });
    file = new ProgressFile(out);
    const { kept: results } = job;
    const kept = `${out}: continuing with ${countOf(results, "result")} finished before`;
    const said = results === 0 ? undefined : kept;
    return { ...recorded, session, meter, job, said, during: during(() => job.close()) };
  } catch (error) {
    await solving.close();
    throw error;
  }

  function during(release: (() => Promise<void>) | undefined): SweepWork["during"] {
    return async (work) => {
      try {
        const result = await work();
        await file?.end(meter.progress, "finished");
        return result;
      } catch (error) {
        const state = error instanceof Interrupted ? "interrupted" : "failed";
        await file?.end(meter.progress, state, error instanceof Error ? error.message : String(error));
        throw error;
      } finally {
        await solving.close();
        await release?.();
      }
    };
  }
}

/** What a solver reported about itself while it worked; part of the manifest. */
interface SolverRecord {
  /** The backend in words: device, compiler, instruction set, threads. */
  backend: string;
  /** What did not go as planned but lost no result, such as a GPU that failed or batches that were halved. */
  warnings: string[];
  kernels: KernelCounts;
}

interface SolverListeners {
  onStatus?: ((line: string) => void) | undefined;
  onWarning?: ((line: string) => void) | undefined;
}

/** Keeps what a solver says, and passes it on: the backend as a line of status, warnings as they come. */
export function recordSolver({ onStatus, onWarning }: SolverListeners): {
  record: SolverRecord;
  listeners: Required<Pick<SolveOptions, "onBackend" | "onCompile" | "onWarning" | "onKernels">>;
} {
  const record: SolverRecord = { backend: "", warnings: [], kernels: { kernels: 0, compiled: 0 } };
  const listeners = {
    onBackend: (description: string, passedOver: readonly string[]) => {
      record.backend = description;
      onStatus?.([`backend: ${description}`, ...passedOver.map((reason) => `not ${reason}`)].join("; "));
    },
    onCompile: (kernels: readonly string[]) =>
      onStatus?.(`compiling ${countOf(kernels.length, "kernel")}: ${kernels.join(", ")}`),
    onWarning: (line: string) => {
      record.warnings.push(line);
      onWarning?.(line);
    },
    onKernels: (kernels: KernelCounts) => {
      record.kernels = { ...kernels };
    },
  };
  return { record, listeners };
}

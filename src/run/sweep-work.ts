import type { ResampleSession } from "../bootstrap/resample-use.ts";
import { Interrupted, stopIfAsked } from "../plan/interrupted.ts";
import { type Solver, solverSession } from "../plan/solver.ts";
import type { KernelCounts, SolveOptions } from "../solve/problem.ts";
import type { PreparedSweep } from "../spec/prepare-sweep.ts";
import { countOf } from "../text.ts";
import { jobState } from "./job-state.ts";
import { ProgressFile } from "./job-status.ts";
import { type JobProgress, Meter } from "./meter.ts";
import { countFits, diskNeed, planFits, spaceWarning } from "./needs.ts";
import { claimDirectory, demandSameJob, type OpenJob, openJob } from "./open-job.ts";
import type { Ownership } from "./shard.ts";
import { storedSession, WorkKeys } from "./stored-session.ts";

interface SweepWorkOptions extends SolverListeners {
  out?: string | undefined;
  fresh: boolean;
  /** The problems that this shard owns; undefined if the job has no shards. */
  ownership?: Ownership | undefined;
  signal?: AbortSignal | undefined;
  sweepFile?: { path: string; text: string } | undefined;
  solver?: Solver | undefined;
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

/**
 * Opens what solves a sweep, and the job directory that its work is kept in.
 *
 * @throws UserError where the directory holds another job, is in use or cannot be written
 */
export async function openWork(prepared: PreparedSweep, options: SweepWorkOptions): Promise<SweepWork> {
  const { sweep, tables } = prepared;
  const { out, fresh, ownership, signal } = options;
  const recorded = recordSolver(options);
  const { listeners } = recorded;
  let file: ProgressFile | undefined;
  const meter = new Meter((progress) => {
    options.onProgress?.(progress.done, progress.total);
    options.onRunProgress?.(progress);
    file?.update(progress);
  });
  // A wait of up to a minute is reported as a warning, so with --quiet too; the manifest has only warnings on the results.
  const waiting = { onWaiting: options.onWarning, signal };
  const watch: Parameters<typeof solverSession>[2] = {
    signal,
    onFits: (fits, seconds) => meter.addFits(fits, seconds),
    onWaiting: (isWaiting) => meter.wait(isWaiting),
  };
  const solving = solverSession(options.solver, { ...sweep.solve, ...listeners }, watch);
  planFits(meter, prepared, ownership);
  stopIfAsked(signal);
  if (out === undefined || options.solver !== undefined) {
    // What another program's solver solves is not kept, but its tables are written.
    const release = out === undefined ? undefined : await claimDirectory(out, waiting);
    return { ...recorded, session: solving, meter, job: undefined, said: undefined, during: during(release) };
  }
  try {
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

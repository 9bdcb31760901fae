import type { CellDraws } from "../bootstrap/bootstrap-cells.ts";
import { pauses, stopIfAsked } from "../plan/interrupted.ts";
import type { Solver } from "../plan/solver.ts";
import { type AnalysisKey, analyses } from "../registry.ts";
import type { ResultTables } from "../results/result-tables.ts";
import { type PreparedSweep, stopwatch } from "../spec/prepare-sweep.ts";
import type { SweepSpec } from "../spec/spec.ts";
import { version } from "../version.ts";
import { type Manifest, rowCounts } from "./manifest.ts";
import type { JobProgress } from "./meter.ts";
import { demandMemory } from "./needs.ts";
import { solveSweep } from "./solve-sweep.ts";
import { openWork, prepareWork, type SweepWork } from "./sweep-work.ts";
import { checkJobDirectory, openDrawsFile, writeJobDirectory } from "./write-directory.ts";

export type { Solver };

export interface RunSweepOptions {
  /** Run directory to write, or to continue. @default nothing is written */
  out?: string | undefined;
  /** Whether finished work in the run directory is discarded. @default false: the job continues with it */
  fresh?: boolean | undefined;
  /** Asks the sweep to stop: it ends with `Interrupted`, and what is finished is kept. */
  signal?: AbortSignal | undefined;
  /** The sweep file that the spec is from, for messages and the manifest. */
  sweepFile?: { path: string; text: string } | undefined;
  /** What runs the sweep, for messages. @default the sweep file or the preset */
  where?: string;
  /** Called when the sweep is read and planned: before that there is nothing to keep, and the process may be ended in any way. */
  onPlanned?: () => void;
  /** Called with lines that say what has been done. */
  onStatus?: (line: string) => void;
  /** Called with warnings, a line each: what did not go as planned but lost no result. The manifest has them too. */
  onWarning?: (line: string) => void;
  /** Called as problems are solved, and then as they are resampled. */
  onProgress?: (done: number, total: number) => void;
  /** Called equally often, with the whole progress of the sweep. */
  onRunProgress?: (progress: JobProgress) => void;
  /** Receives the draws of each cell of a sweep with a bootstrap; they are dropped after the call. */
  onDraws?: (draws: CellDraws) => Promise<void>;
  /** Solves the fits of the data; nothing that it solves is kept between runs. @default the sweep's backend */
  solver?: Solver;
}

/** The result of a sweep: the manifest and the tables of its run directory. */
export interface SweepResult {
  manifest: Manifest;
  tables: ResultTables;
}

/**
 * Runs a sweep: reads the table, crosses tasks with design choices, solves each distinct problem once, chains
 * the solutions into predictions and writes the result tables. In a run directory whose sweep was interrupted it continues
 * where that stopped.
 *
 * @throws UserError for a spec, a table or a folder that will not do, where the folder holds another sweep, and where no
 * cell can be predicted; nothing is written then
 * @throws Interrupted when it is asked to stop
 */
export async function runSweep(spec: SweepSpec, options: RunSweepOptions = {}): Promise<SweepResult> {
  const { out, fresh = false, onStatus } = options;
  if (out !== undefined) await checkJobDirectory(out);
  const { prepared, start } = await prepareWork(spec, options, demandMemory);
  const work = await openWork(prepared, start, { ...options, fresh });
  return work.during(() => {
    if (work.said !== undefined) onStatus?.(work.said);
    return solveAndWrite(prepared, work, options);
  });
}

/** Solves what is not solved yet, makes the tables and writes them. */
export async function solveAndWrite(
  prepared: PreparedSweep,
  { session, meter, record, listeners, job }: Omit<SweepWork, "during" | "said">,
  options: Pick<RunSweepOptions, "out" | "sweepFile" | "onStatus" | "onWarning" | "onDraws" | "signal">,
): Promise<SweepResult> {
  const { sweep, plan, results, tables: checksums } = prepared;
  const { out, sweepFile, onStatus, signal } = options;
  // Beside the solver; in the manifest they come before all that it warns of.
  const findings = prepared.findings(pauses(signal)).then((lines) => {
    for (const line of lines) options.onWarning?.(line);
    return lines;
  });
  // Who waits for them learns of a stop.
  findings.catch(() => {});
  const clock = stopwatch();
  const ofAnalyses = Object.fromEntries(analyses.map(({ key }) => [key, 0])) as Record<AnalysisKey, number>;
  const seconds = { ...prepared.seconds, solve: 0, score: 0, bootstrap: 0, ...ofAnalyses };
  const drawsFile = out !== undefined && sweep.bootstrap?.draws ? await openDrawsFile(out) : undefined;
  try {
    const onDraws = async (draws: CellDraws): Promise<void> => {
      await drawsFile?.add(draws);
      await options.onDraws?.(draws);
    };
    const watch = { onStatus, onDraws, seconds, clock, findings };
    const tables = await solveSweep(prepared, { session, meter, listeners }, watch).finally(session.close);
    stopIfAsked(signal);
    meter.enter("tables");
    const drawn = await drawsFile?.finish();
    const { fits, fitsFound } = meter.progress;
    const { regressions, problems } = plan.shared;
    const manifest: Manifest = {
      program: "lawfit",
      version,
      created: new Date().toISOString(),
      sweep: sweep.spec,
      sweep_file: sweepFile === undefined ? null : { path: sweepFile.path, text: sweepFile.text },
      seed: sweep.solve.seed,
      tables: checksums,
      backend: record.backend,
      warnings: [...(await findings), ...record.warnings],
      counts: {
        cells: plan.cells.length,
        tasks: plan.tasks.length,
        targets: plan.targets.length,
        regressions,
        problems: problems.length,
        problems_solved: problems.filter(({ key }) => "solution" in results.get(key)!).length,
        kernels: record.kernels.kernels,
        kernels_compiled: record.kernels.compiled,
        stages_skipped: tables.problems_skipped.rows,
        predictions: tables.predictions.rows,
      },
      work: { fits, fits_found: fitsFound },
      seconds,
      results: { ...rowCounts(tables), ...(drawn && { draws: drawn.rows }) },
    };
    if (out !== undefined) await writeJobDirectory(out, tables, manifest, drawn && { draws: drawn.path });
    await job?.finish();
    return { manifest, tables };
  } finally {
    await drawsFile?.close();
  }
}

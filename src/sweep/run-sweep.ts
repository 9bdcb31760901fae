import { findCuts } from "../backtest/cuts.ts";
import type { CellDraws } from "../bootstrap/bootstrap-cells.ts";
import { analyseBudgets } from "../isoflop/analyse.ts";
import { planIsoflop } from "../isoflop/plan.ts";
import { isWaiting } from "../methods/method.ts";
import { indexRuns } from "../methods/runs.ts";
import { planMixtures } from "../mixture/plan.ts";
import type { SolveResult } from "../solve/problem.ts";
import type { CheckpointTable } from "../tables/checkpoint-table.ts";
import { countOf } from "../tables/format.ts";
import { demandPrediction } from "./demand-prediction.ts";
import { openDrawsFile } from "./draws-file.ts";
import { isoflopTables } from "./isoflop-tables.ts";
import { fileChecksum, type Manifest, rowCounts, type TableChecksum } from "./manifest.ts";
import { onTable } from "./on-table.ts";
import { planSweep } from "./plan-sweep.ts";
import { readTable } from "./read-table.ts";
import { type ResolvedSweep, resolveSweep } from "./resolve.ts";
import type { ResultTables } from "./result-tables.ts";
import { checkRunDirectory, writeRunDirectory } from "./run-directory.ts";
import { selectRuns } from "./select-runs.ts";
import { solveSweep } from "./solve-sweep.ts";
import { type Solver, solverSession } from "./solver.ts";
import { recordSolver } from "./solver-record.ts";
import { checkSpec, type SweepSpec } from "./spec.ts";
import { version } from "./version.ts";

export type { Solver };

export interface RunSweepOptions {
  /** Run directory to write. @default nothing is written */
  out?: string | undefined;
  /** The sweep file that the spec is from, for messages and the manifest. */
  sweepFile?: { path: string; text: string } | undefined;
  /** What runs the sweep, for messages. @default the sweep file or the preset */
  where?: string;
  /** Called with what has been done, a line each. */
  onStatus?: (line: string) => void;
  /** Called with what did not go as planned but lost nothing, a line each; the manifest has them too. */
  onWarning?: (line: string) => void;
  /** Called as problems are solved, and then as they are resampled. */
  onProgress?: (done: number, total: number) => void;
  /** Given the draws of each cell of a sweep with a bootstrap; they are dropped when it is done. */
  onDraws?: (draws: CellDraws) => Promise<void>;
  /** Solves the fits of the data. @default the sweep's backend */
  solver?: Solver;
}

/** What a sweep gave: the manifest and the tables of its run directory. */
export interface SweepResult {
  manifest: Manifest;
  tables: ResultTables;
}

/**
 * Runs a sweep: reads the table, crosses tasks with design choices, solves each distinct problem once, chains
 * the solutions into predictions and writes the result tables.
 *
 * @throws UserError for a spec, a table or a folder that will not do, and where no cell can be predicted;
 * nothing is written then
 */
export async function runSweep(spec: SweepSpec, options: RunSweepOptions = {}): Promise<SweepResult> {
  const { out, sweepFile, onStatus, onWarning, onProgress } = options;
  const where =
    options.where ?? sweepFile?.path ?? (spec.preset === undefined ? "sweep" : `preset ${spec.preset}`);
  const clock = stopwatch();
  const resolved = resolveSweep(checkSpec(spec, where), where);
  if (out !== undefined) await checkRunDirectory(out);
  const table = await readTable(resolved);
  const sweep = onTable(resolved, table);
  const checksums = await tableChecksums(table, sweep);
  const readSeconds = clock();

  const predicates = sweep.configurations.flatMap((configuration) => configuration.predicates);
  const index = indexRuns(table, await selectRuns(table, predicates, where));
  const plan = planSweep(index, sweep);
  const { cells, shared } = plan;
  const results = new Map<string, SolveResult>();
  for (const [key, reason] of shared.unsolvable) results.set(key, { skipped: { reason } });
  demandPrediction(plan, results, sweep);
  const cuts = sweep.backtest && findCuts(table, sweep.backtest, where);
  const mixtures =
    sweep.mixtures &&
    planMixtures(
      sweep.mixtures,
      { sources: [...table.mixes.keys()], targets: plan.targets, tasks: plan.tasks },
      sweep.bootstrap?.levels ?? [],
      where,
    );
  const planSeconds = clock();
  const later = cells.flatMap(({ plan: { stages } }) => stages.filter(isWaiting)).length;
  const waiting = later === 0 ? "" : `, then ${countOf(later, "regression")} made with their fits`;
  const isoflop =
    sweep.isoflop &&
    isoflopTables(
      analyseBudgets(
        index,
        planIsoflop(sweep.isoflop, index, { tasks: plan.tasks, seed: sweep.solve.seed }, `${where}: isoflop`),
      ),
    );
  const isoflopSeconds = clock();
  onStatus?.(`read ${table.source}: ${table.rows} rows, ${table.metrics.size} metrics`);
  onStatus?.(
    `${countOf(cells.length, "cell")} of ${countOf(plan.tasks.length, "task")}, ${countOf(plan.targets.length, "target")}; ` +
      `${countOf(shared.problems.length, "problem")} solved once (${countOf(shared.regressions, "regression")} before de-duplication)${waiting}`,
  );

  const { record, options: listeners } = recordSolver({ onStatus, onWarning });
  const seconds = {
    read: readSeconds,
    plan: planSeconds,
    solve: 0,
    score: 0,
    bootstrap: 0,
    backtest: 0,
    mixtures: 0,
    isoflop: isoflopSeconds,
  };
  const drawsFile = out !== undefined && sweep.bootstrap?.draws ? await openDrawsFile(out) : undefined;
  try {
    const session = solverSession(options.solver, { ...sweep.solve, ...listeners });
    const work = {
      sweep,
      plan,
      cuts,
      mixtures,
      results,
      session,
      listeners,
      onStatus,
      onProgress,
      seconds,
      clock,
      onDraws: async (draws: CellDraws) => {
        await drawsFile?.add(draws);
        await options.onDraws?.(draws);
      },
    };
    const tables = { ...(await solveSweep(work).finally(session.close)), ...isoflop };
    const drawn = await drawsFile?.finish();
    const manifest: Manifest = {
      program: "lawfit",
      version,
      created: new Date().toISOString(),
      sweep: sweep.spec,
      sweep_file: sweepFile === undefined ? null : { path: sweepFile.path, text: sweepFile.text },
      seed: sweep.solve.seed,
      tables: checksums,
      backend: record.backend,
      warnings: record.warnings,
      counts: {
        cells: cells.length,
        tasks: plan.tasks.length,
        targets: plan.targets.length,
        regressions: shared.regressions,
        problems: shared.problems.length,
        problems_solved: shared.problems.filter(({ key }) => "solution" in results.get(key)!).length,
        kernels: record.kernels.kernels,
        kernels_compiled: record.kernels.compiled,
        stages_skipped: tables.problems_skipped.rows,
        predictions: tables.predictions.rows,
      },
      seconds,
      results: { ...rowCounts(tables), ...(drawn && { draws: drawn.rows }) },
    };
    if (out !== undefined) await writeRunDirectory(out, tables, manifest, drawn && { draws: drawn.path });
    return { manifest, tables };
  } finally {
    await drawsFile?.close();
  }
}

async function tableChecksums(table: CheckpointTable, sweep: ResolvedSweep): Promise<TableChecksum[]> {
  const files = table.origin?.files ?? sweep.table.map((path) => ({ path, rows: table.rows }));
  return Promise.all(files.map(async ({ path, rows }) => ({ path, rows, sha256: await fileChecksum(path) })));
}

/** Seconds since the last call, from the first on. */
function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const seconds = (now - last) / 1000;
    last = now;
    return seconds;
  };
}

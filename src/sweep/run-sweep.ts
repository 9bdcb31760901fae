import { UserError } from "../errors.ts";
import { indexRuns } from "../methods/runs.ts";
import type { Problem, SolveOptions, SolveResult } from "../solve/problem.ts";
import type { CheckpointTable } from "../tables/checkpoint-table.ts";
import { readCheckpointTable } from "../tables/read-checkpoint-table.ts";
import { fileChecksum, type Manifest, rowCounts, type TableChecksum } from "./manifest.ts";
import { planSweep, type SweepPlan } from "./plan-sweep.ts";
import { type ResolvedSweep, resolveSweep } from "./resolve.ts";
import { type ResultTables, resultTables } from "./result-tables.ts";
import { checkRunDirectory, writeRunDirectory } from "./run-directory.ts";
import { canPredict, predictCells, skippedStages } from "./score.ts";
import { selectRuns } from "./select-runs.ts";
import { recordSolver } from "./solver-record.ts";
import { checkSpec, type SweepSpec } from "./spec.ts";
import { version } from "./version.ts";

/** Solves problems, in order; `solveProblems` of src/solve is one. */
export type Solver = (problems: Problem[], options: SolveOptions) => Promise<SolveResult[]>;

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
  /** Called as problems are solved. */
  onProgress?: (done: number, total: number) => void;
  /** @default solveProblems */
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
  const sweep = resolveSweep(checkSpec(spec, where), where);
  if (out !== undefined) await checkRunDirectory(out);
  const table = await readCheckpointTable(sweep.table, sweep.columns && { columns: sweep.columns });
  const checksums = await tableChecksums(table, sweep);
  const readSeconds = clock();

  const predicates = sweep.configurations.flatMap((configuration) => configuration.predicates);
  const index = indexRuns(table, await selectRuns(table, predicates, where));
  const plan = planSweep(index, sweep);
  const { cells, problems, unsolvable, regressions } = plan;
  const results = new Map<string, SolveResult>();
  for (const [key, reason] of unsolvable) results.set(key, { skipped: { reason } });
  demandPrediction(plan, results, where);
  const planSeconds = clock();
  onStatus?.(`read ${table.source}: ${table.rows} rows, ${table.metrics.size} metrics`);
  onStatus?.(
    `${count(cells.length, "cell")} of ${count(plan.tasks.length, "task")}, ${count(plan.targets.length, "target")}; ` +
      `${count(problems.length, "problem")} solved once (${count(regressions, "regression")} before de-duplication)`,
  );

  const solver = options.solver ?? (await import("../solve/solve.ts")).solveProblems;
  const { record, options: listeners } = recordSolver({ onStatus, onWarning });
  const solvable = problems.filter(({ key }) => !unsolvable.has(key));
  const solved = await solver(solvable, {
    ...sweep.solve,
    ...listeners,
    ...(onProgress && { onProgress }),
  });
  solvable.forEach(({ key }, i) => {
    results.set(key, solved[i]!);
  });
  demandPrediction(plan, results, where);
  const solveSeconds = clock();
  const { starts } = sweep.solve;
  onStatus?.(`solved from ${count(starts, "start")} each in ${solveSeconds.toFixed(2)} s`);

  const skipped = skippedStages(cells, results);
  const predictions = predictCells(cells, results);
  const tables = resultTables(sweep.method, plan, results, predictions, skipped);
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
      regressions,
      problems: problems.length,
      problems_solved: solved.filter((result) => "solution" in result).length,
      kernels: record.kernels.kernels,
      kernels_compiled: record.kernels.compiled,
      stages_skipped: skipped.length,
      predictions: predictions.length,
    },
    seconds: { read: readSeconds, plan: planSeconds, solve: solveSeconds, score: clock() },
    results: rowCounts(tables),
  };
  if (out !== undefined) await writeRunDirectory(out, tables, manifest);
  return { manifest, tables };
}

/** @throws UserError where every prediction of every cell needs a stage that is known to have no solution */
function demandPrediction(
  { cells }: SweepPlan,
  results: ReadonlyMap<string, SolveResult>,
  where: string,
): void {
  const skipped = skippedStages(cells, results);
  const first = skipped[0];
  if (first === undefined || cells.some((cell) => canPredict(cell, results))) return;
  const more = skipped.length > 1 ? ` (and ${skipped.length - 1} more)` : "";
  throw new UserError(
    `${where}: no cell can be predicted: ${first.cell.task}, ${first.stage}: ${first.reason}${more}`,
  );
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

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

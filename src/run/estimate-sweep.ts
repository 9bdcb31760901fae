import { availableParallelism } from "node:os";
import { resampleStages } from "../bootstrap/bootstrap-cells.ts";
import type { OutcomeStore, ResampleSession } from "../bootstrap/resample-use.ts";
import { type Cell, problemsBehind, type SweepPlan, solvePlan } from "../plan/plan-sweep.ts";
import { canFit, canPredict, predictCells } from "../plan/score.ts";
import { solverSession } from "../plan/solver.ts";
import type { SolveResult } from "../solve/problem.ts";
import { type PreparedSweep, type PrepareOptions, prepareSweep, stopwatch } from "../spec/prepare-sweep.ts";
import type { SweepSpec } from "../spec/spec.ts";
import { countFits, diskNeed, memoryOf, type PlannedFits } from "./needs.ts";
import { Ownership, type Shard } from "./shard.ts";
import { bootstrapSweep } from "./solve-sweep.ts";
import { recordSolver } from "./sweep-work.ts";

/** Estimated cost of a sweep on this machine. */
export interface SweepEstimate {
  cells: number;
  configurations: number;
  /** Axes with several values, and how many each has. */
  axes: { name: string; values: number }[];
  tasks: number;
  targets: number;
  /** Number of distinct problems, of the shard if the estimate is for one. */
  problems: number;
  regressions: number;
  fits: PlannedFits;
  /** The backend in words: device, instruction set, threads. */
  backend: string;
  /** Approximate wall time in seconds. */
  seconds: number;
  /** Seconds of one core for chains, intervals and comparisons, which do not run on a GPU. */
  coreSeconds: number;
  /** Approximate number of bytes. */
  memory: number;
  disk: number;
  /** Suspicious values in the rows that the sweep uses, a line for each kind. */
  warnings: string[];
  /** The measurements behind the estimate. */
  sample: { cells: number; problems: number; seconds: number };
}

/** Cells that are tried out, and resamples of each. */
const SAMPLE_CELLS = 10;
const SAMPLE_RESAMPLES = 1000;

/**
 * Plans a sweep and solves a sample of its cells, spread over all of them: the estimate scales their cost to all the cells that
 * there are. Writes nothing. Profile intervals and tables, a small part, are not in the time.
 *
 * @throws UserError as `runSweep` does
 */
export async function estimateSweep(
  spec: SweepSpec,
  options: PrepareOptions & { part?: Shard | undefined } = {},
): Promise<SweepEstimate> {
  const prepared = await prepareSweep(spec, options);
  const { sweep, plan } = prepared;
  const ownership = options.part && new Ownership(options.part, plan.shared.problems);
  const fits = countFits(prepared, ownership);
  const { record, listeners } = recordSolver({});
  const session = solverSession(undefined, { ...sweep.solve, ...listeners });
  try {
    const clock = stopwatch();
    const tried = await tryOut(prepared, session);
    const predictable = plan.cells.filter((cell) => canPredict(cell, prepared.results)).length;
    const rounds = prepared.analyses.reduce((sum, analysis) => sum + (analysis.rounds?.length ?? 0), 0);
    const whole = fits.problems === 0 ? 0 : 1 + rounds;
    const solving = tried.secondsPerProblem * fits.problems * whole;
    const coreSeconds = options.part ? 0 : tried.secondsPerCell * predictable * whole;
    const cores = Math.min(sweep.solve.threads ?? Number.POSITIVE_INFINITY, availableParallelism());
    return {
      cells: plan.cells.length,
      configurations: sweep.configurations.length,
      axes: variedAxes(sweep),
      tasks: plan.tasks.length,
      targets: plan.targets.length,
      problems: fits.problems,
      regressions: plan.shared.regressions,
      fits,
      backend: record.backend,
      // One core chains while all of them solve.
      seconds: Math.max(coreSeconds, solving + coreSeconds / cores),
      coreSeconds,
      memory: memoryOf(prepared),
      disk: diskNeed(prepared, fits),
      warnings: prepared.findings,
      sample: { ...tried.sample, seconds: clock() },
    };
  } finally {
    await session.close();
  }
}

function variedAxes({ method, configurations }: PreparedSweep["sweep"]): SweepEstimate["axes"] {
  return method.axes
    .map(({ name }) => ({ name, values: new Set(configurations.map(({ values }) => values.get(name))).size }))
    .filter(({ values }) => values > 1);
}

async function tryOut(
  { sweep, plan, results: before }: PreparedSweep,
  session: ResampleSession,
): Promise<{
  secondsPerProblem: number;
  secondsPerCell: number;
  sample: { cells: number; problems: number };
}> {
  // Of one task: configurations are compared on the same tasks.
  const targeted = plan.cells.filter((cell) => canPredict(cell, before));
  // Without targets the laws are fitted all the same.
  const predictable = targeted.length > 0 ? targeted : plan.cells.filter((cell) => canFit(cell, before));
  const sameTask = predictable.filter(({ task }) => task === predictable[0]?.task);
  const cells = spread(sameTask, SAMPLE_CELLS).map((cell, id): Cell => ({ ...cell, id }));
  const part: SweepPlan = { ...plan, cells };
  const wanted = new Set([...cells.flatMap(({ keys }) => keys), ...problemsBehind(part)]);
  const solve = async (starts: number | "auto", results: Map<string, SolveResult>): Promise<void> => {
    await solvePlan(
      part,
      results,
      (problems) => session.solve(problems, { ...sweep.solve, starts }),
      (key) => wanted.has(key) || !plan.shared.problems.some((problem) => problem.key === key),
    );
  };
  // Kernels are compiled before the clock runs.
  await solve(1, new Map(before));
  const results = new Map(before);
  const clock = stopwatch();
  await solve(sweep.solve.starts, results);
  const solving = clock();
  const problems = Math.max(1, results.size - before.size);
  const { bootstrap } = sweep;
  if (bootstrap === undefined) {
    return {
      secondsPerProblem: solving / problems,
      secondsPerCell: 0,
      sample: { cells: cells.length, problems },
    };
  }
  const resamples = Math.min(bootstrap.resamples, SAMPLE_RESAMPLES);
  const scale = bootstrap.resamples / resamples;
  const { seed } = sweep.solve;
  await resampleStages(
    part,
    results,
    { ...bootstrap, resamples: 2 },
    { ...session, kept: keptInMemory() },
    { seed },
  );
  clock();
  const small = { ...bootstrap, resamples };
  const kept = keptInMemory();
  const stages = await resampleStages(part, results, small, { ...session, kept }, { seed });
  const resampling = clock();
  const predictions = predictCells(cells, results);
  const solved = { sweep, plan: part, results, predictions };
  // Once before the clock runs: code that is new to the engine is slow.
  await bootstrapSweep(await session.backend(), solved, small, { kept });
  clock();
  await bootstrapSweep(await session.backend(), solved, small, { kept });
  const chaining = clock();
  return {
    secondsPerProblem: solving / problems + (scale * resampling) / Math.max(1, stages),
    secondsPerCell: (scale * chaining) / Math.max(1, cells.length),
    sample: { cells: cells.length, problems },
  };
}

/** Keeps outcomes while the estimate is made. */
function keptInMemory(): OutcomeStore {
  const outcomes = new Map<string, ReturnType<OutcomeStore>>();
  return ({ use }, make) => {
    const outcome = outcomes.get(use.key) ?? make();
    outcomes.set(use.key, outcome);
    return outcome;
  };
}

/** Evenly spread items of a list. */
function spread<Item>(items: readonly Item[], most: number): Item[] {
  const count = Math.min(most, items.length);
  return Array.from({ length: count }, (_, i) => items[Math.floor(((i + 0.5) * items.length) / count)]!);
}

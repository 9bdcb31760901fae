import { availableParallelism } from "node:os";
import { canPredict } from "../plan/score.ts";
import { solverSession } from "../plan/solver.ts";
import { type PreparedSweep, type PrepareOptions, prepareSweep, stopwatch } from "../spec/prepare-sweep.ts";
import type { SweepSpec } from "../spec/spec.ts";
import { countOf } from "../text.ts";
import { countFits, diskNeed, memoryOf, type PlannedFits } from "./needs.ts";
import { Ownership, type Shard } from "./shard.ts";
import { recordSolver } from "./sweep-work.ts";
import { tryOut } from "./try-out.ts";

/** Seconds that every sweep takes beside its work: Node starts, code is new to it, files are written and flushed. */
const START = 1;

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
  /** Suspicious values in the rows that the sweep uses, a line for each kind, and what the estimate leaves out. */
  warnings: string[];
  /** The measurements behind the estimate. */
  sample: { cells: number; problems: number; seconds: number };
}

/**
 * Plans a sweep and solves and scores a sample of its cells, of each kind some: the estimate scales their cost to all the cells and
 * problems that there are. Writes nothing.
 *
 * @throws UserError as `runSweep` does
 */
export async function estimateSweep(
  spec: SweepSpec,
  options: PrepareOptions & { part?: Shard | undefined } = {},
): Promise<SweepEstimate> {
  const prepared = await prepareSweep(spec, { ...options, isDry: true });
  const { sweep, plan } = prepared;
  const ownership = options.part && new Ownership(options.part, plan.shared.problems);
  const { record, listeners } = recordSolver({});
  const session = solverSession(undefined, { ...sweep.solve, ...listeners });
  try {
    const clock = stopwatch();
    const tried = await tryOut(prepared, session, ownership);
    const fits = countFits({ ...prepared, results: tried.results }, ownership);
    const predictable = plan.cells.filter((cell) => canPredict(cell, prepared.results)).length;
    const rounds = prepared.analyses.reduce((sum, analysis) => sum + (analysis.rounds?.length ?? 0), 0);
    const whole = fits.problems === 0 ? 0 : 1 + rounds;
    const { solving, resampling, studying, scoring } = tried.seconds;
    const cores = Math.min(sweep.solve.threads ?? Number.POSITIVE_INFINITY, availableParallelism());
    const coreSeconds = options.part ? 0 : tried.secondsPerCell * predictable * whole;
    // A shard neither studies nor scores fits, and writes no tables. All cores study them, which begins beside the solver.
    const [studied, scored] = options.part ? [0, 0] : [studying / cores, scoring];
    const onOneCore = coreSeconds + scored;
    const alone = START + prepared.seconds.read + prepared.seconds.plan + whole * solving + studied;
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
      // One core scores and chains replicates while all of them resample.
      seconds: alone + Math.max(onOneCore, whole * resampling + onOneCore / cores),
      coreSeconds,
      memory: memoryOf(prepared),
      disk: diskNeed(prepared, fits),
      warnings: [...(await prepared.findings()), ...searchWarning(plan, fits)],
      sample: { ...tried.sample, seconds: clock() },
    };
  } finally {
    await session.close();
  }
}

/** What the estimate leaves out where plans are made with forms that are sought. */
function searchWarning({ searches }: PreparedSweep["plan"], { backtest }: PlannedFits): string[] {
  if (searches === 0) return [];
  const again = backtest > 0 ? " and again at each cut of the back-test" : "";
  return [
    `plan: forms are sought ${countOf(searches, "time")} before the fits${again}, each time among hundreds, which these numbers do not count; what is found is taken to cost what a linear form does`,
  ];
}

function variedAxes({ method, configurations }: PreparedSweep["sweep"]): SweepEstimate["axes"] {
  return method.axes
    .map(({ name }) => ({ name, values: new Set(configurations.map(({ values }) => values.get(name))).size }))
    .filter(({ values }) => values > 1);
}

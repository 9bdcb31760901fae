import { readdir, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { formsOf, isPooled } from "../bootstrap/resample-forms.ts";
import type { Bootstrap } from "../bootstrap/spec.ts";
import { UserError } from "../errors.ts";
import type { SweepPlan } from "../plan/plan-sweep.ts";
import type { KernelFits } from "../plan/solver.ts";
import { type FittingKey, fittingAnalyses } from "../registry.ts";
import { MOST_POINTS } from "../results/runs-tables.ts";
import { variantKey } from "../solve/kernel.ts";
import { variantOf } from "../solve/pack.ts";
import { freeParameters, type Problem, type SolveResult } from "../solve/problem.ts";
import { freshStartsOf, usualAgreement, usualStarts } from "../solve/search/start-count.ts";
import type { PreparedSweep } from "../spec/prepare-sweep.ts";
import { sum as sumOf } from "../statistics.ts";
import { machineMemory } from "../store/machine.ts";
import { countOf } from "../text.ts";
import type { Meter } from "./meter.ts";
import { PACKS } from "./open-job.ts";
import type { Ownership } from "./shard.ts";

/**
 * Number of fits of each phase of a sweep, as far as it is known in advance. Each round of an analysis is counted like the whole
 * sweep, although it is smaller.
 */
export interface PlannedFits extends Readonly<Record<FittingKey, number>> {
  /** Number of problems that can be solved. */
  problems: number;
  solve: number;
  bootstrap: number;
}

/** A sweep whose fits are counted, and the results that are known by the key of their problem. */
interface Planned extends Pick<PreparedSweep, "sweep" | "plan" | "analyses"> {
  results: ReadonlyMap<string, SolveResult>;
}

/** Fits of the profile of a parameter: 53 were counted over 1,870 problems, two sides together. */
const PROFILE_FITS = 50;

/** Starts of a form that may be true in place of a link: 41 were counted over 13 forms, of which those of two sigmoids take most. */
const FORM_FITS = 40;

/** The planned fits of each kernel, by phase. @param ownership of the shard that is to be run */
function fitsByKernel({ sweep, plan, analyses, results }: Planned, ownership?: Ownership) {
  const problems = solvable(plan).filter(({ key }) => ownership?.owns(key) ?? true);
  const { bootstrap, solve, profiles } = sweep;
  const each = (isReplicate: boolean, fitsOf: (problem: Problem) => number): KernelFits[] => {
    const kernels = new Map<string, number>();
    for (const problem of problems) {
      const kernel = variantKey(variantOf(problem));
      kernels.set(kernel, (kernels.get(kernel) ?? 0) + fitsOf(problem));
    }
    return Array.from(kernels, ([kernel, fits]) => ({ kernel, isReplicate, fits }));
  };
  /** Starts and their agreement as they turned out, or as they do most often. */
  const endsOf = (problem: Problem) => {
    const result = results.get(problem.key);
    if (result !== undefined && "solution" in result) return result.solution;
    return { starts: usualStarts(problem, solve.starts), startAgreement: usualAgreement };
  };
  const solved = each(false, (problem) => endsOf(problem).starts);
  const resampled = bootstrap
    ? each(true, (problem) => {
        const fresh = freshStartsOf(bootstrap.freshStarts, problem, endsOf(problem));
        const replicates = bootstrap.resamples * (1 + fresh);
        if (!isPooled(bootstrap.intervals, { problem })) return replicates;
        // The forms that may be true are fitted first, and have as many replicates together. Whether their starts agree is not known.
        const usual = { starts: FORM_FITS, startAgreement: usualAgreement };
        const byForms = bootstrap.resamples * (1 + freshStartsOf(bootstrap.freshStarts, problem, usual));
        return replicates + byForms + FORM_FITS * formsOf({ problem }).length;
      })
    : [];
  const again = fittingAnalyses.map(({ key }) => {
    const { rounds = [], fits = 0 } = analyses.find((analysis) => analysis.key === key) ?? {};
    const again = [...solved, ...resampled].map((work) => ({ ...work, fits: rounds.length * work.fits }));
    return [key, fits === 0 ? again : [...again, { kernel: key, isReplicate: false, fits }]] as const;
  });
  return {
    problems: problems.length,
    solve: solved,
    profiles: profiles ? each(false, (problem) => PROFILE_FITS * freeParameters(problem)) : [],
    bootstrap: resampled,
    again,
  };
}

/** Counts the fits of a prepared sweep. @param ownership of the shard that is to be run */
export function countFits(prepared: Planned, ownership?: Ownership): PlannedFits {
  const { problems, solve, bootstrap, again } = fitsByKernel(prepared, ownership);
  const sum = (all: readonly KernelFits[]): number => all.reduce((total, { fits }) => total + fits, 0);
  const ofAnalyses = Object.fromEntries(again.map(([key, fits]) => [key, sum(fits)]));
  return {
    problems,
    solve: sum(solve),
    bootstrap: sum(bootstrap),
    ...(ofAnalyses as Record<FittingKey, number>),
  };
}

/** Gives a meter the planned fits of each kernel. */
export function planFits(meter: Meter, prepared: Planned, ownership?: Ownership): void {
  const { solve, profiles, bootstrap, again } = fitsByKernel(prepared, ownership);
  meter.plan("solve", solve);
  meter.plan("profiles", profiles);
  meter.plan("bootstrap", bootstrap);
  for (const [key, fits] of again) meter.plan(key, fits);
  meter.cellsPlanned(prepared.plan.cells.length);
}

function solvable({ shared }: SweepPlan): SweepPlan["shared"]["problems"] {
  return shared.problems.filter(({ key }) => !shared.unsolvable.has(key));
}

/** Garbage is collected late: twice the replicates were measured (16 tasks). */
const LATE_COLLECTION = 2;

/** Bytes, as they were measured on ladders of 2 to 22 tasks: of the open solver, and of results and rows of tables. */
const [SOLVER_BYTES, CELL_BYTES, PROBLEM_BYTES] = [20e6, 2_500, 10_000];
/** Of a point of table `points` while the tables are written, in DuckDB and before it. */
const POINT_BYTES = 600;

/** Needed memory in bytes: what the process has now, the results, and the replicates that are held at a time. */
export function memoryOf(prepared: Pick<PreparedSweep, "sweep" | "plan">): number {
  const { cells, shared } = prepared.plan;
  const { problems } = shared;
  const points = Math.min(
    MOST_POINTS,
    problems.reduce((sum, { response }) => sum + response.length, 0),
  );
  return (
    process.memoryUsage().rss +
    SOLVER_BYTES +
    CELL_BYTES * cells.length +
    PROBLEM_BYTES * problems.length +
    POINT_BYTES * points +
    LATE_COLLECTION * replicateBytes(prepared)
  );
}

/**
 * Demands that the machine has the memory for the replicates that are held at a time.
 *
 * @throws UserError with their number, what they take and what there is
 */
export function demandMemory(prepared: Pick<PreparedSweep, "sweep" | "plan">): void {
  const needed = replicateBytes(prepared);
  const there = machineMemory();
  if (needed <= there) return;
  const { sweep, plan } = prepared;
  const { resamples } = sweep.bootstrap!;
  throw new UserError(
    `${sweep.where}: bootstrap: resamples: ${resamples}; of ${countOf(sweep.configurations.length, "configuration")} and ` +
      `${countOf(plan.targets.length, "target")} they need ${gigabytes(needed)} of memory, and this machine has ${gigabytes(there)}; ` +
      `allowed here: at most ${Math.floor((resamples * there) / needed)}`,
  );
}

function replicateBytes({ sweep, plan }: Pick<PreparedSweep, "sweep" | "plan">): number {
  if (sweep.bootstrap === undefined) return 0;
  const { resamples } = sweep.bootstrap;
  const configurations = sweep.configurations.length;
  // Draws of a task's configurations, sums of each configuration, replicates of a task's problems.
  const numbers =
    configurations * plan.targets.length * resamples +
    configurations * resamples +
    replicateNumbers(plan, sweep.bootstrap) / plan.tasks.length;
  return 8 * numbers;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Parameters of all replicates, those by the forms that may be true among them. */
function replicateNumbers(plan: SweepPlan, { resamples, intervals }: Bootstrap): number {
  const numbers = solvable(plan).map((problem) => {
    return problem.form.parameterNames.length * (isPooled(intervals, { problem }) ? 2 : 1);
  });
  return sumOf(numbers) * resamples;
}

/** Approximate number of bytes of the packs, and of the table of draws if the sweep writes it. */
export function diskNeed({ sweep, plan }: PreparedSweep, { problems }: PlannedFits): number {
  const solved = 600 * problems;
  if (sweep.bootstrap === undefined) return solved;
  const { resamples, draws } = sweep.bootstrap;
  const all = plan.shared.problems.length;
  const share = problems / Math.max(1, all);
  const replicates = share * (8 * replicateNumbers(plan, sweep.bootstrap) + resamples * all);
  return solved + replicates + (draws ? 30 * plan.cells.length * plan.targets.length * resamples : 0);
}

/**
 * Warns if a disk has less room than the rest of a job will take. It is only a warning because the need is an
 * estimate and some file systems do not tell how much room they have.
 *
 * @param need bytes
 */
export async function spaceWarning(directory: string, need: number): Promise<string | undefined> {
  const disk = await statfs(directory).catch(() => undefined);
  if (disk === undefined || disk.blocks === 0) return undefined;
  const free = disk.bavail * disk.bsize;
  const packs = join(directory, PACKS);
  const names = await readdir(packs).catch(() => []);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(packs, name))).size));
  const missing = need - sizes.reduce((sum, size) => sum + size, 0);
  if (missing <= free) return undefined;
  return `${directory}: the sweep will need about ${megabytes(missing)} MB more, and only ${megabytes(free)} MB are free`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toPrecision(3);
}

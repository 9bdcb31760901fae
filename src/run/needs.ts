import { readdir, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import type { SweepPlan } from "../plan/plan-sweep.ts";
import type { PreparedSweep } from "../spec/prepare-sweep.ts";
import { machineMemory } from "../store/machine.ts";
import { countOf } from "../text.ts";
import { PACKS } from "./open-job.ts";
import type { PlannedFits } from "./work-keys.ts";

type Planned = Pick<PreparedSweep, "sweep" | "plan" | "where">;

/** Profiles are searched before, and what is not needed any more is collected late: measured, twice as much (16 tasks). */
const LATE_COLLECTION = 2;

/** Bytes: what the process has now, and the replicates that are held at a time. */
export function memoryOf(planned: Omit<Planned, "where">): number {
  const now = process.memoryUsage().rss;
  const replicates = replicateBytes(planned);
  return replicates === 0 ? now : LATE_COLLECTION * (now + replicates);
}

/**
 * Demands that the machine has the memory for the replicates that are held at a time.
 *
 * @throws UserError with their number, what they take and what there is
 */
export function demandMemory(planned: Planned): void {
  const needed = replicateBytes(planned);
  const there = machineMemory();
  if (needed <= there) return;
  const { sweep, plan, where } = planned;
  throw new UserError(
    `${where}: bootstrap: resamples: ${sweep.bootstrap!.resamples}; of ${countOf(sweep.configurations.length, "configuration")} and ` +
      `${countOf(plan.targets.length, "target")} they take ${gigabytes(needed)} at a time, and this machine has ${gigabytes(there)}; ` +
      `allowed here: at most ${Math.floor((sweep.bootstrap!.resamples * there) / needed)}`,
  );
}

function replicateBytes({ sweep, plan }: Omit<Planned, "where">): number {
  const { bootstrap } = sweep;
  if (bootstrap === undefined) return 0;
  const { resamples } = bootstrap;
  const configurations = sweep.configurations.length;
  // Draws of a task's configurations, sums of each configuration, replicates of a task's problems.
  const numbers =
    configurations * plan.targets.length * resamples +
    configurations * resamples +
    replicateNumbers(plan, resamples) / plan.tasks.length;
  return 8 * numbers;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Parameters of all replicates. */
function replicateNumbers({ shared }: SweepPlan, resamples: number): number {
  const width = shared.problems
    .filter(({ key }) => !shared.unsolvable.has(key))
    .reduce((sum, { form }) => sum + form.parameterNames.length, 0);
  return width * resamples;
}

/** Bytes of the packs, and of the table of draws where it is asked for, about. */
export function diskNeed({ sweep, plan }: PreparedSweep, { problems }: PlannedFits): number {
  const { bootstrap } = sweep;
  const share = problems / Math.max(1, plan.shared.problems.length);
  const solved = 600 * problems;
  if (bootstrap === undefined) return solved;
  const { resamples } = bootstrap;
  const replicates =
    share * (8 * replicateNumbers(plan, resamples) + resamples * plan.shared.problems.length);
  const rows = bootstrap.draws ? plan.cells.length * plan.targets.length * resamples : 0;
  return solved + replicates + 30 * rows;
}

/**
 * Says where a disk has less room than a job is going to take, what is finished there counted. Only said, as the need is an
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
  return `${directory}: the run will take about ${megabytes(missing)} MB more, and ${megabytes(free)} MB are free there`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toPrecision(3);
}

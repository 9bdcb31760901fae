import { UserError } from "../errors.ts";
import { machineMemory } from "../store/machine.ts";
import { countOf } from "../tables/format.ts";
import type { SweepPlan } from "./plan-sweep.ts";
import type { PreparedSweep } from "./prepare-sweep.ts";

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
export function replicateNumbers({ shared }: SweepPlan, resamples: number): number {
  const width = shared.problems
    .filter(({ key }) => !shared.unsolvable.has(key))
    .reduce((sum, { form }) => sum + form.parameterNames.length, 0);
  return width * resamples;
}

import { readdir, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { SHARDS } from "./open-run.ts";
import type { PlannedFits } from "./plan-fits.ts";
import type { PreparedSweep } from "./prepare-sweep.ts";
import { replicateNumbers } from "./sweep-memory.ts";

/** Bytes of the shards, and of the table of draws where it is asked for, about. */
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
 * Says where a disk has less room than a run is going to take, what is finished there counted. Only said, as the need is an
 * estimate and some file systems do not tell how much room they have.
 *
 * @param need bytes
 */
export async function spaceWarning(directory: string, need: number): Promise<string | undefined> {
  const disk = await statfs(directory).catch(() => undefined);
  if (disk === undefined || disk.blocks === 0) return undefined;
  const free = disk.bavail * disk.bsize;
  const shards = join(directory, SHARDS);
  const names = await readdir(shards).catch(() => []);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(shards, name))).size));
  const missing = need - sizes.reduce((sum, size) => sum + size, 0);
  if (missing <= free) return undefined;
  return `${directory}: the run will take about ${megabytes(missing)} MB more, and ${megabytes(free)} MB are free there`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toPrecision(3);
}

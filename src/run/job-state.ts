import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { AxisValue } from "../methods/axis.ts";
import type { SweepPlan } from "../plan/plan-sweep.ts";
import { kernelHash } from "../solve/paths.ts";
import type { TableChecksum } from "../spec/read-table.ts";
import type { ResolvedSweep } from "../spec/resolve.ts";
import { writeAtomically } from "../store/atomic.ts";
import { version } from "../version.ts";
import { type Manifest, readJobJson, shardSchema, sweepFileCopy, tableChecksums } from "./manifest.ts";
import type { Shard } from "./shard.ts";

/** Name of the file of a job directory that says which sweep is executed there. */
export const JOB_STATE = "run.json";

const names = z.array(z.string());

/** Schema of `run.json`, which identifies the sweep of a job directory's finished work. The file is written before anything is solved. */
const jobStateSchema = z.object({
  program: z.literal("lawfit"),
  version: z.string(),
  /** Hash of the kernels' sources. */
  kernels: z.string(),
  /** Kind of backend. */
  backend: z.string(),
  /** The shard; null if the job has no shards. */
  part: shardSchema.nullable(),
  /** The sweep with preset and defaults filled in. */
  sweep: z.record(z.string(), z.unknown()),
  sweep_file: sweepFileCopy,
  tables: tableChecksums,
  /** Hash of the values of each configuration. */
  configurations: names,
  /** Values of each axis. */
  axes: z.record(z.string(), names),
  tasks: names,
  targets: names,
  begun: z.string(),
  /** When all work was done (ISO 8601); null until then. */
  finished: z.string().nullable(),
});

/** Identifies the sweep that a job directory's finished work belongs to. */
export type JobState = z.output<typeof jobStateSchema>;

/** The state of a new job for a planned sweep. */
export function jobState(
  { sweep, plan, tables }: { sweep: ResolvedSweep; plan: SweepPlan; tables: TableChecksum[] },
  {
    backend,
    shard,
    sweepFile,
  }: { backend: string; shard: Shard | undefined; sweepFile: Manifest["sweep_file"] },
): JobState {
  const axes: Record<string, string[]> = {};
  // A rare axis that a configuration does not use is none of its own: jobs from before the axis was there go on.
  const known = new Map(sweep.method.axes.map((axis) => [axis.name, axis]));
  const isUsed = ([name, value]: readonly [string, AxisValue]): boolean => {
    const axis = known.get(name);
    return axis !== undefined && !(axis.isRare && axis.default === value);
  };
  const configurations = sweep.configurations.map((configuration) => {
    const values = [...configuration.values].filter(isUsed);
    for (const [axis, value] of values) {
      axes[axis] ??= [];
      if (!axes[axis].includes(String(value))) axes[axis].push(String(value));
    }
    return createHash("sha256").update(JSON.stringify(values)).digest("hex").slice(0, 12);
  });
  return {
    program: "lawfit",
    version,
    kernels: kernelVersion(),
    backend,
    part: shard ?? null,
    sweep: sweep.spec,
    sweep_file: sweepFile,
    tables,
    configurations,
    axes,
    tasks: [...plan.tasks],
    targets: plan.targets.map(({ name }) => name),
    begun: new Date().toISOString(),
    finished: null,
  };
}

/**
 * The state of the job in a directory; undefined if there is none.
 *
 * @throws UserError where the file is damaged, or was not written by lawfit
 */
export async function readJobState(directory: string): Promise<JobState | undefined> {
  return readJobJson(join(directory, JOB_STATE), jobStateSchema);
}

/** @throws UserError where the file cannot be written */
export async function writeJobState(directory: string, state: JobState): Promise<void> {
  const text = `${JSON.stringify(state, null, 2)}\n`;
  await writeAtomically(join(directory, JOB_STATE), (temporary) => writeFile(temporary, text));
}

/** Hash of the kernels' sources. */
export function kernelVersion(): string {
  return kernelHash("").slice(0, 16);
}

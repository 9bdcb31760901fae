import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { SweepPlan } from "../plan/plan-sweep.ts";
import type { TableChecksum } from "../spec/read-table.ts";
import type { ResolvedSweep } from "../spec/resolve.ts";
import { writeAtomically } from "../store/atomic.ts";
import { version } from "../version.ts";
import { type Manifest, partSchema, readRunJson, sweepFileCopy, tableChecksums } from "./manifest.ts";
import type { Part } from "./part.ts";
import { kernelVersion } from "./work-keys.ts";

/** Name of the file of a run directory that says what is being run there. */
export const RUN_STATE = "run.json";

/** `run.json`: what a run directory's finished work is of. Written before anything is solved. */
export interface RunState {
  program: "lawfit";
  version: string;
  /** Hash of the kernels' sources. */
  kernels: string;
  /** Kind of backend. */
  backend: string;
  part: Part | null;
  /** The sweep with preset and defaults filled in. */
  sweep: Readonly<Record<string, unknown>>;
  sweep_file: Manifest["sweep_file"];
  tables: TableChecksum[];
  /** Hash of the values of each configuration. */
  configurations: string[];
  /** Values of each axis. */
  axes: Record<string, string[]>;
  tasks: string[];
  targets: string[];
  begun: string;
  /** When all of its work was done; null until then. */
  finished: string | null;
}

const names = z.array(z.string());

/** Demands of a file what `RunState` says. */
const runStateSchema = z.looseObject({
  program: z.literal("lawfit"),
  version: z.string(),
  kernels: z.string(),
  backend: z.string(),
  part: partSchema.nullable(),
  sweep: z.record(z.string(), z.unknown()),
  sweep_file: sweepFileCopy,
  tables: tableChecksums,
  configurations: names,
  axes: z.record(z.string(), names),
  tasks: names,
  targets: names,
  begun: z.string(),
  finished: z.string().nullable(),
});

/** What a planned sweep's run is. */
export function runState(
  { sweep, plan, tables }: { sweep: ResolvedSweep; plan: SweepPlan; tables: TableChecksum[] },
  {
    backend,
    part,
    sweepFile,
  }: { backend: string; part: Part | undefined; sweepFile: Manifest["sweep_file"] },
): RunState {
  const axes: Record<string, string[]> = {};
  const configurations = sweep.configurations.map(({ values }) => {
    for (const [axis, value] of values) {
      const known = axes[axis] ?? [];
      axes[axis] = known;
      if (!known.includes(String(value))) known.push(String(value));
    }
    return createHash("sha256")
      .update(JSON.stringify([...values]))
      .digest("hex")
      .slice(0, 12);
  });
  return {
    program: "lawfit",
    version,
    kernels: kernelVersion(),
    backend,
    part: part ?? null,
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
 * What is being run in a directory; undefined where nothing is.
 *
 * @throws UserError where the file is damaged, or not what lawfit writes
 */
export async function readRunState(directory: string): Promise<RunState | undefined> {
  return readRunJson(join(directory, RUN_STATE), runStateSchema);
}

/** @throws UserError where the disk takes it not */
export async function writeRunState(directory: string, state: RunState): Promise<void> {
  const text = `${JSON.stringify(state, null, 2)}\n`;
  await writeAtomically(join(directory, RUN_STATE), (temporary) => writeFile(temporary, text));
}

import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { ownValue } from "../collections.ts";
import type { SweepPlan } from "../plan/plan-sweep.ts";
import { analyses } from "../registry.ts";
import { kernelHash } from "../solve/paths.ts";
import type { TableChecksum } from "../spec/read-table.ts";
import type { ResolvedSweep } from "../spec/resolve.ts";
import { writeAtomically } from "../store/atomic.ts";
import { version } from "../version.ts";
import { type Manifest, readJobJson, shardSchema, sweepFileCopy, tableChecksums } from "./manifest.ts";
import { type Shard, shardName } from "./shard.ts";

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
  const configurations = sweep.configurations.map(({ values }) => {
    for (const [axis, value] of values) {
      axes[axis] ??= [];
      if (!axes[axis].includes(String(value))) axes[axis].push(String(value));
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

/** Keys of a sweep that change no number, or whose resolved values are compared instead. */
const APART = new Set(["table", "threads", "backend", "axes", "tasks", "targets", "forms", "preset"]);
/** Keys that may be added later: they add tables and change none. */
const ADDED = new Set<string>(["bootstrap", ...analyses.map(({ key }) => key)]);
/** Keys that choose what is written, and change no number. */
const WRITTEN = new Set(["bootstrap.draws", "rank_undetermined"]);

/**
 * Why a job directory's finished work does not belong to the given sweep: a line for each difference. A key that only
 * adds something (values of axes, tasks, targets, a first bootstrap) does not count as a difference.
 */
export function jobDifferences(before: JobState, now: JobState): string[] {
  return [
    ...differ("version", before.version, now.version),
    ...differ("kernels", before.kernels, now.kernels),
    ...differ("backend", before.backend, now.backend),
    ...differ("shard", before.part && shardName(before.part), now.part && shardName(now.part)),
    ...differentTables(before, now),
    ...differentKeys(before.sweep, now.sweep),
    ...missing("tasks", before.tasks, now.tasks),
    ...missing("targets", before.targets, now.targets),
    ...differentSizes(before.sweep.targets, now.sweep.targets),
    ...missingAxes(before, now),
  ];
}

function differ(name: string, before: unknown, now: unknown): string[] {
  return sorted(before) === sorted(now) ? [] : [`${name} was ${shown(before)} and is ${shown(now)}`];
}

/** The keys of two mappings that have different values; those of a mapping within are named `bootstrap.seed`. */
function differingKeys(
  before: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
  prefix = "",
): { key: string; was: string; is: string }[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].flatMap((name) => {
    const [was, is] = [ownValue(before, name), ownValue(now, name)];
    const key = `${prefix}${name}`;
    if (sorted(was) === sorted(is)) return [];
    if (isMapping(was) && isMapping(is)) return differingKeys(was, is, `${key}.`);
    return [{ key, was: shown(was), is: shown(is) }];
  });
}

function differentTables(before: JobState, now: JobState): string[] {
  const sums = ({ tables }: JobState) => tables.map(({ sha256 }) => sha256);
  if (sorted(sums(before)) === sorted(sums(now))) return [];
  const named = ({ tables }: JobState) =>
    tables.map(({ path, rows, sha256 }) => `${path} (${rows} rows, sha256 ${sha256.slice(0, 8)})`).join(", ");
  return [`the table was ${named(before)} and is ${named(now)}`];
}

function differentKeys(before: JobState["sweep"], now: JobState["sweep"]): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((key) => !APART.has(key));
  const differing = keys.flatMap((key) => {
    const [was, is] = [ownValue(before, key), ownValue(now, key)];
    if (ADDED.has(key) && was === undefined) return [];
    // A bootstrap brings profiles with it.
    if (key === "profiles" && was === false && is === true) return [];
    return differingKeys({ [key]: was }, { [key]: is }).filter((change) => !WRITTEN.has(change.key));
  });
  const forms = isMapping(before.forms) ? before.forms : {};
  const formsNow = isMapping(now.forms) ? now.forms : {};
  return [
    ...differing.map(({ key, was, is }) => `${key} was ${was} and is ${is}`),
    ...Object.keys(forms).flatMap((name) => differ(`forms.${name}`, forms[name], ownValue(formsNow, name))),
  ];
}

function missing(what: string, before: readonly string[], now: readonly string[]): string[] {
  const gone = before.filter((name) => !now.includes(name));
  return gone.length === 0 ? [] : [`${what} had ${gone.join(", ")}, now missing`];
}

/** A target that is given by its size may not change it. */
function differentSizes(before: unknown, now: unknown): string[] {
  const sizes = (targets: unknown) =>
    new Map(
      (Array.isArray(targets) ? targets : []).flatMap((target: unknown): [string, unknown][] =>
        isMapping(target) ? [[String(target.name), target]] : [],
      ),
    );
  const is = sizes(now);
  return [...sizes(before)].flatMap(([name, size]) =>
    is.has(name) ? differ(`target ${name}`, size, is.get(name)) : [],
  );
}

function missingAxes(before: JobState, now: JobState): string[] {
  const left = new Set(now.configurations);
  const gone = before.configurations.filter((hash) => !left.has(hash)).length;
  if (gone === 0) return [];
  const lost = Object.entries(before.axes).flatMap(([axis, values]) => {
    const missingValues = values.filter((value) => !now.axes[axis]?.includes(value));
    return missingValues.length === 0 ? [] : [`axis ${axis} had ${missingValues.join(", ")}, now missing`];
  });
  return lost.length > 0
    ? lost
    : [`${gone} of ${before.configurations.length} configurations are now missing`];
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return "none";
  return typeof value === "string" ? value : sorted(value);
}

/** JSON with the keys in order, so that equal things are equal texts. */
function sorted(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      isMapping(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? "none"
  );
}

/** What differs between two finished jobs: a line each. */
export function differentManifests(before: Manifest, after: Manifest): string[] {
  const sums = ({ tables }: Manifest) => tables.map(({ sha256 }) => sha256).join();
  const named = ({ tables }: Manifest) => tables.map(({ path, rows }) => `${path} (${rows} rows)`).join(", ");
  const tables = sums(before) === sums(after) ? [] : [`table: ${named(before)} -> ${named(after)}`];
  // The table is compared separately, and threads change no number.
  const computed = ({
    version,
    backend,
    sweep: { table: _, threads: __, backend: ___, ...sweep },
  }: Manifest) => {
    return { version, backend, ...sweep };
  };
  const others = differingKeys(computed(before), computed(after));
  return [...tables, ...others.map(({ key, was, is }) => `${key}: ${was} -> ${is}`)];
}

/** Hash of the kernels' sources. */
export function kernelVersion(): string {
  return kernelHash("").slice(0, 16);
}

import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { ownValue } from "../collections.ts";
import type { SweepPlan } from "../plan/plan-sweep.ts";
import type { TableChecksum } from "../spec/read-table.ts";
import type { ResolvedSweep } from "../spec/resolve.ts";
import { writeAtomically } from "../store/atomic.ts";
import { version } from "../version.ts";
import { type Manifest, readJobJson, shardSchema, sweepFileCopy, tableChecksums } from "./manifest.ts";
import { type Shard, shardName } from "./shard.ts";
import { kernelVersion } from "./work-keys.ts";

/** Name of the file of a job directory that says what is being run there. */
export const JOB_STATE = "run.json";

/** `run.json`: what a job directory's finished work is of. Written before anything is solved. */
export interface JobState {
  program: "lawfit";
  version: string;
  /** Hash of the kernels' sources. */
  kernels: string;
  /** Kind of backend. */
  backend: string;
  part: Shard | null;
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

/** Demands of a file what `JobState` says. */
const jobStateSchema = z.looseObject({
  program: z.literal("lawfit"),
  version: z.string(),
  kernels: z.string(),
  backend: z.string(),
  part: shardSchema.nullable(),
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

/** What a planned sweep's job is. */
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
 * What is being run in a directory; undefined where nothing is.
 *
 * @throws UserError where the file is damaged, or not what lawfit writes
 */
export async function readJobState(directory: string): Promise<JobState | undefined> {
  return readJobJson(join(directory, JOB_STATE), jobStateSchema);
}

/** @throws UserError where the disk takes it not */
export async function writeJobState(directory: string, state: JobState): Promise<void> {
  const text = `${JSON.stringify(state, null, 2)}\n`;
  await writeAtomically(join(directory, JOB_STATE), (temporary) => writeFile(temporary, text));
}

/** Keys of a sweep that change no number, or that are compared by what they stand for. */
const APART = new Set(["table", "threads", "backend", "axes", "tasks", "targets", "forms", "preset"]);
/** Keys that may come where there were none: they add tables and change none. */
const ADDED = new Set(["bootstrap", "backtest", "mixtures", "isoflop"]);
/** Keys that say what is written, and change no number. */
const WRITTEN = new Set(["bootstrap.draws", "rank_undetermined"]);

/**
 * Why a job directory's finished work is not of the sweep that is to be run: a line for each difference. What only
 * adds (values of axes, tasks, targets, a bootstrap where there was none) is no difference.
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
  const own = keys.flatMap((key) => {
    const [was, is] = [ownValue(before, key), ownValue(now, key)];
    if (ADDED.has(key) && was === undefined) return [];
    // A bootstrap brings profiles with it.
    if (key === "profiles" && was === false && is === true) return [];
    return differingKeys({ [key]: was }, { [key]: is })
      .filter((one) => !WRITTEN.has(one.key))
      .map((one) => `${one.key} was ${one.was} and is ${one.is}`);
  });
  const { forms } = before;
  const known = isMapping(forms) ? forms : {};
  return [
    ...own,
    ...Object.keys(known).flatMap((name) => differ(`forms.${name}`, known[name], entry(now.forms, name))),
  ];
}

function missing(what: string, before: readonly string[], now: readonly string[]): string[] {
  const gone = before.filter((one) => !now.includes(one));
  return gone.length === 0 ? [] : [`${what} had ${gone.join(", ")}`];
}

/** A target that is given by its size may not change it. */
function differentSizes(before: unknown, now: unknown): string[] {
  const sizes = (targets: unknown) =>
    new Map(
      (Array.isArray(targets) ? targets : []).flatMap((one: unknown): [string, unknown][] =>
        isMapping(one) ? [[String(one.name), one]] : [],
      ),
    );
  const is = sizes(now);
  return [...sizes(before)].flatMap(([name, size]) =>
    is.has(name) ? differ(`target ${name}`, size, is.get(name)) : [],
  );
}

function missingAxes(before: JobState, now: JobState): string[] {
  const known = new Set(now.configurations);
  const gone = before.configurations.filter((one) => !known.has(one)).length;
  if (gone === 0) return [];
  const lost = Object.entries(before.axes).flatMap(([axis, values]) => {
    const left = values.filter((value) => !now.axes[axis]?.includes(value));
    return left.length === 0 ? [] : [`axis ${axis} had ${left.join(", ")}`];
  });
  return lost.length > 0
    ? lost
    : [`${gone} of ${before.configurations.length} configurations are not there any more`];
}

function entry(mapping: unknown, name: string): unknown {
  return isMapping(mapping) ? ownValue(mapping, name) : undefined;
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
    JSON.stringify(value, (_, one: unknown) =>
      isMapping(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one,
    ) ?? "none"
  );
}

/** What differs between two finished runs: a line each. */
export function differentManifests(before: Manifest, after: Manifest): string[] {
  const sums = ({ tables }: Manifest) => tables.map(({ sha256 }) => sha256).join();
  const rows = ({ tables }: Manifest) => tables.map((one) => `${one.path} (${one.rows} rows)`).join(", ");
  const tables = sums(before) === sums(after) ? [] : [`table: ${rows(before)} -> ${rows(after)}`];
  const plain = { version: before.version, backend: before.backend };
  const others = differingKeys(
    { ...plain, ...withoutTable(before) },
    { version: after.version, backend: after.backend, ...withoutTable(after) },
  ).map(({ key, was, is }) => `${key}: ${was} -> ${is}`);
  return [...tables, ...others];
}

/** Keys of the sweep that say what was computed. */
function withoutTable({ sweep }: Manifest): Record<string, unknown> {
  const { table: _, threads: __, backend: ___, ...rest } = sweep;
  return rest;
}

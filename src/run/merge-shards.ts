import { copyFile, link, readdir } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { ResampleSession } from "../bootstrap/resample-use.ts";
import { groupBy } from "../collections.ts";
import { UserError } from "../errors.ts";
import { solverSession } from "../plan/solver.ts";
import type { Backend } from "../solve/kernel.ts";
import type { BackendName } from "../solve/problem.ts";
import { type PreparedSweep, prepareSweep } from "../spec/prepare-sweep.ts";
import type { SweepSpec } from "../spec/spec.ts";
import { writeAtomically } from "../store/atomic.ts";
import { makeFolder } from "../store/disk-errors.ts";
import { PACK_ENDING, type PackEntry, readPackIndex, readResults, unpack } from "../store/pack-file.ts";
import { ownFolder } from "../store/places.ts";
import { countOf } from "../text.ts";
import { jobDifferences } from "./job-differences.ts";
import { type JobState, jobState, readJobState } from "./job-state.ts";
import { Meter } from "./meter.ts";
import { demandMemory, planFits } from "./needs.ts";
import { demandSameJob, openJob, PACKS } from "./open-job.ts";
import { type RunSweepOptions, type SweepResult, solveAndWrite } from "./run-sweep.ts";
import { Ownership, shardName } from "./shard.ts";
import { storedSession, WorkKeys } from "./stored-session.ts";
import { recordSolver } from "./sweep-work.ts";
import { checkJobDirectory } from "./write-directory.ts";

export interface MergeOptions
  extends Pick<RunSweepOptions, "onStatus" | "onWarning" | "onProgress" | "onRunProgress"> {
  /** Run directory to write. */
  out: string;
  /** Path of the checkpoint table, if it differs from that of the shards. */
  table?: string | undefined;
}

/** The run directory of a shard, and its state. */
interface ShardJob {
  directory: string;
  state: JobState & { part: NonNullable<JobState["part"]> };
}

/**
 * Joins the shards of a job into one run directory, whose tables are bit for bit those of a job in one piece. Nothing is
 * solved: if the tables can be made, nothing is missing.
 *
 * @param directories of all shards, in any order
 * @throws UserError naming shards that are missing, doubled, not finished or of another job, and work that is missing
 */
export async function mergeShards(
  directories: readonly string[],
  options: MergeOptions,
): Promise<SweepResult> {
  const { out, table, onStatus } = options;
  await checkJobDirectory(out);
  const shards = await Promise.all(directories.map(readShard));
  demandAllShards(shards);
  const { state: first } = shards[0]!;
  const spec = { ...first.sweep, ...(table !== undefined && { table: [table] }) } as SweepSpec;
  const prepared = await prepareSweep(spec, { where: first.sweep_file?.path ?? shards[0]!.directory });
  const state = jobState(prepared, { backend: first.backend, shard: undefined, sweepFile: first.sweep_file });
  const differences = jobDifferences({ ...first, part: null }, state);
  if (differences.length > 0) {
    throw new UserError(`${shards[0]!.directory}: cannot be merged here: ${differences.join("; ")}`);
  }
  for (const line of prepared.lines) onStatus?.(line);
  demandMemory(prepared);
  const { record, listeners } = recordSolver(options);
  record.backend = `${first.backend}, ${countOf(shards.length, "shard")} merged`;
  await demandSameJob(out, state);
  const job = await openJob(out, state, {
    fresh: false,
    ownOnly: true,
    fill: (packs) => joinPacks(directories, packs),
    ...{ onWarning: listeners.onWarning, onWaiting: options.onWarning },
  });
  try {
    const meter = new Meter((progress) => {
      options.onProgress?.(progress.done, progress.total);
      options.onRunProgress?.(progress);
    });
    planFits(meter, prepared);
    onStatus?.(`${countOf(job.kept, "result")} of ${countOf(shards.length, "shard")}, each found once`);
    const session = storedSession(absentSession(prepared, shards, meter), {
      store: job.store,
      keys: new WorkKeys(first.backend, prepared.tables),
      onFound: (fits) => meter.addFound(fits),
    });
    const work = { record, listeners, session, meter, job };
    return await solveAndWrite(prepared, work, {
      out,
      sweepFile: first.sweep_file ?? undefined,
      ...(onStatus && { onStatus }),
      ...(options.onWarning && { onWarning: options.onWarning }),
    });
  } finally {
    await job.close();
  }
}

async function readShard(directory: string): Promise<ShardJob> {
  const state = await readJobState(directory);
  if (state === undefined) throw new UserError(`${directory}: not a run directory of lawfit`);
  const { part: shard } = state;
  if (shard === null) throw new UserError(`${directory}: not a shard; allowed: shards, made by --shard i/n`);
  return { directory, state: { ...state, part: shard } };
}

/** Demands that each shard of one job is there once and is finished. */
function demandAllShards(shards: readonly ShardJob[]): void {
  const [first, ...others] = shards;
  if (first === undefined) throw new UserError("merge: no shard is given");
  const { count } = first.state.part;
  const whole = { ...first.state, part: null };
  for (const { directory, state } of others) {
    const { part } = state;
    const other = { ...state, part: null };
    const [difference] = [
      ...(part.count === count ? [] : [`it is one of ${part.count} shards, not of ${count}`]),
      ...jobDifferences(whole, other),
      ...jobDifferences(other, whole),
    ];
    if (difference === undefined) continue;
    throw new UserError(`${directory}: belongs to another sweep than ${first.directory}: ${difference}`);
  }
  const nameOf = (index: number): string => `shard ${shardName({ index, count })}`;
  const byIndex = groupBy(shards, ({ state }) => state.part.index);
  const missing = Array.from({ length: count }, (_, i) => i + 1).filter((index) => !byIndex.has(index));
  const wrong = [
    ...[...byIndex]
      .filter(([, same]) => same.length > 1)
      .map(([index, same]) => {
        return `${nameOf(index)} is given twice: ${same.map(({ directory }) => directory).join(", ")}`;
      }),
    ...(missing.length === 0 ? [] : [`missing: ${missing.map(nameOf).join(", ")}`]),
    ...shards
      .filter(({ state }) => state.finished === null)
      .map(({ directory, state: { part } }) => {
        return `${nameOf(part.index)} (${directory}) is not finished: repeat the command that started it to continue`;
      }),
  ];
  if (wrong.length > 0) throw new UserError(`merge: ${wrong.join("; ")}`);
}

/**
 * A session that solves nothing of what shards share: it says which work is missing, and in which shard. What analyses solve last, as it
 * depends on the results of all shards, it solves.
 */
function absentSession(
  { plan, sweep, analyses }: PreparedSweep,
  shards: readonly ShardJob[],
  meter: Meter,
): ResampleSession {
  const { part, backend } = shards[0]!.state;
  const ownership = new Ownership(part, plan.shared.problems);
  const planned = new Set(plan.shared.problems.map(({ key }) => key));
  const late = analyses.some(({ share }) => share !== undefined)
    ? solverSession(undefined, sweep.solve, { onFits: (fits, seconds) => meter.addFits(fits, seconds) })
    : undefined;
  const missing = (keys: readonly string[], what: string): UserError => {
    const index = ownership.ownerOf(keys[0]!);
    const { directory } = shards.find(({ state }) => state.part.index === index)!;
    return new UserError(
      `merge: ${countOf(keys.length, what)} missing, the first of problem ${keys[0]}, which shard ` +
        `${shardName({ index, count: part.count })} (${directory}) owns: repeat its command`,
    );
  };
  const idle: Backend = {
    name: backend as BackendName,
    description: "",
    concurrency: 2,
    startsPerRequest: 1,
    kernel: () => Promise.reject(new Error("a merge solves nothing")),
    kernelCounts: () => ({ kernels: 0, compiled: 0 }),
    close: async () => {},
  };
  return {
    async solve(problems, options) {
      if (late !== undefined && !problems.some(({ key }) => planned.has(key)))
        return late.solve(problems, options);
      const keys = problems.map(({ key }) => key);
      throw missing(keys, "solved problem");
    },
    backend: async () => idle,
    absent: (problemKey) => missing([problemKey], "resampled stage"),
    close: async () => late?.close(),
  };
}

/** A result in a run directory. */
interface StoredResult {
  directory: string;
  path: string;
  head: number;
  entry: PackEntry;
}

/**
 * Puts the packs of several run directories into one folder: as further names of the same files where the file
 * system has them, else as copies.
 *
 * @throws UserError where two directories own the same result, or have different bytes for one that both needed
 */
async function joinPacks(directories: readonly string[], folder: string): Promise<void> {
  await makeFolder(folder);
  const owners = new Map<string, StoredResult>();
  const borrowed: StoredResult[] = [];
  for (const directory of directories) {
    const packs = join(directory, PACKS);
    await ownFolder(packs);
    for (const name of (await readdir(packs).catch(() => [])).filter((file) => file.endsWith(PACK_ENDING))) {
      const path = join(packs, name);
      const index = await readPackIndex(path);
      for (const entry of index?.entries ?? []) {
        const result = { directory, path, head: index!.head, entry };
        const owner = owners.get(entry.key);
        if (entry.borrowed) borrowed.push(result);
        else if (owner === undefined) owners.set(entry.key, result);
        else if (owner.directory !== directory) {
          throw new UserError(`result ${entry.key} has two owners: ${owner.directory} and ${directory}`);
        }
      }
      await linkOrCopy(path, join(folder, name));
    }
  }
  for (const result of borrowed) {
    const { key } = result.entry;
    const owner = owners.get(key);
    if (owner === undefined || (await isSame(owner, result))) continue;
    throw new UserError(
      `result ${key} differs between ${owner.directory} and ${result.directory}: their machines do not compute the same bits`,
    );
  }
}

/** Equal numbers may be written as other bytes: a whole number as an integer or as a float. */
async function isSame(a: StoredResult, b: StoredResult): Promise<boolean> {
  if (a.entry.sha256 === b.entry.sha256) return true;
  const [first, second] = await Promise.all(
    [a, b].map(async ({ path, head, entry }) => (await readResults(path, head, [entry]))[0]),
  );
  // Damaged results are reported when they are read.
  if (first === undefined || second === undefined) return true;
  return isDeepStrictEqual(unpack(first), unpack(second));
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") return;
    // Another disk, or a file system without hard links.
    await writeAtomically(to, (temporary) => copyFile(from, temporary));
  });
}

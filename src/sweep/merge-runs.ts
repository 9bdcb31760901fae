import { UserError } from "../errors.ts";
import { groupBy } from "../group-by.ts";
import type { Backend } from "../solve/kernel.ts";
import type { BackendName } from "../solve/problem.ts";
import { countOf } from "../tables/format.ts";
import { joinShards } from "./join-shards.ts";
import { Meter } from "./meter.ts";
import { demandSameRun, openRun } from "./open-run.ts";
import { Ownership, partName } from "./part.ts";
import { planFits } from "./plan-fits.ts";
import { type PreparedSweep, prepareSweep } from "./prepare-sweep.ts";
import { runDifferences } from "./run-differences.ts";
import { checkRunDirectory } from "./run-directory.ts";
import { type RunState, readRunState, runState } from "./run-state.ts";
import { type RunSweepOptions, type SweepResult, solveAndWrite } from "./run-sweep.ts";
import type { SolverSession } from "./solver.ts";
import { recordSolver } from "./solver-record.ts";
import type { SweepSpec } from "./spec.ts";
import { storedSession } from "./stored-session.ts";
import { demandMemory } from "./sweep-memory.ts";
import { WorkKeys } from "./work-keys.ts";

export interface MergeOptions
  extends Pick<RunSweepOptions, "onStatus" | "onWarning" | "onProgress" | "onRunProgress"> {
  /** Run directory to write. */
  out: string;
  /** The checkpoint table, where it lies elsewhere than it did for the parts. */
  table?: string | undefined;
}

/** A part's run directory and what it is of. */
interface PartRun {
  directory: string;
  state: RunState & { part: NonNullable<RunState["part"]> };
}

/**
 * Joins the parts of a run into one run directory, whose tables are bit for bit those of a run in one piece. Nothing is
 * solved: that the tables can be made shows that nothing is missing.
 *
 * @param directories of all parts, in any order
 * @throws UserError naming parts that are missing, doubled, not finished or of another run, and work that is missing
 */
export async function mergeRuns(directories: readonly string[], options: MergeOptions): Promise<SweepResult> {
  const { out, table, onStatus } = options;
  await checkRunDirectory(out);
  const parts = await Promise.all(directories.map(readPart));
  demandAllParts(parts);
  const { state: first } = parts[0]!;
  const spec = { ...first.sweep, ...(table !== undefined && { table: [table] }) } as SweepSpec;
  const prepared = await prepareSweep(spec, { where: first.sweep_file?.path ?? parts[0]!.directory });
  const state = runState(prepared, { backend: first.backend, part: undefined, sweepFile: first.sweep_file });
  const differences = runDifferences({ ...first, part: null }, state);
  if (differences.length > 0) {
    throw new UserError(`${parts[0]!.directory}: cannot be merged here: ${differences.join("; ")}`);
  }
  for (const line of prepared.lines) onStatus?.(line);
  demandMemory(prepared);
  const { record, options: listeners } = recordSolver(options);
  record.backend = `${first.backend}, ${countOf(parts.length, "shard")} merged`;
  await demandSameRun(out, state);
  const run = await openRun(out, state, {
    fresh: false,
    ownOnly: true,
    fill: (shards) =>
      joinShards(
        parts.map(({ directory }) => directory),
        shards,
      ),
    ...{ onWarning: listeners.onWarning, onWaiting: options.onWarning },
  });
  try {
    const meter = new Meter((progress) => {
      options.onProgress?.(progress.done, progress.total);
      options.onRunProgress?.(progress);
    });
    planFits(meter, prepared);
    onStatus?.(`${countOf(run.found, "result")} of ${countOf(parts.length, "shard")}, each there once`);
    const session = storedSession(absentSession(prepared, parts), {
      store: run.store,
      keys: new WorkKeys({ backend: first.backend, tables: prepared.tables.map(({ sha256 }) => sha256) }),
      onFound: (fits) => meter.addFound(fits),
    });
    const work = { record, options: listeners, listeners, session, meter, run };
    return await solveAndWrite(prepared, work, {
      out,
      sweepFile: first.sweep_file ?? undefined,
      ...(onStatus && { onStatus }),
    });
  } finally {
    await run.close();
  }
}

async function readPart(directory: string): Promise<PartRun> {
  const state = await readRunState(directory);
  if (state === undefined) throw new UserError(`${directory}: no run directory of lawfit`);
  const { part } = state;
  if (part === null) throw new UserError(`${directory}: a whole run; allowed: shards, made by --shard i/n`);
  return { directory, state: { ...state, part } };
}

/** Demands each part of one run, once and finished. */
function demandAllParts(parts: readonly PartRun[]): void {
  const [first, ...others] = parts;
  if (first === undefined) throw new UserError("lawfit merge: no shard is given");
  const { count } = first.state.part;
  for (const { directory, state } of others) {
    const pair = [
      { ...first.state, part: null },
      { ...state, part: null },
    ] as const;
    const differences = [...runDifferences(...pair), ...runDifferences(pair[1], pair[0])];
    const numbers =
      state.part.count === count ? [] : [`it is one of ${state.part.count} shards, not of ${count}`];
    const all = [...numbers, ...differences];
    if (all.length > 0)
      throw new UserError(`${directory}: of another run than ${first.directory}: ${all[0]}`);
  }
  const byIndex = groupBy(parts, ({ state }) => state.part.index);
  const doubled = [...byIndex.values()].filter((same) => same.length > 1);
  const missing = Array.from({ length: count }, (_, i) => i + 1).filter((index) => !byIndex.has(index));
  const open = parts.filter(({ state }) => state.finished === null);
  const wrong = [
    ...doubled.map(
      (same) =>
        `shard ${partName(same[0]!.state.part)} is given twice: ${same.map((one) => one.directory).join(", ")}`,
    ),
    ...(missing.length === 0
      ? []
      : [`missing: ${missing.map((index) => `shard ${partName({ index, count })}`).join(", ")}`]),
    ...open.map(
      ({ directory, state }) =>
        `shard ${partName(state.part)} (${directory}) is not finished: the command that began it goes on`,
    ),
  ];
  if (wrong.length > 0) throw new UserError(`lawfit merge: ${wrong.join("; ")}`);
}

/** A session that says what is missing. */
function absentSession({ plan }: PreparedSweep, parts: readonly PartRun[]): SolverSession {
  const { part, ...rest } = parts[0]!.state;
  const ownership = new Ownership(part, plan.shared.problems);
  const missing = (keys: readonly string[], what: string): UserError => {
    const owner = ownership.ownerOf(keys[0]!);
    const { directory } = parts.find(({ state }) => state.part.index === owner)!;
    return new UserError(
      `lawfit merge: ${countOf(keys.length, `${what}`)} missing, the first of problem ${keys[0]}, which shard ` +
        `${partName({ index: owner, count: part.count })} (${directory}) owns: run its command again`,
    );
  };
  const backend: Backend = {
    name: rest.backend as BackendName,
    description: "",
    concurrency: 2,
    startsPerRequest: 1,
    kernel: () => Promise.reject(new Error("a merge solves nothing")),
    kernelCounts: () => ({ kernels: 0, compiled: 0 }),
    close: async () => {},
  };
  return {
    solve: (problems) =>
      Promise.reject(
        missing(
          problems.map(({ key }) => key),
          "solved problem",
        ),
      ),
    backend: async () => backend,
    absent: (problemKey) => missing([problemKey], "resampled stage"),
    close: async () => {},
  };
}

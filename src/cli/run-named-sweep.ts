import { recordsOf } from "../draw/records.ts";
import { UserError } from "../errors.ts";
import { Interrupted } from "../plan/interrupted.ts";
import { readJobState } from "../run/job-state.ts";
import { mergeShards } from "../run/merge-shards.ts";
import { runShard } from "../run/run-shard.ts";
import { type RunSweepOptions, runSweep, type SweepResult } from "../run/run-sweep.ts";
import { type Shard, shardFolder, shardFolders, shardName } from "../run/shard.ts";
import { type CheckedSpec, checkSpec } from "../spec/spec.ts";
import { formatTable } from "../tables/format.ts";
import { shellWord } from "../text.ts";
import { watchInterrupts } from "./interrupts.ts";
import { jobReporter } from "./job-progress.ts";
import type { GivenKeys } from "./key-options.ts";
import { partOption } from "./options.ts";
import { printData, printText } from "./output.ts";
import { duration, jsonEvents, printLine, whole } from "./progress.ts";
import { readSweep } from "./read-sweep.ts";
import { besideNumbers, formatSummary } from "./sweep-summary.ts";

/** Options of how a sweep is executed, in addition to what is swept. */
export interface JobArguments {
  out: string | undefined;
  quiet: boolean;
  format: "text" | "json";
  json: boolean;
  fresh: boolean;
  shard: string | undefined;
  "dry-run": boolean;
  /** Whether predictions are to have intervals, where the sweep itself does not say which. */
  interval?: boolean;
}

/** What a command makes of a sweep before it runs, and of its results for people. */
interface SweepUse {
  reshape?: (spec: CheckedSpec) => CheckedSpec;
  format?: (result: SweepResult, directory: string) => string;
}

/** Runs the sweep of a preset or a file, or a shard of it, writes its job directory and prints what it found. */
export async function runNamedSweep(
  sweep: string,
  keys: GivenKeys,
  given: JobArguments,
  { reshape = (spec) => spec, format = formatSummary }: SweepUse = {},
): Promise<void> {
  const isJson = given.json || given.format === "json";
  const read = await readSweep(sweep, keys);
  const bootstrap = given.interval && { bootstrap: {} };
  const named = { ...read, spec: reshape(checkSpec({ ...bootstrap, ...read.spec }, read.name)) };
  const shard = partOption(given.shard);
  const whole = given.out ?? `runs/${named.name}`;
  const out = shard === undefined ? whole : shardFolder(whole, shard);
  if (given["dry-run"]) {
    const { printEstimate } = await import("./estimate-summary.ts");
    return printEstimate(named, { out, json: isJson, shard });
  }
  if (shard !== undefined)
    return runOneShard(named.spec, shard, {
      ...{ out: whole, fresh: given.fresh, quiet: given.quiet, isJson },
      sweepFile: named.sweepFile,
    });
  await interruptibly(out, async (interrupts) => {
    const watch = isJson ? jsonEvents() : talk(given.quiet, !given.quiet);
    const options = { out, fresh: given.fresh, sweepFile: named.sweepFile, ...interrupts, ...watch };
    const result = await runSweep(named.spec, options);
    if (isJson) jsonEvents().onEnd(ended(result, out));
    else if (!given.quiet) printText(format(result, out));
  });
}

/**
 * Does one shard of a sweep's work.
 *
 * @param options `out`: the folder of all shards
 */
export async function runOneShard(
  spec: CheckedSpec,
  part: Shard,
  {
    out: whole,
    quiet,
    isJson,
    ...options
  }: { out: string; quiet: boolean; isJson: boolean } & Pick<
    RunSweepOptions,
    "fresh" | "sweepFile" | "where"
  >,
): Promise<void> {
  const out = shardFolder(whole, part);
  await interruptibly(out, async (interrupts) => {
    const watch = isJson ? jsonEvents() : talk(quiet, false);
    const result = await runShard(spec, { ...options, out, part, ...interrupts, ...watch });
    if (isJson) jsonEvents().onEnd({ directory: out, ...result });
    else if (!quiet) printText(formatPart(result, out, whole));
  });
}

/** How the fits of a command line are executed. */
export interface FitJob {
  out: string | undefined;
  fresh: boolean;
  quiet: boolean;
  format: "text" | "json";
}

/**
 * Fits laws to a table, prints what they are, and writes a job directory if one is named.
 *
 * @param where the command, for messages
 */
export async function runFit(
  spec: CheckedSpec,
  { out, fresh, quiet, format }: FitJob,
  where = "fit",
): Promise<void> {
  await interruptibly(out, async (interrupts) => {
    const watch = watchOf({ quiet, format });
    const result = await runSweep(spec, { out, fresh, where, ...interrupts, ...watch });
    if (format === "text") return printText(formatSummary(result, out));
    const tables = Object.entries(result.tables).map(([name, table]) => {
      return `${JSON.stringify(name)}: ${formatTable(table, { format: "json" }).trimEnd()}`;
    });
    printData(`{\n${tables.join(",\n")}\n}\n`);
  });
}

/** What is said while fits are solved: of what ends in tables for programs warnings alone. */
export const watchOf = ({ quiet, format }: Pick<FitJob, "quiet" | "format">) =>
  format === "json" ? { onWarning: warner(false) } : talk(quiet, true);

/** Does work that a signal may stop; says then what is kept. */
export async function interruptibly(
  out: string | undefined,
  work: (options: { signal: AbortSignal; onPlanned: () => void }) => Promise<void>,
): Promise<void> {
  const interrupts = watchInterrupts();
  try {
    await work({ signal: interrupts.signal, onPlanned: interrupts.begin });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    const isKept = out !== undefined && (await readJobState(out)) !== undefined;
    printLine(
      isKept
        ? `lawfit: interrupted: finished work is kept in ${out}; repeat the command to continue`
        : "lawfit: interrupted before anything was solved; nothing was written",
    );
    process.exitCode = interrupts.exitCode();
  } finally {
    interrupts.end();
  }
}

/** @param isSummarised whether a summary follows, which has what is said of a table beside the numbers */
function warner(isSummarised: boolean) {
  return (line: string) => {
    const beside = isSummarised ? besideNumbers(line) : undefined;
    printLine(`warning: ${beside === undefined ? line : `${beside.brief}: see below`}`);
  };
}

function talk(quiet: boolean, isSummarised: boolean) {
  const onWarning = warner(isSummarised);
  return quiet
    ? { onWarning }
    : { onWarning, onStatus: (line: string) => printLine(line), onRunProgress: jobReporter() };
}

/** The event that reports a finished sweep to a program; of one with back-tests, with the rows of some of their tables. */
function ended({ manifest, tables }: SweepResult, directory: string): object {
  const { counts, work, seconds, results } = manifest;
  const { leave_largest_out: largest, choice_effects: effects } = tables;
  return {
    ...{ directory, counts, work, seconds, results },
    ...(largest && { leave_largest_out: recordsOf(largest) }),
    ...(effects && { choice_effects: recordsOf(effects) }),
  };
}

function formatPart(
  { part: shard, problems, fits, fitsFound, seconds }: Awaited<ReturnType<typeof runShard>>,
  out: string,
  directory: string,
): string {
  const before = fitsFound === 0 ? "" : `; ${whole(fitsFound)} more were finished before`;
  return (
    `shard ${shardName(shard)}: ${whole(problems)} problems, ${whole(fits)} fits in ${duration(seconds)}${before}; kept in ${out}\n` +
    `when all ${shard.count} are done: lawfit merge ${shellWord(directory)}\n`
  );
}

/** Joins shards, of one folder or given one by one, and prints what the sweep found. */
export async function mergeDirectories(
  directories: readonly string[],
  { out, table, quiet }: { out: string | undefined; table: string | undefined; quiet: boolean },
): Promise<void> {
  const shards = await Promise.all(
    directories.map(async (given) => {
      const inside = await shardFolders(given);
      return inside.length > 0 ? inside : [given];
    }),
  );
  const isFolder = directories.length === 1 && shards[0]!.length > 0 && shards[0]![0] !== directories[0];
  const directory = out ?? (isFolder ? directories[0] : undefined);
  if (directory === undefined) {
    throw new UserError(
      "merge: --out is missing; shards that are given one by one need it: the run directory to write",
    );
  }
  const onWarning = warner(!quiet);
  const talk = !quiet && { onStatus: (line: string) => printLine(line) };
  const result = await mergeShards(shards.flat(), { out: directory, table, onWarning, ...talk });
  if (!quiet) printText(formatSummary(result, directory));
}

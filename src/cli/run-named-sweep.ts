import { UserError } from "../errors.ts";
import { Interrupted } from "../plan/interrupted.ts";
import { readJobState } from "../run/job-state.ts";
import { mergeShards } from "../run/merge-shards.ts";
import { runShard } from "../run/run-shard.ts";
import { runSweep, type SweepResult } from "../run/run-sweep.ts";
import { shardFolder, shardFolders, shardName } from "../run/shard.ts";
import { shellWord } from "../text.ts";
import { watchInterrupts } from "./interrupts.ts";
import type { GivenKeys } from "./key-options.ts";
import { partOption } from "./options.ts";
import { printText } from "./output.ts";
import { duration, jsonEvents, printLine, runReporter, whole } from "./progress.ts";
import { readSweep } from "./read-sweep.ts";
import { formatSummary } from "./sweep-summary.ts";

/** How a sweep is run, beside what is swept. */
export interface RunArguments {
  out: string | undefined;
  quiet: boolean;
  json: boolean;
  fresh: boolean;
  shard: string | undefined;
  "dry-run": boolean;
}

/** Runs the sweep of a preset or a file, or a shard of it, writes its job directory and prints what it found. */
export async function runNamedSweep(sweep: string, keys: GivenKeys, given: RunArguments): Promise<void> {
  const named = await readSweep(sweep, keys);
  const shard = partOption(given.shard);
  const whole = given.out ?? `runs/${named.name}`;
  const out = shard === undefined ? whole : shardFolder(whole, shard);
  if (given["dry-run"]) {
    const { printEstimate } = await import("./estimate-summary.ts");
    return printEstimate(named, { out, json: given.json, shard });
  }
  const interrupts = watchInterrupts();
  const watch = given.json ? jsonEvents() : talk(given.quiet);
  const options = {
    out,
    fresh: given.fresh,
    sweepFile: named.sweepFile,
    signal: interrupts.signal,
    onPlanned: interrupts.begin,
    ...watch,
  };
  try {
    if (shard !== undefined) {
      const result = await runShard(named.spec, { ...options, part: shard });
      if (given.json) jsonEvents().onEnd({ directory: out, ...result });
      else if (!given.quiet) printText(formatPart(result, out, whole));
      return;
    }
    const result = await runSweep(named.spec, options);
    if (given.json) jsonEvents().onEnd(ended(result, out));
    else if (!given.quiet) printText(formatSummary(result, out));
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    const isKept = (await readJobState(out)) !== undefined;
    printLine(
      isKept
        ? `lawfit: interrupted: what is finished is kept in ${out}; the same command goes on from there`
        : "lawfit: interrupted: nothing was solved yet, and nothing is written",
    );
    process.exitCode = interrupts.exitCode();
  } finally {
    interrupts.end();
  }
}

function talk(quiet: boolean) {
  const onWarning = (line: string) => printLine(`warning: ${line}`);
  return quiet
    ? { onWarning }
    : { onWarning, onStatus: (line: string) => printLine(line), onRunProgress: runReporter() };
}

/** What a program wants to know of a sweep that is done. */
function ended({ manifest }: SweepResult, directory: string): object {
  const { counts, work, seconds, results } = manifest;
  return { directory, counts, work, seconds, results };
}

function formatPart(
  { part: shard, problems, fits, fitsFound, seconds }: Awaited<ReturnType<typeof runShard>>,
  out: string,
  directory: string,
): string {
  const found = fitsFound === 0 ? "" : `, ${whole(fitsFound)} were finished before`;
  return (
    `shard ${shardName(shard)}: ${whole(problems)} problems, ${whole(fits)} fits in ${duration(seconds)}${found}; kept in ${out}\n` +
    `when all ${shard.count} are done: lawfit merge ${shellWord(directory)}\n`
  );
}

/** Joins shards, of one folder or given one by one, and prints what the sweep found. */
export async function runMerge(
  runs: readonly string[],
  { out, table, quiet }: { out: string | undefined; table: string | undefined; quiet: boolean },
): Promise<void> {
  const found = await Promise.all(
    runs.map(async (run) => {
      const inside = await shardFolders(run);
      return inside.length > 0 ? inside : [run];
    }),
  );
  const isFolder = runs.length === 1 && found[0]!.length > 0 && found[0]![0] !== runs[0];
  const directory = out ?? (isFolder ? runs[0] : undefined);
  if (directory === undefined) {
    throw new UserError(
      "lawfit merge: --out: missing; allowed: the run directory to write, where shards are given one by one",
    );
  }
  const onWarning = (line: string) => printLine(`warning: ${line}`);
  const talk = !quiet && { onStatus: (line: string) => printLine(line) };
  const result = await mergeShards(found.flat(), { out: directory, table, onWarning, ...talk });
  if (!quiet) printText(formatSummary(result, directory));
}

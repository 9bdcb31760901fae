import { UserError } from "../errors.ts";
import { mergeRuns } from "../sweep/merge-runs.ts";
import { shardFolders } from "../sweep/shard-folder.ts";
import { printText } from "./print.ts";
import { printLine } from "./progress.ts";
import { formatSummary } from "./sweep-summary.ts";

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
  const result = await mergeRuns(found.flat(), { out: directory, table, onWarning, ...talk });
  if (!quiet) printText(formatSummary(result, directory));
}

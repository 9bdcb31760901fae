import { runSweep } from "../sweep/run-sweep.ts";
import { printLine, progressReporter } from "./progress.ts";
import { readSweep, type SweepOverrides } from "./read-sweep.ts";
import { formatSummary } from "./sweep-summary.ts";

/** Runs the sweep of a preset or a file, writes its run directory and prints what it found. */
export async function runNamedSweep(
  sweep: string,
  overrides: SweepOverrides,
  { out, quiet }: { out: string | undefined; quiet: boolean },
): Promise<void> {
  const { name, spec, sweepFile } = await readSweep(sweep, overrides);
  const directory = out ?? `runs/${name}`;
  const onWarning = (line: string) => printLine(`warning: ${line}`);
  const talk = !quiet && { onStatus: printLine, onProgress: progressReporter("solved") };
  const result = await runSweep(spec, { out: directory, sweepFile, onWarning, ...talk });
  if (!quiet) process.stdout.write(formatSummary(result, directory));
}

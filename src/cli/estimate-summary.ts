import { fittingAnalyses } from "../registry.ts";
import { estimateSweep, type SweepEstimate } from "../run/estimate-sweep.ts";
import { type Shard, shardName } from "../run/shard.ts";
import { countOf } from "../text.ts";
import { printData, printText } from "./output.ts";
import { duration, printLine, whole } from "./progress.ts";
import type { NamedSweep } from "./read-sweep.ts";

/** Prints what a sweep will take. */
export async function printEstimate(
  { spec, sweepFile }: NamedSweep,
  { out, json, shard }: { out: string; json: boolean; shard: Shard | undefined },
): Promise<void> {
  const estimate = await estimateSweep(spec, { sweepFile, part: shard });
  if (json) {
    printData(`${JSON.stringify(estimate)}\n`);
    return;
  }
  for (const line of estimate.warnings) printLine(`warning: ${line}`);
  printText(formatEstimate(estimate, out, shard));
}

/** For people. */
export function formatEstimate(
  {
    cells,
    configurations,
    axes,
    tasks,
    targets,
    problems,
    regressions,
    fits,
    backend,
    seconds,
    coreSeconds,
    memory,
    disk,
    sample,
  }: SweepEstimate,
  out: string,
  shard?: Shard,
): string {
  const again = fittingAnalyses.filter(({ key }) => fits[key] > 0);
  const parts = [
    `${whole(fits.solve)} of the data`,
    ...(fits.bootstrap > 0 ? [`${whole(fits.bootstrap)} of replicates`] : []),
    ...again.map(({ key, fitting }) => `about ${whole(fits[key])} of ${fitting.name}`),
  ];
  const total = again.reduce((sum, { key }) => sum + fits[key], fits.solve + fits.bootstrap);
  const rows: [string, string][] = [
    [
      "cells",
      `${whole(cells)}: ${countOf(tasks, "task")}, ${countOf(targets, "target")}${crossed(axes, configurations)}`,
    ],
    ["problems", `${whole(problems)} distinct ones that can be solved, of ${whole(regressions)} regressions`],
    ...(shard === undefined ? [] : [["shard", shardName(shard)] as [string, string]]),
    ["fits", `${whole(total)}: ${parts.join(", ")}`],
    [
      "time",
      `${seconds < 1 ? "under 1 s" : `about ${duration(seconds)}`}${backend && ` on ${backend}`}${ofCore(coreSeconds)}`,
    ],
    ["memory", `about ${size(memory)}`],
    ["disk", `about ${size(disk)} in ${out}`],
  ];
  const lines = rows.map(([name, text]) => `${name.padEnd(8)}  ${text}\n`).join("");
  return `${lines}by ${countOf(sample.cells, "cell")} tried out in ${duration(sample.seconds)}; nothing is written yet\n`;
}

/** `, 20 configurations (values of axes: feature 4 x link 5)`. */
function crossed(axes: SweepEstimate["axes"], configurations: number): string {
  if (axes.length === 0) return "";
  const isFull = axes.reduce((product, { values }) => product * values, 1) === configurations;
  const parts = axes.map(({ name, values }) => `${name} ${values}`).join(isFull ? " x " : ", ");
  return `, ${whole(configurations)} configurations (values of axes${isFull ? "" : ", not crossed in full"}: ${parts})`;
}

function ofCore(seconds: number): string {
  return seconds < 1 ? "" : `; ${duration(seconds)} of one core are chains and intervals, the rest are fits`;
}

/** `420 MB`. */
function size(bytes: number): string {
  return bytes < 1e9 ? `${Math.max(1, Math.round(bytes / 1e6))} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

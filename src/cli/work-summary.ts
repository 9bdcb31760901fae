import type { SweepResult } from "../sweep/run-sweep.ts";
import { countOf } from "../tables/format.ts";
import { duration, whole } from "./run-progress.ts";
import { rowsOf, text } from "./table-cells.ts";

/** Reasons that are named. */
const MOST_REASONS = 3;

/** What was skipped and why, the most frequent reasons first; nothing where nothing was. */
export function formatSkipped({ tables }: Pick<SweepResult, "tables">, directory: string): string {
  const { problems_skipped: skipped } = tables;
  if (skipped.rows === 0) return "";
  const counts = new Map<string, number>();
  for (const row of rowsOf(skipped)) {
    // Reasons that differ in their numbers alone are one.
    const reason = text(skipped, "reason", row).replace(/\d+(\.\d+)?/g, "N");
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  const ranked = [...counts].sort(([, a], [, b]) => b - a);
  const lines = ranked
    .slice(0, MOST_REASONS)
    .map(([reason, count]) => `  ${countOf(count, "time")}: ${reason}\n`);
  const more =
    ranked.length > MOST_REASONS ? `  and ${countOf(ranked.length - MOST_REASONS, "more reason")}\n` : "";
  return `${skipped.rows} stages skipped: lawfit show ${directory} problems_skipped\n${lines.join("")}${more}`;
}

/** How much work it was and how fast; nothing of a sweep that another program's solver solved. */
export function formatWork({ manifest }: Pick<SweepResult, "manifest">): string {
  const { work, seconds } = manifest;
  if (work.fits + work.fits_found === 0) return "";
  const total = Object.values(seconds).reduce((sum, one) => sum + one, 0);
  const solving = seconds.solve + seconds.score + seconds.bootstrap + seconds.backtest;
  const speed = work.fits > 0 ? ` (${whole(Number((work.fits / solving).toPrecision(3)))} a second)` : "";
  const found = work.fits_found > 0 ? `, ${whole(work.fits_found)} were finished before` : "";
  return `${whole(work.fits)} fits in ${duration(total)}${speed}${found}\n`;
}

import { shellWord } from "../shell-word.ts";
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
  const kinds = new Map<string, string[]>();
  for (const row of rowsOf(skipped)) {
    const reason = text(skipped, "reason", row);
    // Reasons that differ in their numbers alone are of one kind; a digit in a name is no number.
    const kind = reason.replace(/(?<![\p{L}\p{N}_.-])\d+(\.\d+)?(e[+-]?\d+)?(?![\p{L}\p{N}_-])/gu, "N");
    kinds.set(kind, [...(kinds.get(kind) ?? []), reason]);
  }
  const ranked = [...kinds.values()].sort((a, b) => b.length - a.length);
  const lines = ranked.slice(0, MOST_REASONS).map((reasons) => {
    const others = new Set(reasons).size > 1 ? " (the first; the others differ in their numbers)" : "";
    return `  ${countOf(reasons.length, "time")}: ${reasons[0]}${others}\n`;
  });
  const more =
    ranked.length > MOST_REASONS ? `  and ${countOf(ranked.length - MOST_REASONS, "more reason")}\n` : "";
  return `${skipped.rows} stages skipped: lawfit show ${shellWord(directory)} problems_skipped\n${lines.join("")}${more}`;
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

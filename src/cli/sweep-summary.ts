import { STEPS_MISS } from "../backtest/steps-that-miss.ts";
import { getOrInsert } from "../collections.ts";
import { extensions, fittingAnalyses } from "../registry.ts";
import { MISFIT } from "../results/misfits.ts";
import type { SweepResult } from "../run/run-sweep.ts";
import { CAUTION_CHECKS, COLUMNS_GUESSED } from "../tables/cautions.ts";
import { formatTable } from "../tables/format.ts";
import { rowsOf, shownAt, valueAt } from "../tables/table.ts";
import { countOf, shellWord, visibleLine } from "../text.ts";
import { answerTable, comparedAxes, NUMBERS } from "./answer-table.ts";
import { duration, whole } from "./progress.ts";
import { formatHeadline } from "./sweep-headline.ts";

/** Largest number of reasons that are named. */
const MOST_REASONS = 3;

/** Tasks, or groups of rows, that are named with a reason. */
const MOST_TASKS = 3;

/** What was skipped and why, the most frequent reasons first; empty if nothing was skipped. */
export function formatSkipped(
  { tables }: Pick<SweepResult, "tables">,
  directory: string | undefined,
): string {
  const { problems_skipped: skipped } = tables;
  if (skipped.rows === 0) return "";
  const kinds = new Map<string, { reasons: string[]; tasks: Set<string> }>();
  for (const row of rowsOf(skipped)) {
    const reason = shownAt(skipped, "reason", row);
    // Reasons that differ only in their numbers are of one kind; a digit in a name is not a number.
    const kind = reason.replace(/(?<![\p{L}\p{N}_.-])\d+(\.\d+)?(e[+-]?\d+)?(?![\p{L}\p{N}_-])/gu, "N");
    const { reasons, tasks } = getOrInsert(kinds, kind, () => ({ reasons: [], tasks: new Set<string>() }));
    reasons.push(reason);
    if (valueAt(skipped, "task", row) !== null) tasks.add(shownAt(skipped, "task", row));
  }
  const ranked = [...kinds.values()].sort((a, b) => b.reasons.length - a.reasons.length);
  const lines = ranked.slice(0, MOST_REASONS).map(({ reasons, tasks }) => {
    const others = new Set(reasons).size > 1 ? " (the first; the others differ in their numbers)" : "";
    const left = tasks.size - MOST_TASKS;
    const named = [...tasks].slice(0, MOST_TASKS).join(", ");
    const of = tasks.size === 0 ? "" : ` (${named}${left > 0 ? ` and ${left} more` : ""})`;
    return `  ${countOf(reasons.length, "time")}: ${reasons[0]}${others}${of}\n`;
  });
  const more =
    ranked.length > MOST_REASONS ? `  and ${countOf(ranked.length - MOST_REASONS, "more reason")}\n` : "";
  const where = directory === undefined ? "" : `: lawfit show ${shellWord(directory)} problems_skipped`;
  return `${countOf(skipped.rows, "stage")} skipped${where}\n${lines.join("")}${more}`;
}

/** How much work the sweep was and how fast it went; empty for a sweep that another program's solver solved. */
export function formatWork({ manifest }: Pick<SweepResult, "manifest">): string {
  const { work, seconds } = manifest;
  if (work.fits + work.fits_found === 0) return "";
  const total = Object.values(seconds).reduce((sum, phase) => sum + phase, 0);
  const again = fittingAnalyses.map(({ key }) => key);
  const solving = (["solve", "score", "bootstrap", ...again] as const).reduce(
    (sum, phase) => sum + seconds[phase],
    0,
  );
  const speed = ` at ${whole(Number((work.fits / solving).toPrecision(3)))} a second`;
  const made = work.fits > 0 ? `${whole(work.fits)} fits${speed}` : "no new fits";
  const before = work.fits_found > 0 ? `, ${whole(work.fits_found)} finished before` : "";
  return `${made}${before}; ${duration(total)} in all\n`;
}

const MOST_ROWS = 60;

/**
 * What a sweep predicted, for people: a row a prediction, axes that vary, errors in points and per cent.
 *
 * @param directory that was written, if any
 */
export function formatSummary({ manifest, tables }: SweepResult, directory: string | undefined): string {
  const compared = comparedAxes(tables.axis_importance);
  const left = formatSkipped({ tables }, directory);
  const said = extensions.map((extension) => ({
    replaces: extension.summaryReplacesPredictions ?? false,
    text: extension.summary?.(tables, [...compared]) ?? "",
  }));
  const textOf = (replaces: boolean): string =>
    said.map((section) => (section.replaces === replaces ? section.text : "")).join("");
  const instead = textOf(true);
  const answer =
    instead === ""
      ? `${formatTable(answerTable(tables.predictions, tables.intervals, compared, tables.predictability), { maxRows: MOST_ROWS, alignRight: NUMBERS })}${left}${formatHeadline(tables)}`
      : `${instead}${left}`;
  return (
    `${answer}${textOf(false)}${saidBeside(manifest)}` +
    formatWork({ manifest }) +
    (directory === undefined
      ? ""
      : `tables in ${directory}: ${Object.keys(tables).join(", ")} (lawfit show ${shellWord(directory)})\n`)
  );
}

/** What is said beside the numbers that rest on it: what a line of it begins with, by what the warning begins with. */
const BESIDE = new Map([
  [`table: ${COLUMNS_GUESSED}`, { heading: "columns guessed", brief: "table: its columns were guessed" }],
  ...CAUTION_CHECKS.map(
    ({ meaning }) =>
      [`table: ${meaning}`, { heading: `warning: ${meaning}`, brief: `table: ${meaning}` }] as const,
  ),
  [MISFIT, { heading: "misfit", brief: MISFIT }],
  [STEPS_MISS, { heading: "misfit in back-tests", brief: STEPS_MISS }],
]);

/** What a warning says that has its place beside the numbers; undefined for any other warning. */
export function besideNumbers(warning: string) {
  for (const [beginning, words] of BESIDE) {
    if (warning.startsWith(`${beginning}: `)) return { ...words, text: warning.slice(beginning.length + 2) };
  }
  return undefined;
}

/** By which columns the table was read, where they were guessed, what may not be meant of its rows, and which fits miss them; else empty. */
function saidBeside({ warnings }: SweepResult["manifest"]): string {
  const said = warnings.map(besideNumbers).filter((one) => one !== undefined);
  return said.map(({ heading, text }) => `${heading}: ${visibleLine(text)}\n`).join("");
}

import { groupBy } from "../group-by.ts";
import { markdownTable, markdownText } from "../markdown.ts";
import { countOf } from "../tables/format.ts";
import {
  formsOf,
  goodnessOf,
  headlineFits,
  listed,
  lossOf,
  NOT_KNOWN,
  optimiserOf,
  parametersOf,
  pointsOf,
  startsOf,
} from "./checklist-fits.ts";
import { shortCount } from "./draw/numbers.ts";
import { distinct, num, recordsOf, str } from "./records.ts";
import { shortNumber } from "./round.ts";
import type { ReportRun } from "./run.ts";
import { listOfTargets } from "./summary.ts";

/** One thing that a report of a scaling law should say, and what this run says of it. */
export interface ChecklistItem {
  item: string;
  said: string;
}

/** What a paper should say of its fits, filled in from the manifest and the tables, of the headline configuration. */
export function checklist(run: ReportRun): ChecklistItem[] {
  const fits = headlineFits(run);
  const items: [item: string, said: string][] = [
    ["Form", formsOf(run, fits)],
    ["Parameters", parametersOf(run, fits)],
    ["Data", dataOf(run)],
    ["Runs fitted", runsOf(run)],
    ["How N, D and C are counted", countingOf(run)],
    ["Design choices", choicesOf(run)],
    ["Points", pointsOf(fits)],
    [
      "Points left out",
      distinct(fits.map((row) => str(row, "left_out")).filter((text) => text !== "")).join("; ") || "none",
    ],
    ["Loss", distinct(fits.map((row) => `${str(row, "stage")}: ${lossOf(row)}`)).join("; ") || NOT_KNOWN],
    ["Optimiser", optimiserOf(run, fits)],
    ["Starts and their agreement", startsOf(fits)],
    ["Bounds hit", listed(fits, "active_bounds")],
    ["Flat valleys", listed(fits, "flat_direction")],
    ["Goodness of fit", goodnessOf(fits)],
    ["Held out", heldOutOf(run)],
    ["Intervals", intervalsOf(run)],
    ["Back-tests", backtestsOf(run)],
    ["Fits that could not be made", skippedOf(run)],
    ["Seed", String(run.manifest.seed)],
    ["Software", `lawfit ${run.manifest.version}; ${run.manifest.backend}; ${run.manifest.created}`],
    ["Warnings", (run.manifest.warnings ?? []).join("; ") || "none"],
  ];
  return items.map(([item, said]) => ({ item, said }));
}

/** The checklist in Markdown, for a paper's appendix. */
export function checklistMarkdown(items: readonly ChecklistItem[]): string {
  return `${markdownTable(
    ["item", "reported"],
    items.map(({ item, said }) => [item, markdownText(said)]),
  ).join("\n")}\n`;
}

function dataOf({ manifest }: ReportRun): string {
  const files = (manifest.tables ?? []).map(
    ({ path, rows, sha256 }) => `${path}: ${rows} rows, SHA-256 ${sha256.slice(0, 16)}...`,
  );
  return files.join("; ") || NOT_KNOWN;
}

function runsOf(run: ReportRun): string {
  const rows = recordsOf(run.tables.runs).filter(({ role }) => role === "fit");
  if (rows.length === 0) return NOT_KNOWN;
  const range = (name: string, show: (value: number) => string) => {
    const values = rows.map((row) => num(row, name)).filter(Number.isFinite);
    return values.length === 0 ? "?" : `${show(Math.min(...values))} to ${show(Math.max(...values))}`;
  };
  const selected = run.axes.some(({ name }) => name === "runs")
    ? `; selection: ${run.headline[0]?.runs ?? "all"}`
    : "";
  return (
    `${countOf(rows.length, "run")}, ${range("n", shortCount)} parameters, ${range("d", shortCount)} tokens, ` +
    `${range("c", (value) => shortNumber(value, 3))} FLOPs${selected}`
  );
}

function countingOf(run: ReportRun): string {
  const flops = run.headline[0]?.flops;
  const c = flops === "6nd" ? "C = 6ND" : "C as column c of the table counts FLOPs, 6ND where it has none";
  return `N and D as columns n and d of the table count them; ${c}`;
}

function choicesOf({ axes, headline }: ReportRun): string {
  const [cell] = headline;
  if (cell === undefined) return NOT_KNOWN;
  return axes
    .map(
      ({ name, default: value }) =>
        `${name} ${cell[name]}${cell[name] === value ? "" : " (not the default)"}`,
    )
    .join(", ");
}

function heldOutOf(run: ReportRun): string {
  const targets = recordsOf(run.tables.runs).filter(({ role }) => role === "target");
  const sizes = targets.map(
    (row) => `${str(row, "run")} (N ${shortCount(num(row, "n"))}, D ${shortCount(num(row, "d"))})`,
  );
  const measured = recordsOf(run.tables.predictions).filter((row) =>
    Number.isFinite(num(row, "actual")),
  ).length;
  return `targets, no fit sees their scores: ${listOfTargets(sizes) || run.manifest.counts?.targets || "?"}; ${measured} predictions have a measured value`;
}

function intervalsOf({ manifest, tables }: ReportRun): string {
  const bootstrap = manifest.sweep?.bootstrap as Record<string, unknown> | undefined;
  if (bootstrap === undefined) return tables.intervals === undefined ? "none" : "conformal, from back-tests";
  return (
    `${bootstrap.resamples} resamples by scheme ${bootstrap.scheme}, ${String(bootstrap.intervals)}, level ${String(bootstrap.levels)}, ` +
    `for: ${String(bootstrap.purposes)}`
  );
}

function backtestsOf({ tables }: ReportRun): string {
  const rates = recordsOf(tables.backtest_rates).filter((row) => Number.isFinite(num(row, "rate")));
  if (rates.length === 0) return "none";
  return rates
    .slice(0, 8)
    .map(
      (row) =>
        `${str(row, "interval")} at ratio ${str(row, "ratio")}: ${str(row, "hits")} of ${str(row, "count")} held`,
    )
    .join("; ");
}

function skippedOf({ tables, missing }: ReportRun): string {
  if (missing.has("problems_skipped")) return NOT_KNOWN;
  const groups = [...groupBy(recordsOf(tables.problems_skipped), (row) => str(row, "reason"))];
  const most = 5;
  const told = groups.slice(0, most).map(([reason, rows]) => `${rows.length}: ${reason}`);
  return `${told.join("; ") || "none"}${groups.length > most ? `; ${groups.length - most} more reasons` : ""}`;
}

import { groupBy } from "../collections.ts";
import { inOneLine, rangeOf } from "../draw/caption.ts";
import { shortCount, shortNumber } from "../draw/numbers.ts";
import { distinct, num, type Row, recordsOf, str } from "../draw/records.ts";
import { extensions } from "../registry.ts";
import { mean } from "../statistics.ts";
import { countOf, markdownTable, markdownText, percent } from "../text.ts";
import type { ReportJob } from "./read-job.ts";
import { listOfTargets } from "./summary.ts";

/** The text for a value that the job directory does not contain. */
const NOT_KNOWN = "not in the run directory";

/** Most parameters of a fit that are listed; a network has too many to read. */
const MOST_PARAMETERS = 8;

/** The rows of table `fits` that the headline cells use. */
function headlineFits(job: ReportJob): Row[] {
  const problems = new Set(
    job.headline.flatMap((cell) =>
      Object.entries(cell).flatMap(([name, value]) =>
        name.startsWith("problem_") ? String(value ?? "").split(", ") : [],
      ),
    ),
  );
  return recordsOf(job.tables.fits).filter((row) => problems.has(str(row, "problem")));
}

/** The form of each stage, with its source. */
function formsOf(job: ReportJob, fits: readonly Row[]): string {
  const stages = distinct(fits.map((row) => JSON.stringify([str(row, "stage"), str(row, "form")])));
  const lines = stages.map((key) => {
    const [stage, name] = JSON.parse(key) as [string, string];
    const record = job.form(name)?.record;
    return `${stage}: ${name}${record === undefined ? "" : `, ${inOneLine(record.expression)} (${inOneLine(record.source)})`}`;
  });
  return lines.join("; ") || NOT_KNOWN;
}

/** The fitted parameters of forms with few parameters. */
function parametersOf(job: ReportJob, fits: readonly Row[]): string {
  const problems = new Set(fits.map((row) => str(row, "problem")));
  const rows = recordsOf(job.tables.parameters).filter((row) => problems.has(str(row, "problem")));
  if (rows.length === 0) return NOT_KNOWN;
  const groups = groupBy(rows, (row) => `${str(row, "stage")} of ${str(row, "subject") || str(row, "task")}`);
  const lines = Array.from(groups, ([name, parameters]) => {
    if (parameters.length > MOST_PARAMETERS)
      return `${name}: ${parameters.length} parameters in table parameters`;
    return `${name}: ${parameters.map((row) => `${str(row, "parameter")} ${shortNumber(num(row, "value"))}`).join(", ")}`;
  });
  const most = 12;
  return `${lines.slice(0, most).join("; ")}${lines.length > most ? `; ${lines.length - most} more fits in table parameters` : ""}`;
}

/** The number of points of a fit, by stage. */
function pointsOf(fits: readonly Row[]): string {
  const groups = groupBy(fits, (row) => str(row, "stage"));
  return (
    Array.from(
      groups,
      ([stage, rows]) => `${stage}: ${rangeOf(rows.map((row) => num(row, "points")))} a fit`,
    ).join("; ") || NOT_KNOWN
  );
}

/** The loss function of one fit. */
function lossOf(row: Row): string {
  if (row.loss === undefined) return NOT_KNOWN;
  return `${str(row, "loss")}, of ${str(row, "residual") === "log" ? "logarithms" : "values"}`;
}

/** The optimiser and the reasons for its termination. */
function optimiserOf(job: ReportJob, fits: readonly Row[]): string {
  const ends = groupBy(fits, (row) => str(row, "termination"));
  const told = Array.from(ends, ([end, rows]) => `${end} ${rows.length}`).join(", ");
  const trained = fits.some((row) => row.termination === "trained") ? "; networks by Adam" : "";
  return (
    `bounded Levenberg-Marquardt, float64, many starts (docs/solver.md)${trained}; ended by: ${told || NOT_KNOWN}; ` +
    `largest scaled gradient ${shortNumber(Math.max(...fits.map((row) => num(row, "gradient_norm"))), 2) || "?"}; ` +
    `${countOf(job.manifest.counts?.problems ?? 0, "problem")} in ${shortNumber(job.manifest.seconds?.solve ?? Number.NaN, 3)} s`
  );
}

/** The number of starts and the share of them that agree. */
function startsOf(fits: readonly Row[]): string {
  if (fits.length === 0) return NOT_KNOWN;
  const agree = fits.map((row) => num(row, "start_agreement")).toSorted((a, b) => a - b);
  return (
    `${rangeOf(fits.map((row) => num(row, "starts")))} random starts a fit; share in the best basin: smallest ${percent(agree[0]!, 3)}, ` +
    `median ${percent(agree[Math.floor(agree.length / 2)]!, 3)}`
  );
}

/** The fits that have a value in a column, counted by that value. */
function listed(fits: readonly Row[], column: string): string {
  const rows = fits.filter((row) => str(row, column) !== "");
  if (fits.length === 0) return NOT_KNOWN;
  if (rows.length === 0) return `none of ${countOf(fits.length, "fit")}`;
  const groups = [...groupBy(rows, (row) => `${str(row, "stage")} ${str(row, column)}`)];
  return `${rows.length} of ${countOf(fits.length, "fit")}: ${groups.map(([what, ofGroup]) => `${what} (${ofGroup.length})`).join("; ")}`;
}

/** The goodness of fit, by stage. */
function goodnessOf(fits: readonly Row[]): string {
  const groups = groupBy(fits, (row) => str(row, "stage"));
  return (
    Array.from(groups, ([stage, rows]) => {
      const errors = rows.map((row) => num(row, "mean_abs_rel_error")).filter(Number.isFinite);
      const fit = rows.map((row) => num(row, "r_squared")).filter(Number.isFinite);
      const error = errors.length === 0 ? "?" : percent(mean(errors));
      return `${stage}: mean relative error ${error}, smallest R² ${fit.length === 0 ? "?" : Math.min(...fit).toFixed(3)}`;
    }).join("; ") || NOT_KNOWN
  );
}

/** An item that a report of a scaling law should contain, and what this job states about it. */
interface ChecklistItem {
  item: string;
  said: string;
}

/** The items that a paper should report about the fits of the headline configuration, filled in from the manifest and the tables. */
export function checklist(job: ReportJob): ChecklistItem[] {
  const fits = headlineFits(job);
  const items: [item: string, said: string][] = [
    ["Form", formsOf(job, fits)],
    ["Parameters", parametersOf(job, fits)],
    ["Data", dataOf(job)],
    ["Runs fitted", runsOf(job)],
    ["How N, D and C are counted", countingOf(job)],
    ["Design choices", choicesOf(job)],
    ["Points", pointsOf(fits)],
    [
      "Points left out",
      distinct(fits.map((row) => str(row, "left_out")).filter((text) => text !== "")).join("; ") || "none",
    ],
    ["Loss", distinct(fits.map((row) => `${str(row, "stage")}: ${lossOf(row)}`)).join("; ") || NOT_KNOWN],
    ["Optimiser", optimiserOf(job, fits)],
    ["Starts and their agreement", startsOf(fits)],
    ["Bounds hit", listed(fits, "active_bounds")],
    ["Flat valleys", listed(fits, "flat_direction")],
    ["Goodness of fit", goodnessOf(fits)],
    ["Held out", heldOutOf(job)],
    ["Intervals", intervalsOf(job)],
    ...extensions.flatMap(({ checklist = () => [] }) => checklist(job.tables)),
    ["Fits that could not be made", skippedOf(job)],
    ["Seed", String(job.manifest.seed)],
    ["Software", `lawfit ${job.manifest.version}; ${job.manifest.backend}; ${job.manifest.created}`],
    ["Warnings", (job.manifest.warnings ?? []).join("; ") || "none"],
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

function dataOf({ manifest }: ReportJob): string {
  const files = (manifest.tables ?? []).map(
    ({ path, rows, sha256 }) => `${path}: ${rows} rows, SHA-256 ${sha256.slice(0, 16)}...`,
  );
  return files.join("; ") || NOT_KNOWN;
}

function runsOf(job: ReportJob): string {
  const rows = recordsOf(job.tables.runs).filter(({ role }) => role === "fit");
  if (rows.length === 0) return NOT_KNOWN;
  const range = (name: string, show: (value: number) => string) => {
    const values = rows.map((row) => num(row, name)).filter(Number.isFinite);
    return values.length === 0 ? "?" : `${show(Math.min(...values))} to ${show(Math.max(...values))}`;
  };
  const selected = job.axes.some(({ name }) => name === "runs")
    ? `; selection: ${job.headline[0]?.runs ?? "all"}`
    : "";
  return (
    `${countOf(rows.length, "run")}, ${range("n", shortCount)} parameters, ${range("d", shortCount)} tokens, ` +
    `${range("c", (value) => shortNumber(value, 3))} FLOPs${selected}`
  );
}

function countingOf(job: ReportJob): string {
  const flops = job.headline[0]?.flops;
  const c = flops === "6nd" ? "C = 6ND" : "C as column c of the table counts FLOPs, 6ND where it has none";
  return `N and D as columns n and d of the table count them; ${c}`;
}

function choicesOf({ axes, headline }: ReportJob): string {
  const [cell] = headline;
  if (cell === undefined) return NOT_KNOWN;
  return axes
    .map(
      ({ name, default: value }) =>
        `${name} ${cell[name]}${cell[name] === value ? "" : " (not the default)"}`,
    )
    .join(", ");
}

function heldOutOf(job: ReportJob): string {
  const targets = recordsOf(job.tables.runs).filter(({ role }) => role === "target");
  const sizes = targets.map(
    (row) => `${str(row, "run")} (N ${shortCount(num(row, "n"))}, D ${shortCount(num(row, "d"))})`,
  );
  const measured = recordsOf(job.tables.predictions).filter((row) =>
    Number.isFinite(num(row, "actual")),
  ).length;
  return `targets, no fit sees their scores: ${listOfTargets(sizes) || job.manifest.counts?.targets || "?"}; ${measured} predictions have a measured value`;
}

function intervalsOf({ manifest, tables }: ReportJob): string {
  const bootstrap = manifest.sweep?.bootstrap as Record<string, unknown> | undefined;
  if (bootstrap === undefined) return tables.intervals === undefined ? "none" : "conformal, from back-tests";
  return (
    `${bootstrap.resamples} resamples by scheme ${bootstrap.scheme}${bootstrap.cluster === "family" ? " of whole families" : ""}, ${String(bootstrap.intervals)}, level ${String(bootstrap.levels)}, ` +
    `for: ${String(bootstrap.purposes)}`
  );
}

function skippedOf({ tables, missing }: ReportJob): string {
  if (missing.has("problems_skipped")) return NOT_KNOWN;
  const groups = [...groupBy(recordsOf(tables.problems_skipped), (row) => str(row, "reason"))];
  const most = 5;
  const told = groups.slice(0, most).map(([reason, rows]) => `${rows.length}: ${reason}`);
  return `${told.join("; ") || "none"}${groups.length > most ? `; ${groups.length - most} more reasons` : ""}`;
}

import { groupBy } from "../collections.ts";
import { roundInterval, roundTo } from "../draw/numbers.ts";
import { num, type Row, recordsOf, str } from "../draw/records.ts";
import { formatTable } from "../tables/format.ts";
import { type Column, type Table, textColumn } from "../tables/table.ts";
import { countOf, formatNumber, percent } from "../text.ts";

/** Runs that are printed of each law, and of each batch. */
const MOST = 10;

/**
 * Table `candidates` for people: of each law the targets by the runs that are trained, the best candidates for their cost, the batch, and what
 * the numbers rest on.
 *
 * @param axes that were compared
 */
export function formatCandidates(table: Table, axes: readonly string[]): string {
  const rows = recordsOf(table);
  const varied = ["task", ...axes].filter((axis) => new Set(rows.map((row) => row[axis])).size > 1);
  const cells = [...groupBy(rows, ({ cell }) => cell).values()];
  return cells.map((of) => formatLaw(of, varied)).join("");
}

function formatLaw(rows: readonly Row[], varied: readonly string[]): string {
  const [first] = rows as [Row];
  const targets = rows.filter(({ rank }) => rank === 1);
  const candidates = rows.filter(({ target }) => target === first.target);
  const batch = candidates
    .filter(({ batch }) => batch !== null)
    .toSorted((a, b) => num(a, "batch") - num(b, "batch"));
  // An axis of laws has the names of the forms.
  const of = [...new Set([str(first, "form"), ...varied.map((axis) => str(first, axis))])].join(", ");
  const held = str(first, "held") && ` with ${str(first, "held")}`;
  const cost = str(first, "cost_expression");
  const head = `\nruns to train next by ${of}; cost ${cost === "cost" ? "by their column cost" : cost}${held}\n`;
  const known = `${targetTable(targets)}\n`;
  const told = str(first, "notes") && `${str(first, "notes")}\n`;
  if (first.status === "no-run-helps") return `${head}${known}${told}${assumptions(first)}`;
  const single = `the best of ${countOf(candidates.length, "candidate")} for their cost\n${candidateTable(candidates.slice(0, MOST), rows)}`;
  const together = batch.length === 0 ? "" : `\n${batchTable(batch, rows)}`;
  return `${head}${known}${single}${together}\n${told}${assumptions(first)}`;
}

function targetTable(targets: readonly Row[]): string {
  const [first] = targets as [Row];
  return print([
    textColumn("target", targets, (row) => str(row, "target")),
    textColumn(str(first, "fitted_priors") === "" ? "predicted" : "predicted with priors", targets, (row) =>
      roundTo(num(row, "target_value"), num(row, "target_lower"), num(row, "target_upper")),
    ),
    textColumn(
      `${percent(num(first, "level"), 3)} interval by ${countOf(num(first, "runs"), "run")}`,
      targets,
      (row) => roundInterval(num(row, "target_lower"), num(row, "target_upper")) || "not known",
    ),
  ]);
}

/** Shrinkages of a candidate, of each target. */
const shrinkages = (row: Row, rows: readonly Row[], name: string): string =>
  rows
    .filter(({ candidate, inputs }) => candidate === row.candidate && inputs === row.inputs)
    .map((of) => num(of, name))
    .filter((value) => !Number.isNaN(value))
    .map((value) => percent(value, 2))
    .join(", ");

function candidateTable(candidates: readonly Row[], rows: readonly Row[]): string {
  const best = num(candidates[0], "shrinkage_per_cost");
  return print([
    textColumn("candidate", candidates, nameOf),
    textColumn("cost", candidates, (row) => formatNumber(num(row, "cost"), 3)),
    textColumn("predicted", candidates, (row) => formatNumber(num(row, "predicted"), 4)),
    textColumn("interval narrower by", candidates, (row) => shrinkages(row, rows, "shrinkage")),
    textColumn("by refits", candidates, (row) => shrinkages(row, rows, "shrinkage_refitted")),
    textColumn("for its cost", candidates, (row) => formatNumber(num(row, "shrinkage_per_cost") / best, 2)),
  ]);
}

function batchTable(batch: readonly Row[], rows: readonly Row[]): string {
  const last = batch.at(-1)!;
  const refitted = shrinkages(last, rows, "batch_shrinkage_refitted");
  const shown = batch.length > MOST ? [...batch.slice(0, MOST - 1), last] : batch;
  const more = batch.length - shown.length;
  return (
    `the batch that the spending limit pays for: ${countOf(batch.length, "run")}${more > 0 ? `, ${more} of them not shown` : ""}; by refits ${refitted}\n` +
    print([
      textColumn("", shown, (row) => str(row, "batch")),
      textColumn("candidate", shown, nameOf),
      textColumn("cost up to it", shown, (row) => formatNumber(num(row, "batch_cost"), 3)),
      textColumn("interval narrower by", shown, (row) => shrinkages(row, rows, "batch_shrinkage")),
    ])
  );
}

const nameOf = (row: Row): string => {
  const [name, inputs] = [str(row, "candidate"), str(row, "inputs")];
  const trained = num(row, "trained");
  const before = trained > 0 ? ` (trained already${trained > 1 ? `, ${trained} times` : ""})` : "";
  return `${name.includes("=") ? name : `${name}: ${inputs}`}${before}`;
};

/** What the numbers rest on. */
function assumptions(row: Row): string {
  const isLog = row.noise_of === "logarithm";
  const noise = isLog ? percent(num(row, "noise"), 2) : formatNumber(num(row, "noise"), 2);
  const freedom = num(row, "noise_freedom");
  const few = freedom < 5 ? ", which are few" : "";
  const modes = num(row, "modes");
  // Where residuals show no noise, which the notes say, there are no intervals.
  const basis = Number.isNaN(num(row, "target_lower"))
    ? `noise of a run taken as ${noise}`
    : Number.isNaN(freedom)
      ? `noise of a run ${noise}, by the given errors; intervals of the curve by the delta method`
      : `noise of a run ${noise}, by residuals of ${freedom} more runs than parameters${few}; intervals of the curve by ${row.draws} replicates`;
  const priors = str(row, "fitted_priors").replaceAll(/\d+\.\d+(e[-+]\d+)?/g, (number) =>
    formatNumber(Number(number), 2),
  );
  const fit = priors === "" ? "" : `fitted with priors ${priors}; --prior none fits without\n`;
  return (
    `${fit}${basis}${modes > 1 ? ` about ${modes} modes` : ""}\n` +
    "assumed: the law holds at the targets, a new run has that noise, and the law is linear within the intervals, as refits check\n"
  );
}

const print = (columns: Column[]): string =>
  formatTable(
    { rows: columns[0]!.values.length, columns },
    { maxRows: MOST, alignRight: columns.map(({ name }) => name).filter((name) => !NAMES.includes(name)) },
  );

const NAMES = ["target", "candidate"];

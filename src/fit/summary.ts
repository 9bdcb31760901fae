import { formatEnds, formatKnown } from "../draw/known-numbers.ts";
import type { Tables } from "../extension.ts";
import { formatTable } from "../tables/format.ts";
import {
  findColumn,
  numberAt,
  rowsOf,
  shownAt,
  type Table,
  textAt,
  textColumn,
  valueAt,
} from "../tables/table.ts";
import { countOf, formatNumber, percent } from "../text.ts";
import { formatOptimal } from "./optimal-summary.ts";

/** Fits that are printed with their parameters; of more there is a line each. */
const MOST_DETAILED = 8;

/** Predictions that are printed. */
const MOST_PREDICTIONS = 20;

/** Laws that are printed in a line each. */
const MOST_LAWS = 60;

/** What fits are, for people: of few each law with its numbers and its parameters, of many a line each; then the predictions. */
export function formatFits(tables: Tables, axes: readonly string[]): string {
  const { laws } = tables;
  if (laws === undefined) return "";
  const fitted = rowsOf(laws).filter((row) => valueAt(laws, "equation", row) !== null);
  const varied = axes.filter((axis) => new Set<unknown>(findColumn(laws, axis)?.values).size > 1);
  const text =
    fitted.length > MOST_DETAILED
      ? formatMany(tables, fitted, varied)
      : fitted.map((row) => formatOne(tables, row, varied)).join("\n");
  return `${text}${formatBest(tables, varied)}${formatPredictions(tables, varied)}${formatUses(tables, varied)}`;
}

function formatUses({ laws, compute_optimal, predictions }: Tables, varied: readonly string[]): string {
  if (compute_optimal === undefined) return "";
  const rowOf = new Map(rowsOf(laws!).map((row) => [textAt(laws!, "problem", row), row]));
  return formatOptimal(compute_optimal, predictions!, (problem) =>
    Object.fromEntries(varied.map((axis) => [axis, shownAt(laws!, axis, rowOf.get(problem)!)])),
  );
}

/** Rows of a table of one problem. */
const rowsOfProblem = (table: Table, problem: string): number[] =>
  rowsOf(table).filter((row) => textAt(table, "problem", row) === problem);

/** Makes columns of texts, one for each of some rows. */
const columnsOf = (rows: readonly number[]) => (name: string, text: (row: number, i: number) => string) =>
  textColumn(name, rows, text);

function nameOf(laws: Table, row: number, varied: readonly string[]): string {
  const axes = varied.filter((axis) => axis !== "law").map((axis) => `${axis} ${shownAt(laws, axis, row)}`);
  return [shownAt(laws, "task", row), ...axes].join(", ");
}

function formatOne(tables: Tables, row: number, varied: readonly string[]): string {
  const { laws, fits, parameters, identifiability } = tables as Record<string, Table>;
  const problem = textAt(laws!, "problem", row);
  const [fit] = rowsOfProblem(fits!, problem);
  const own = rowsOfProblem(parameters!, problem);
  const first = own[0]!;
  const level = percent(numberAt(parameters!, "interval_level", first));
  const hasDraws = findColumn(parameters!, "bootstrap_standard_error") !== undefined;
  const cards = identifiability === undefined ? [] : rowsOfProblem(identifiability, problem);
  const [point] = rowsOfProblem(tables.points!, problem);
  const inputs = point === undefined ? "the inputs" : textAt(tables.points!, "variables", point);
  const hasProfiles = findColumn(parameters!, "profile_lower") !== undefined;
  const column = columnsOf(own);
  const numbers = [
    ...knownNumbers(own, parameters!, "estimate", `${level} interval`),
    ...(hasDraws
      ? [
          column("bootstrap error", (at) =>
            formatKnown(numberAt(parameters!, "bootstrap_standard_error", at)),
          ),
          column(`bootstrap ${level}`, (at) =>
            formatEnds([
              numberAt(parameters!, "bootstrap_lower", at),
              numberAt(parameters!, "bootstrap_upper", at),
            ]),
          ),
        ]
      : []),
    ...(hasProfiles
      ? [
          column(`profile ${level}`, (at) =>
            formatEnds(["profile_lower", "profile_upper"].map((end) => numberAt(parameters!, end, at))),
          ),
        ]
      : []),
  ];
  const hasPriors = findColumn(parameters!, "prior") !== undefined;
  // Weak priors are computed: their numbers have all digits in the table.
  const priors = column("prior", (at) =>
    textAt(parameters!, "prior", at).replace(/\d+\.\d{6,}/g, (digits) => formatNumber(Number(digits), 3)),
  );
  const notes = column("note", (at, i) => noteOn(tables, at, cards[i]));
  const isNoted = notes.values.some((note) => note !== "");
  const table: Table = {
    rows: own.length,
    columns: [
      column("parameter", (at) => shownAt(parameters!, "quantity", at)),
      ...numbers,
      ...(hasPriors ? [priors] : []),
      ...(isNoted ? [notes] : []),
    ],
  };
  return (
    `${nameOf(laws!, row, varied)}: ${shownAt(laws!, "equation", row)}\n` +
    `${describeFit(fits!, fit!, inputs)}; errors by ${describeErrors(textAt(parameters!, "errors_by", first))}\n` +
    formatTable(table, { alignRight: numbers.map(({ name }) => name) }) +
    doubts(laws!, row) +
    (hasProfiles ? whyNoProfile(identifiability!, cards) : "") +
    formatTest(laws!, row)
  );
}

/** Columns of a value, its standard error and its interval, each to the digits that are known. */
function knownNumbers(rows: readonly number[], table: Table, name: string, intervalName: string) {
  const all = rows.map((row) =>
    [name, "standard_error", "interval_lower", "interval_upper"].map((column) =>
      numberAt(table, column, row),
    ),
  );
  const column = columnsOf(rows);
  return [
    column(name, (_, i) => {
      const [value, error, ...ends] = all[i]! as [number, number, number, number];
      return formatKnown(value, error, [value, ...ends]);
    }),
    column("standard error", (_, i) => formatKnown(all[i]![1]!)),
    column(intervalName, (_, i) => {
      const [value, error, ...ends] = all[i]! as [number, number, number, number];
      const texts = ends.map((end) => formatKnown(end, error, [value, ...ends]));
      return texts.join("") === "" ? "" : texts.join(" to ");
    }),
  ];
}

const shown = (table: Table, name: string, row: number): string => {
  const value = valueAt(table, name, row);
  return value === null ? "" : formatNumber(Number(value));
};

function describeErrors(by: string): string {
  if (by === "sigma") return "the given sigma, as it is";
  if (by === "runs") return "the residuals, runs taken as independent";
  return "the residuals, rows taken as independent";
}

/** Why the fit as a whole is not to be trusted, a line each; empty if it is. */
function doubts(laws: Table, row: number): string {
  const said = textAt(laws, "doubtful", row);
  return said === "" ? "" : `doubtful: ${said.replaceAll("; ", "\ndoubtful: ")}\n`;
}

/** Why parameters have no profile interval, if so. */
function whyNoProfile(identifiability: Table, cards: readonly number[]): string {
  const reasons = cards.map(
    (card) => /(?:^|; )profile: ([^;]*)/.exec(shownAt(identifiability, "unknown", card))?.[1],
  );
  return [...new Set(reasons)]
    .map((reason) => (reason === undefined ? "" : `no profile interval: ${reason}\n`))
    .join("");
}

/** Why a parameter is not to be trusted, if so. */
function noteOn(
  { fits, parameters, identifiability }: Tables,
  row: number,
  card: number | undefined,
): string {
  const bound = valueAt(parameters!, "at_bound", row);
  if (bound !== null) return `at its ${bound} bound`;
  const isOf = (column: string, value: unknown) =>
    card !== undefined && identifiability !== undefined && valueAt(identifiability, column, card) === value;
  if (isOf("flat", true)) return "not determined: a flat valley";
  if (isOf("standing", "fixed")) return "fixed";
  if (valueAt(parameters!, "standard_error", row) !== null) return "";
  const fit = rowsOfProblem(fits!, textAt(parameters!, "problem", row))[0]!;
  const left =
    numberAt(fits!, "points", fit) - rowsOfProblem(parameters!, textAt(parameters!, "problem", row)).length;
  return left <= 0 ? "no error: as many parameters as points" : "no error: not told from other parameters";
}

function describeFit(fits: Table, fit: number, inputs: string): string {
  const starts = numberAt(fits, "starts", fit);
  const agreeing = Math.round(numberAt(fits, "start_agreement", fit) * starts);
  const leftOut = valueAt(fits, "left_out", fit);
  return [
    `${valueAt(fits, "points", fit)} points of ${inputs}${leftOut === null ? "" : ` (left out: ${leftOut})`}`,
    `${textAt(fits, "loss", fit)} loss of ${textAt(fits, "residual", fit)} residuals`,
    `objective ${shown(fits, "objective", fit)}`,
    `R2 ${shown(fits, "r_squared", fit)}`,
    `spread of residuals ${shown(fits, "residual_sd", fit)}`,
    `${agreeing} of ${starts} starts agree`,
  ].join("; ");
}

function formatTest(laws: Table, row: number): string {
  const rows = numberAt(laws, "test_rows", row);
  if (!(rows > 0)) return "";
  return (
    `held out: ${countOf(rows, "measured row")}, R2 ${shown(laws, "test_r_squared", row)}, mean error ${shown(laws, "test_mean_abs_error", row)} ` +
    `(${percent(numberAt(laws, "test_mean_abs_rel_error", row))})\n`
  );
}

/** A line for each law. */
function formatMany({ laws, fits }: Tables, rows: readonly number[], varied: readonly string[]): string {
  const fitOf = new Map(rowsOf(fits!).map((fit) => [textAt(fits!, "problem", fit), fit]));
  const column = columnsOf(rows);
  const ofFit = (name: string) => (row: number) =>
    shown(fits!, name, fitOf.get(textAt(laws!, "problem", row))!);
  const numbers = [
    column("points", ofFit("points")),
    column("objective", ofFit("objective")),
    column("R2", ofFit("r_squared")),
    column("starts agree (%)", (row) => {
      const fit = fitOf.get(textAt(laws!, "problem", row))!;
      return String(Math.round(100 * numberAt(fits!, "start_agreement", fit)));
    }),
    ...(rows.some((row) => numberAt(laws!, "test_rows", row) > 0)
      ? [column("test R2", (row) => shown(laws!, "test_r_squared", row))]
      : []),
  ];
  const isDoubtful = rows.some((row) => textAt(laws!, "doubtful", row) !== "");
  const columns = [
    column("group", (row) => shownAt(laws!, "task", row)),
    ...varied
      .filter((axis) => axis !== "law")
      .map((axis) => column(axis, (row) => shownAt(laws!, axis, row))),
    ...numbers,
    column("law", (row) => shownAt(laws!, "equation", row)),
    ...(isDoubtful ? [column("doubtful", (row) => textAt(laws!, "doubtful", row))] : []),
  ];
  const alignRight = numbers.map(({ name }) => name);
  return formatTable({ rows: rows.length, columns }, { maxRows: MOST_LAWS, alignRight });
}

/** The assignment of axes with the least error on rows that are held out; empty where none are, or where nothing varies. */
function formatBest({ configurations }: Tables, varied: readonly string[]): string {
  if (configurations === undefined || varied.length === 0) return "";
  if (valueAt(configurations, "rank", 0) === null) return "";
  const chosen = varied.map((axis) => `${axis} ${shownAt(configurations, axis, 0)}`);
  const error = percent(numberAt(configurations, "mean_abs_rel_error", 0), 3);
  const count = valueAt(configurations, "predictions", 0);
  return `\nbest on held-out rows: ${chosen.join(", ")} (mean error ${error} of ${count} predictions)\n`;
}

/** The predictions of rows that are not measured. */
function formatPredictions(tables: Tables, varied: readonly string[]): string {
  const { predictions, parameters } = tables as Record<string, Table>;
  const rows = rowsOf(predictions!).filter((row) => valueAt(predictions!, "actual", row) === null);
  if (rows.length === 0) return "";
  const column = columnsOf(rows);
  const level = percent(numberAt(parameters!, "interval_level", 0));
  const numbers = knownNumbers(rows, predictions!, "predicted", `${level} interval of the curve`);
  const table: Table = {
    rows: rows.length,
    columns: [
      column("group", (row) => shownAt(predictions!, "task", row)),
      ...varied.map((axis) => column(axis, (row) => shownAt(predictions!, axis, row))),
      column("at", (row) => shownAt(predictions!, "target", row)),
      ...numbers,
      column("determined", (row) => {
        if (!Number.isFinite(Number(valueAt(predictions!, "predicted", row) ?? Number.NaN)))
          return "not: the law has no value there";
        const verdict = textAt(predictions!, "determined", row);
        if (verdict !== "yes" && verdict !== "") return `not: ${verdict}`;
        return textAt(predictions!, "doubtful", row) === "" ? verdict : `${verdict}, by a doubtful law`;
      }),
    ],
  };
  return `\n${formatTable(table, { maxRows: MOST_PREDICTIONS, alignRight: numbers.map(({ name }) => name) })}`;
}

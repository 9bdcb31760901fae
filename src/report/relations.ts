import { isIdentity } from "../methods/loss-to-loss/choices.ts";
import { findColumn, type Table } from "../tables/table.ts";
import { countOf, percent } from "../text.ts";
import { fitsOf } from "./fits.ts";
import { configurationKey, describeConfiguration } from "./headline.ts";
import type { ReportJob } from "./job.ts";
import { type HeadlinePrediction, largestTargets, OF_RELATIONS, predictionsOf } from "./predictions.ts";
import { num, type Row, recordsBy, recordsOf, str } from "./records.ts";

/** Predictions that are shown one by one; of relations of losses there may be thousands. */
export const MOST_SHOWN = 60;

/** How well losses are translated, a relation a line: single predictions are too many to tell. */
export function relationLines(
  job: ReportJob,
  predictions: readonly HeadlinePrediction[],
  opening: number,
): string[] {
  const relations = ofHeadlineRecipe(job, job.tables.relations);
  const told = relations.map((row) => {
    const [count, error, law] = ["predictions", "mean_abs_rel_error", "law_mean_abs_rel_error"].map((name) =>
      num(row, name),
    );
    const fits =
      num(row, "translations") > 0
        ? `${countOf(num(row, "translations"), "translation")}, median R² ${num(row, "median_r_squared").toFixed(4)}`
        : "";
    const errors =
      count! > 0
        ? `mean relative error ${percent(error!, 3)} over ${countOf(count!, "prediction")}`
        : "no prediction with a measured value";
    const beside = Number.isFinite(law)
      ? `; scaling laws of the same losses ${percent(law!, 3)}, farther off than the relation in ${percent(num(row, "better"))}`
      : "";
    return `${str(row, "relation")}: ${errors}${beside}${fits === "" ? "" : ` (${fits})`}.`;
  });
  const configuration = `Configuration: ${describeConfiguration(job.headline[0] ?? {}, job.axes)}. A train loss predicted from itself does not count.`;
  const shown = Math.min(opening, MOST_SHOWN);
  return [
    ...told,
    configuration,
    ...heldLine(predictions),
    ...(opening > 0
      ? [
          `Shown: ${OF_RELATIONS}; ${shown} of ${countOf(predictions.length, "prediction")}, table predictions has all.`,
        ]
      : []),
  ];
}

/** Whether cells relate losses of corpora to each other (method loss-to-loss). */
export function relatesLosses({ tables }: { tables: Readonly<Record<string, Table>> }): boolean {
  const { cells } = tables;
  return cells !== undefined && findColumn(cells, "relation") !== undefined;
}

/** Whether a row is of train losses predicted from themselves, which says nothing. */
export function isTrivial(row: Row): boolean {
  return row.source !== undefined && isIdentity((axis) => row[axis]);
}

/** The corpora of a row, `web → code` or `web`; empty where a row has none. */
export function pairOf(row: Row): string {
  const [source, destination] = [str(row, "source"), str(row, "destination")];
  return source === destination ? source : `${source} → ${destination}`;
}

/** Rows of a table whose axes, but for the relation, are those of the headline. */
function ofHeadlineRecipe(job: ReportJob, table: Table | undefined): Row[] {
  const axes = job.axes.filter(({ name }) => name !== "relation");
  const key = configurationKey(job.headline[0] ?? {}, axes);
  return recordsOf(table).filter((row) => configurationKey(row, axes) === key && !isTrivial(row));
}

/** How many measured values lie in their intervals; nothing without intervals and measured values. */
export function heldLine(predictions: readonly HeadlinePrediction[]): string[] {
  const held = predictions.filter(
    ({ interval, actual }) => Number.isFinite(interval.lower + interval.upper) && Number.isFinite(actual),
  );
  if (held.length === 0) return [];
  const hits = held.filter(({ interval, actual }) => actual >= interval.lower && actual <= interval.upper);
  return [
    `${hits.length} of ${held.length} measured values lie in their intervals (${held[0]!.interval.kind}).`,
  ];
}

/** A pair of runs, by how far their losses are above the irreducible ones. */
interface ShiftedPair {
  run: string;
  /** L0 - E0. */
  x: number;
  /** L1 - E1, as measured and as fitted. */
  y: number;
  fitted: number;
}

/** A target by its losses above the irreducible ones; NaN where one is not known. */
interface ShiftedTarget {
  target: string;
  x: number;
  actual: number;
  predicted: number;
  lower: number;
  upper: number;
}

/** A fitted translation: on logarithmic axes of the losses above E0 and E1 a straight line. */
export interface TranslationLine {
  relation: string;
  source: string;
  destination: string;
  task: string;
  /** L1 - E1 at an L0 - E0. */
  at(x: number): number;
  points: ShiftedPair[];
  targets: ShiftedTarget[];
}

/** Cells with one translation: those of the headline, and those of other relations with its other choices. */
export function translationCells(job: ReportJob): Row[] {
  return ofHeadlineRecipe(job, job.tables.cells).filter(
    (cell) => str(cell, "problem_translation") !== "" && str(cell, "problem_bridge") === "",
  );
}

/** The translations of cells, with their largest targets; those that the job directory does not have whole are left out. */
export function translationsOf(job: ReportJob, cells: readonly Row[]): TranslationLine[] {
  const predictions = largestTargets(job, predictionsOf(job, cells));
  return cells.flatMap((cell) =>
    lineOf(
      job,
      cell,
      predictions.filter((one) => one.cell === cell.cell),
    ),
  );
}

function lineOf(job: ReportJob, cell: Row, predictions: readonly HeadlinePrediction[]): TranslationLine[] {
  const [fit] = fitsOf(job, cell, "translation");
  const row = recordsBy(job.tables.translations, "cell", num(cell, "cell")).find(
    ({ stage }) => stage === "translation",
  );
  if (fit?.form.name !== "shifted-power-law" || row === undefined) return [];
  const parameter = (name: string) => fit.parameters[fit.form.parameterNames.indexOf(name)]!;
  // The fit counts the source loss from the smallest one, which is exp(g) above E0, and the response from E1 where E is held at 0.
  const [base, offset] = [Math.exp(parameter("g")), parameter("E")];
  const [kappa, K, E0, E1] = ["kappa", "K", "E0", "E1"].map((name) => num(row, name)) as [
    number,
    number,
    number,
    number,
  ];
  const usesLaw = cell.source_loss === "law";
  return [
    {
      relation: str(cell, "relation"),
      source: str(cell, "source"),
      destination: str(cell, "destination"),
      task: str(cell, "task"),
      at: (x) => K * x ** kappa,
      points: fit.points.map(({ run: name, variables, response, fitted }) => ({
        ...{ run: name, x: variables[0]! + base, y: response - offset, fitted: fitted - offset },
      })),
      targets: predictions.map((one) => ({
        target: one.target,
        x: (usesLaw ? one.featurePredicted : one.featureActual) - E0,
        ...{ actual: one.actual - E1, predicted: one.predicted - E1 },
        ...{ lower: one.interval.lower - E1, upper: one.interval.upper - E1 },
      })),
    },
  ];
}

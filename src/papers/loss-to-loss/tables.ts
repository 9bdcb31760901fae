import { getOrInsert, groupBy } from "../../collections.ts";
import { quantile } from "../../intervals/draws.ts";
import type { Configuration, Method, Translated } from "../../methods/method.ts";
import { axisColumns, cellIdentity, methodColumn, ofCell } from "../../plan/cell-columns.ts";
import { describeLeftOut, fitQuality } from "../../plan/fit-quality.ts";
import type { Cell } from "../../plan/plan-sweep.ts";
import { fittedParameters, relativeError, type ScoredPrediction } from "../../plan/score.ts";
import type { SolveResult } from "../../solve/problem.ts";
import { mean } from "../../statistics.ts";
import { findColumn, type Table } from "../../tables/table.ts";
import { type ColumnOf, count, flag, number, tableOf, text, via } from "../../tables/table-of.ts";
import { BETWEEN, isIdentity } from "./choices.ts";

/** Axes that a law depends on: it is the same for all values of the others. */
const OF_LAWS = [
  "law",
  "metric",
  "train_subject",
  "runs",
  "final_window",
  "final_share",
  "bounds1",
  "loss1",
  "delta1",
];
const LAW = "scaling-law";

/** The errors of relations of one kind, over all pairs of corpora, tasks and targets. */
interface Relation {
  configuration: Configuration;
  /** R squared of each fitted translation, ascending. */
  fits: Float64Array;
  /** Relative errors without their signs, ascending. */
  errors: Float64Array;
  /** Errors of the laws of the same losses, for the predictions that have a law. */
  lawErrors: Float64Array;
  /** Share of the predictions that are nearer to the actual value than the law's. */
  better: number;
}

/**
 * Table `relations`: one row for each way of relating losses, over all pairs of corpora, tasks and targets, beside the
 * scaling laws of the losses that are predicted (Brandfonbrener et al., 2024, table 1). A train loss predicted from itself
 * does not count.
 *
 * @param translations table `translations`
 */
export function relationsTable(
  method: Method,
  cells: readonly Cell[],
  predictions: readonly ScoredPrediction[],
  translations: Table,
): Table {
  const fits = fitsOfCells(translations);
  const laws = new Map<string, number>();
  for (const { cell, target, predicted, actual } of predictions) {
    if (axisOf(cell, "relation") === LAW) laws.set(lawKey(cell, target), relativeError(predicted, actual));
  }
  const groups = new Map<string, { configuration: Configuration; cells: Cell[] }>();
  for (const cell of cells) {
    if (isIdentity((axis) => cell.configuration.values.get(axis))) continue;
    const { configuration } = cell;
    const choices = [...configuration.values].filter(([axis]) => !BETWEEN.includes(axis));
    const key = JSON.stringify(choices);
    getOrInsert(groups, key, () => ({ configuration, cells: [] })).cells.push(cell);
  }
  const ofCell = groupBy(predictions, ({ cell }) => cell.id);
  const rows = Array.from(groups.values(), ({ configuration, cells: members }): Relation => {
    const scored = members
      .flatMap(({ id }) => ofCell.get(id) ?? [])
      .flatMap(({ cell, target, predicted, actual }) => {
        const error = Math.abs(relativeError(predicted, actual));
        return Number.isFinite(error)
          ? [{ error, law: Math.abs(laws.get(lawKey(cell, target)) ?? Number.NaN) }]
          : [];
      });
    // A law is not compared with itself.
    const isLaw = configuration.values.get("relation") === LAW;
    const beside = isLaw ? [] : scored.filter(({ law }) => !Number.isNaN(law));
    return {
      configuration,
      fits: Float64Array.from(members.flatMap(({ id }) => fits.get(id) ?? [])).sort(),
      errors: Float64Array.from(scored, ({ error }) => error).sort(),
      lawErrors: Float64Array.from(beside, ({ law }) => law),
      better: beside.filter(({ error, law }) => error < law).length / beside.length,
    };
  });
  return tableOf<Relation>(rows, [
    methodColumn(method),
    ...axisColumns(method, "value of each axis except `source` and `destination`").filter(
      ({ name }) => !BETWEEN.includes(name),
    ),
    count("translations", "relations fitted", ({ fits }) => fits.length),
    number("median_r_squared", "median of their R squared", (row) => quantile(row.fits, 0.5)),
    count("predictions", "predictions with an actual value", ({ errors }) => errors.length),
    number("mean_abs_rel_error", "mean of abs(predicted - actual)/actual", ({ errors }) => mean(errors)),
    number("median_abs_rel_error", "its median", ({ errors }) => quantile(errors, 0.5)),
    number("largest_abs_rel_error", "its maximum", ({ errors }) => errors.at(-1)),
    count("law_predictions", "how many of them the loss's law predicts too", (row) => row.lawErrors.length),
    number("law_mean_abs_rel_error", "mean error of the law at those", ({ lawErrors }) => mean(lawErrors)),
    number("better", "share of those at which the relation is closer than the law"),
  ]);
}

function axisOf({ configuration }: Cell, axis: string): string {
  return String(configuration.values.get(axis));
}

/** Names the law of the loss that a cell predicts, and the target. */
function lawKey(cell: Cell, target: string): string {
  const isError = cell.configuration.predicts === "error";
  const lawAxes = OF_LAWS.map((axis) => axisOf(cell, axis));
  return JSON.stringify([cell.task, axisOf(cell, "destination"), target, isError, ...lawAxes]);
}

interface Row {
  cell: Cell;
  translation: Translated;
}

/**
 * Table `translations`: one row for each fitted relation between two losses of a cell; undefined where the method has none.
 */
export function translationsTable(
  method: Method,
  cells: readonly Cell[],
  results: ReadonlyMap<string, SolveResult>,
): Table | undefined {
  if (!cells.some(({ plan }) => plan.translations !== undefined)) return undefined;
  const rows = cells.flatMap((cell): Row[] => {
    const translations = cell.plan.translations?.(fittedParameters(cell, results)) ?? [];
    return translations.map((translation) => ({ cell, translation }));
  });
  const problemOf = ({ cell, translation }: Row) => {
    const stage = cell.plan.stages[translation.place]!;
    const result = results.get(cell.keys[translation.place]!)!;
    if (!("problem" in stage) || !("solution" in result)) throw new Error("a translation without a fit");
    return {
      problem: { ...stage.problem, key: "" },
      solution: result.solution,
      leftOut: stage.leftOut ?? [],
    };
  };
  return tableOf<Row>(rows, [
    ...ofCell([...cellIdentity(method), ...axisColumns(method)]),
    ...via(translatedColumns, ({ translation }: Row) => translation),
    count("points", "pairs of runs fitted", (row) => problemOf(row).solution.points),
    text("left_out", "runs and pairs that are left out, with the reasons", (row) =>
      describeLeftOut(problemOf(row).leftOut),
    ),
    number("r_squared", "as in `fits`", (row) => {
      const { problem, solution } = problemOf(row);
      return fitQuality(problem, solution.parameters).rSquared;
    }),
    text("problem", "key of the problem", ({ cell, translation }) => cell.keys[translation.place]),
  ]);
}

const translatedColumns: readonly ColumnOf<Translated>[] = [
  text("stage", "`translation`, or `bridge` for the first of two"),
  text("from_loss", "L0: subject and corpus of the runs", ({ from }) => from),
  text("to_loss", "L1", ({ to }) => to),
  number("kappa", "exponent"),
  number("K", "scale"),
  number("E0", "irreducible loss of the source"),
  number("E1", "irreducible loss of the destination"),
  flag("E0_fixed", "whether E0 comes from its own law and is not fitted here", ({ isFixed }) => isFixed[0]),
  flag("E1_fixed", "the same for E1", ({ isFixed }) => isFixed[1]),
];

/** R squared of the translations of each cell, by its number. */
function fitsOfCells(translations: Table): Map<number, number[]> {
  const fitsOf = new Map<number, number[]>();
  const fits = findColumn(translations, "r_squared")!.values;
  findColumn(translations, "cell")!.values.forEach((value, row) => {
    const cell = Number(value);
    fitsOf.set(cell, [...(fitsOf.get(cell) ?? []), Number(fits[row] ?? Number.NaN)]);
  });
  return fitsOf;
}

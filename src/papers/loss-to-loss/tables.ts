import { getOrInsert, groupBy } from "../../collections.ts";
import { quantile } from "../../intervals/draws.ts";
import type { Configuration, Method, Translated } from "../../methods/method.ts";
import { axisColumns, cellIdentity, methodColumn, ofCell } from "../../plan/cell-columns.ts";
import { describeLeftOut, rSquared } from "../../plan/fit-quality.ts";
import type { Cell } from "../../plan/plan-sweep.ts";
import { fittedParameters, relativeError, type ScoredPrediction } from "../../plan/score.ts";
import type { SolveResult } from "../../solve/problem.ts";
import { mean } from "../../statistics.ts";
import { findColumn, type Table } from "../../tables/table.ts";
import { count, flag, number, tableOf, text, via } from "../../tables/table-of.ts";
import { BETWEEN, isIdentity } from "./choices.ts";

/** Axes that a law depends on: it is the same for all values of the others. */
const OF_LAWS = ["law", "metric", "train_subject", "runs", "final_window", "bounds1", "loss1", "delta1"];
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
    via(methodColumn(method), (row: Relation) => row),
    ...axisColumns(method)
      .filter(({ name }) => !BETWEEN.includes(name))
      .map((column) => via(column, ({ configuration }: Relation) => configuration)),
    count("translations", (row) => row.fits.length),
    number("median_r_squared", (row) => quantile(row.fits, 0.5)),
    count("predictions", ({ errors }) => errors.length),
    number("mean_abs_rel_error", ({ errors }) => mean(errors)),
    number("median_abs_rel_error", ({ errors }) => quantile(errors, 0.5)),
    number("largest_abs_rel_error", ({ errors }) => errors.at(-1) ?? Number.NaN),
    count("law_predictions", ({ lawErrors }) => lawErrors.length),
    number("law_mean_abs_rel_error", ({ lawErrors }) => mean(lawErrors)),
    number("better", ({ better }) => better),
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
    ...cellIdentity(method).map(ofCell),
    ...axisColumns(method).map((column) => via(column, ({ cell }: Row) => cell.configuration)),
    text("stage", ({ translation }) => translation.stage),
    text("from_loss", ({ translation }) => translation.from),
    text("to_loss", ({ translation }) => translation.to),
    number("kappa", ({ translation }) => translation.kappa),
    number("K", ({ translation }) => translation.K),
    number("E0", ({ translation }) => translation.E0),
    number("E1", ({ translation }) => translation.E1),
    flag("E0_fixed", ({ translation }) => translation.isFixed[0]),
    flag("E1_fixed", ({ translation }) => translation.isFixed[1]),
    count("points", (row) => problemOf(row).solution.points),
    text("left_out", (row) => describeLeftOut(problemOf(row).leftOut)),
    number("r_squared", (row) => {
      const { problem, solution } = problemOf(row);
      return rSquared(problem, solution.parameters);
    }),
    text("problem", ({ cell, translation }) => cell.keys[translation.place]!),
  ]);
}

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

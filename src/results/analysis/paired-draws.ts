import type { CellDraws } from "../../bootstrap/bootstrap-cells.ts";
import { getOrInsert } from "../../collections.ts";
import { drawsOf } from "../../intervals/draws.ts";
import type { Interval } from "../../intervals/interval.ts";
import { percentile } from "../../intervals/kinds.ts";
import { countWins, differences, type Wins } from "../../intervals/paired.ts";
import type { Configuration, Method } from "../../methods/method.ts";
import { axisColumns, methodColumn, targetColumn } from "../../plan/cell-columns.ts";
import { relativeError, type ScoredPrediction } from "../../plan/score.ts";
import { TIE } from "../../ranking/compare-axes.ts";
import type { Table } from "../../tables/table.ts";
import { type ColumnOf, count, number, tableOf, text, via } from "../../tables/table-of.ts";
import { endColumns } from "../intervals-table.ts";
import type { SelectedPrediction } from "./repeated-selection.ts";

/** A configuration compared with the reference on the same replicates, for one task and target or over all of them. */
interface DrawComparison {
  configuration: Configuration;
  /** Null for the mean over tasks and targets. */
  task: string | null;
  target: string | null;
  /** Number of pairs of predictions behind the comparison. */
  predictions: number;
  /** Absolute relative error minus the reference's, from the fits of the original data. */
  diffAbsRelError: number;
  /** How often it is better than the reference. */
  wins: Wins;
  level: number;
  interval: Interval;
}

/** The errors of one target of a cell, in the replicates and in the fit of the original data. */
interface TargetErrors {
  task: string;
  target: string;
  /** Absolute relative error of each replicate. */
  errors: Float64Array;
  /** Absolute relative error in the fit of the original data. */
  point: number;
}

/** The errors of a configuration's cells minus those of the reference's cells, summed over tasks and targets. */
interface Total {
  sums: Float64Array;
  point: number;
  predictions: number;
}

/**
 * Compares configurations replicate by replicate. The same runs were drawn for all configurations, so effects of a draw that
 * both share cancel. Cells are added task by task, and only draws of the current task are kept: the reference's, and until it comes those
 * of the cells before it.
 */
export class PairedDraws {
  readonly #reference: Configuration;
  readonly #levels: readonly number[];
  readonly #rows: DrawComparison[] = [];
  readonly #totals = new Map<Configuration, Total>();
  #task: string | undefined;
  #ofReference: TargetErrors[] | undefined;
  #waiting: { configuration: Configuration; targets: TargetErrors[] }[] = [];

  /** @param levels of the intervals */
  constructor(reference: Configuration, levels: readonly number[]) {
    this.#reference = reference;
    this.#levels = levels;
  }

  /** Adds a cell's draws. @param predictions the cell's predictions from the fits of the original data */
  add({ cell, targets }: CellDraws, predictions: readonly ScoredPrediction[]): void {
    if (cell.task !== this.#task) {
      this.#task = cell.task;
      this.#ofReference = undefined;
      this.#waiting = [];
    }
    const errors = targets.flatMap(({ target, values }): TargetErrors[] => {
      const prediction = predictions.find((candidate) => candidate.target === target);
      if (prediction === undefined) return [];
      const { actual, predicted } = prediction;
      const point = Math.abs(relativeError(predicted, actual));
      if (!Number.isFinite(point)) return [];
      return [{ task: cell.task, target, errors: absoluteErrors(values.predicted, actual), point }];
    });
    if (cell.configuration === this.#reference) this.#ofReference = errors;
    else this.#waiting.push({ configuration: cell.configuration, targets: errors });
    if (this.#ofReference !== undefined) this.#compareWaiting(this.#ofReference);
  }

  /** The comparisons: first over all tasks and targets for every configuration, then for each task and target. */
  finish(): DrawComparison[] {
    const overall = [...this.#totals].flatMap(([configuration, { sums, point, predictions }]) => {
      const of = {
        configuration,
        task: null,
        target: null,
        predictions,
        diffAbsRelError: point / predictions,
      };
      return this.#compare(
        of,
        sums.map((sum) => sum / predictions),
      );
    });
    return [...overall, ...this.#rows];
  }

  #compareWaiting(ofReference: readonly TargetErrors[]): void {
    for (const { configuration, targets } of this.#waiting) {
      for (const { task, target, errors, point } of targets) {
        const theirs = ofReference.find((candidate) => candidate.target === target);
        if (theirs === undefined) continue;
        const diffAbsRelError = point - theirs.point;
        const off = differences(errors, theirs.errors);
        this.#rows.push(
          ...this.#compare({ configuration, task, target, predictions: 1, diffAbsRelError }, off),
        );
        this.#addTo(configuration, off, diffAbsRelError);
      }
    }
    this.#waiting = [];
  }

  #addTo(configuration: Configuration, off: Float64Array, point: number): void {
    const total = getOrInsert(this.#totals, configuration, () => {
      return { sums: new Float64Array(off.length), point: 0, predictions: 0 };
    });
    // A replicate that is degenerate for one task has no mean over tasks, so its NaN is kept.
    for (let i = 0; i < off.length; i++) total.sums[i]! += off[i]!;
    total.point += point;
    total.predictions++;
  }

  #compare(of: Omit<DrawComparison, "wins" | "level" | "interval">, off: Float64Array): DrawComparison[] {
    const wins = countWins(off, TIE);
    const draws = drawsOf(off);
    return this.#levels.map((level) => {
      return {
        ...of,
        wins,
        level,
        interval: percentile.compute({ estimate: of.diffAbsRelError, draws }, level),
      };
    });
  }
}

/** The absolute relative error of each replicate; NaN where it has no prediction. */
function absoluteErrors(predicted: Float64Array, actual: number): Float64Array {
  const errors = new Float64Array(predicted.length);
  for (let i = 0; i < errors.length; i++) errors[i] = Math.abs(relativeError(predicted[i]!, actual));
  return errors;
}

const winColumns: readonly ColumnOf<Wins>[] = [
  number("win_rate", "share of the replicates with the smaller error, ties counted half"),
  number("win_rate_error", "its Monte Carlo standard error"),
  count("wins", "replicates with the smaller error"),
  count("losses", "with the larger one"),
  count("ties", "within 1e-7"),
  count("degenerate", "replicates left out", ({ dropped }) => dropped),
];

/** Table `comparisons`: configurations compared with the reference on the same resamples. */
export function comparisonsTable(method: Method, rows: readonly DrawComparison[]): Table {
  return tableOf<DrawComparison>(rows, [
    methodColumn(method),
    ...axisColumns(method),
    text("task", "null: the mean over tasks and targets"),
    text("target", "likewise"),
    count("predictions", "pairs of predictions behind the row, those with a known actual value"),
    number("diff_abs_rel_error", "absolute relative error minus the reference's; negative is better"),
    number("level", "level of the interval of the difference"),
    ...via(endColumns, ({ interval }: DrawComparison) => interval),
    ...via(winColumns, ({ wins }: DrawComparison) => wins),
  ]);
}

/** Table `selection`: the best configuration's predictions, with the choice repeated in every resample. */
export function selectionTable(method: Method, rows: readonly SelectedPrediction[]): Table {
  return tableOf<SelectedPrediction>(rows, [
    methodColumn(method),
    text("task", "subject that is predicted"),
    targetColumn,
    ...axisColumns(
      method,
      "design choices of the best configuration among those that predict the most targets",
    ),
    number("predicted", "its prediction"),
    number("actual", "measured score"),
    number("level", "level of the intervals"),
    number("lower", "lower end, with the choice repeated", ({ repeated }) => repeated.lower),
    number("upper", "upper end", ({ repeated }) => repeated.upper),
    number("lower_fixed", "lower end if it had been chosen beforehand", ({ fixed }) => fixed.lower),
    number("upper_fixed", "upper end", ({ fixed }) => fixed.upper),
    number("chosen_again", "share of the resamples that choose this configuration"),
    count("configurations_chosen", "number of configurations that some resample chooses"),
    count("degenerate", "resamples in which no choice can be made", ({ repeated }) => repeated.dropped),
  ]);
}

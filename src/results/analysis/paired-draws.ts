import type { CellDraws } from "../../bootstrap/bootstrap-cells.ts";
import { drawsOf } from "../../intervals/draws.ts";
import type { Interval } from "../../intervals/interval.ts";
import { percentile } from "../../intervals/kinds.ts";
import { comparePaired, type PairedComparison } from "../../intervals/paired.ts";
import type { Configuration, Method } from "../../methods/method.ts";
import { axisColumns, methodColumn, targetColumn } from "../../plan/cell-columns.ts";
import { relativeError, type ScoredPrediction } from "../../plan/score.ts";
import type { Table } from "../../tables/table.ts";
import { type ColumnOf, count, number, tableOf, text, via } from "../../tables/table-of.ts";
import { endColumns } from "../intervals-table.ts";
import { TIE } from "./compare-axes.ts";
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
  /** The replicates' estimate of the difference; negative values are better than the reference. */
  paired: PairedComparison;
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
  differences: Float64Array;
  point: number;
  predictions: number;
}

/**
 * Compares configurations replicate by replicate. The same runs were drawn for all configurations, so effects of a draw that
 * both share cancel. Cells are added task by task, and only the current task's draws are kept.
 */
export class PairedDraws {
  readonly #reference: Configuration;
  readonly #levels: readonly number[];
  readonly #rows: DrawComparison[] = [];
  readonly #totals = new Map<Configuration, Total>();
  #task: string | undefined;
  #ofReference: TargetErrors[] = [];
  #others: { configuration: Configuration; targets: TargetErrors[] }[] = [];

  /** @param levels of the intervals */
  constructor(reference: Configuration, levels: readonly number[]) {
    this.#reference = reference;
    this.#levels = levels;
  }

  /** Adds a cell's draws. @param predictions the cell's predictions from the fits of the original data */
  add({ cell, targets }: CellDraws, predictions: readonly ScoredPrediction[]): void {
    if (cell.task !== this.#task) this.#closeTask();
    this.#task = cell.task;
    const errors = targets.flatMap(({ target, values }): TargetErrors[] => {
      const prediction = predictions.find((candidate) => candidate.target === target);
      if (prediction === undefined) return [];
      const { actual, predicted } = prediction;
      const point = Math.abs(relativeError(predicted, actual));
      if (!Number.isFinite(point)) return [];
      const off = values.predicted.map((value) => Math.abs(relativeError(value, actual)));
      return [{ task: cell.task, target, errors: off, point }];
    });
    if (cell.configuration === this.#reference) this.#ofReference = errors;
    else this.#others.push({ configuration: cell.configuration, targets: errors });
  }

  /** The comparisons: first over all tasks and targets for every configuration, then for each task and target. */
  finish(): DrawComparison[] {
    this.#closeTask();
    const overall = [...this.#totals].flatMap(([configuration, { differences, point, predictions }]) => {
      const mean = differences.map((sum) => sum / predictions);
      const of = {
        configuration,
        task: null,
        target: null,
        predictions,
        diffAbsRelError: point / predictions,
      };
      return this.#compare(of, mean, new Float64Array(mean.length));
    });
    return [...overall, ...this.#rows];
  }

  #closeTask(): void {
    for (const { configuration, targets } of this.#others) {
      for (const ours of targets) {
        const theirs = this.#ofReference.find(({ target }) => target === ours.target);
        if (theirs === undefined) continue;
        const { task, target } = ours;
        const diffAbsRelError = ours.point - theirs.point;
        const of = { configuration, task, target, predictions: 1, diffAbsRelError };
        this.#rows.push(...this.#compare(of, ours.errors, theirs.errors));
        this.#addTo(configuration, ours, theirs);
      }
    }
    this.#ofReference = [];
    this.#others = [];
  }

  #addTo(configuration: Configuration, ours: TargetErrors, theirs: TargetErrors): void {
    const total = this.#totals.get(configuration) ?? {
      differences: new Float64Array(ours.errors.length),
      point: 0,
      predictions: 0,
    };
    this.#totals.set(configuration, total);
    // A replicate that is degenerate for one task has no mean over tasks, so its NaN is kept.
    for (let i = 0; i < ours.errors.length; i++) total.differences[i]! += ours.errors[i]! - theirs.errors[i]!;
    total.point += ours.point - theirs.point;
    total.predictions++;
  }

  #compare(
    of: Omit<DrawComparison, "paired" | "level" | "interval">,
    ours: Float64Array,
    theirs: Float64Array,
  ): DrawComparison[] {
    const paired = comparePaired(ours, theirs, TIE);
    const draws = drawsOf(ours.map((value, i) => value - theirs[i]!));
    return this.#levels.map((level) => {
      return {
        ...of,
        paired,
        level,
        interval: percentile.compute({ estimate: of.diffAbsRelError, draws }, level),
      };
    });
  }
}

const pairedColumns: readonly ColumnOf<PairedComparison>[] = [
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
    ...via(pairedColumns, ({ paired }: DrawComparison) => paired),
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

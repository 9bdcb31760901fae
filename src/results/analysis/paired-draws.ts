import type { CellDraws } from "../../bootstrap/bootstrap-cells.ts";
import { drawsOf } from "../../intervals/draws.ts";
import type { Interval } from "../../intervals/interval.ts";
import { percentile } from "../../intervals/kinds.ts";
import { comparePaired, type PairedComparison } from "../../intervals/paired.ts";
import type { Configuration, Method } from "../../methods/method.ts";
import { axisColumns, methodColumn, ofConfiguration } from "../../plan/cell-columns.ts";
import { relativeError, type ScoredPrediction } from "../../plan/score.ts";
import type { Table } from "../../tables/table.ts";
import { count, number, tableOf, text, via } from "../../tables/table-of.ts";
import { TIE } from "./compare-axes.ts";
import type { SelectedPrediction } from "./repeated-selection.ts";

/** A configuration held against the reference on the same replicates: of one task and target, or over all. */
interface DrawComparison {
  configuration: Configuration;
  /** Null: the mean over tasks and targets. */
  task: string | null;
  target: string | null;
  /** Pairs of predictions behind it. */
  predictions: number;
  /** Absolute relative error less the reference's, of the fits of the data. */
  difference: number;
  /** What the replicates say of the difference; negative is better than the reference. */
  paired: PairedComparison;
  level: number;
  interval: Interval;
}

/** Draws of one target of a cell, with what the fits of the data said. */
interface TargetErrors {
  task: string;
  target: string;
  /** Absolute relative error of each replicate. */
  errors: Float64Array;
  /** Of the fit of the data. */
  point: number;
}

/** What the cells of a configuration have been off by more than the reference's, summed over tasks and targets. */
interface Total {
  differences: Float64Array;
  point: number;
  predictions: number;
}

/**
 * Compares configurations replicate by replicate: the same runs were drawn for all of them, so what a draw does to both
 * cancels. Cells are given task by task; only a task's are kept.
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

  /** Takes a cell's draws. @param predictions the cell's, from the fits of the data */
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

  /** The comparisons: of every configuration over all tasks and targets, then of each. */
  finish(): DrawComparison[] {
    this.#closeTask();
    const overall = [...this.#totals].flatMap(([configuration, { differences, point, predictions }]) => {
      const mean = differences.map((sum) => sum / predictions);
      const of = { configuration, task: null, target: null, predictions, difference: point / predictions };
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
        const difference = ours.point - theirs.point;
        const of = { configuration, task, target, predictions: 1, difference };
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
    // A replicate that is degenerate for one task has no mean over tasks: NaN goes through.
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
        interval: percentile.compute({ estimate: of.difference, draws }, level),
      };
    });
  }
}

/** Table `comparisons`: configurations against the reference, on the same resamples. */
export function comparisonsTable(method: Method, rows: readonly DrawComparison[]): Table {
  return tableOf<DrawComparison>(rows, [
    via(methodColumn(method), (row) => row),
    ...axisColumns(method).map(ofConfiguration),
    text("task", ({ task }) => task),
    text("target", ({ target }) => target),
    count("predictions", ({ predictions }) => predictions),
    number("diff_abs_rel_error", ({ difference }) => difference),
    number("level", ({ level }) => level),
    number("lower", ({ interval }) => interval.lower),
    number("upper", ({ interval }) => interval.upper),
    number("mc_error_lower", ({ interval }) => interval.lowerError),
    number("mc_error_upper", ({ interval }) => interval.upperError),
    number("win_rate", ({ paired }) => paired.winRate),
    number("win_rate_error", ({ paired }) => paired.winRateError),
    count("wins", ({ paired }) => paired.wins),
    count("losses", ({ paired }) => paired.losses),
    count("ties", ({ paired }) => paired.ties),
    count("degenerate", ({ paired }) => paired.dropped),
  ]);
}

/** Table `selection`: the best configuration's predictions, with the choice of it repeated in every resample. */
export function selectionTable(method: Method, rows: readonly SelectedPrediction[]): Table {
  return tableOf<SelectedPrediction>(rows, [
    via(methodColumn(method), (row) => row),
    text("task", ({ task }) => task),
    text("target", ({ target }) => target),
    ...axisColumns(method).map(ofConfiguration),
    number("predicted", ({ predicted }) => predicted),
    number("actual", ({ actual }) => actual),
    number("level", ({ level }) => level),
    number("lower", ({ repeated }) => repeated.lower),
    number("upper", ({ repeated }) => repeated.upper),
    number("lower_fixed", ({ fixed }) => fixed.lower),
    number("upper_fixed", ({ fixed }) => fixed.upper),
    number("chosen_again", ({ chosenAgain }) => chosenAgain),
    count("configurations_chosen", ({ configurationsChosen }) => configurationsChosen),
    count("degenerate", ({ repeated }) => repeated.dropped),
  ]);
}

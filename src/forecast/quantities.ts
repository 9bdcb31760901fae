import { num, type Row, recordsOf, recordsWhere, str } from "../draw/records.ts";
import { forms } from "../forms/registry.ts";
import type { ResultTables } from "../results/result-tables.ts";
import { isAccuracy, isLoss } from "../tables/checkpoint-table.ts";
import type { Forecast, ForecastInterval, ForecastQuantity } from "./document.ts";
import type { FinishedRun } from "./measured-runs.ts";
import { rivalsOf } from "./rivals.ts";
import { type Settings, sensitivityOf, type Variation, type VariedPrediction } from "./sensitivity.ts";

/** What the quantities of a forecast are made from, beside the tables of its sweep. */
interface Beside {
  settings: Settings;
  /** Whether the method fits any law to any table, whose tasks are responses and groups. */
  isFit: boolean;
  /** Names of the targets by those in the tables. */
  names: ReadonlyMap<string, string>;
  measured: readonly FinishedRun[];
  /** Of a table of any columns the response of each task. */
  responses: ReadonlyMap<string, string>;
  variations: readonly Variation[];
  /** Predictions of the sweep over the variations. */
  varied: readonly VariedPrediction[];
}

const known = (row: Row, name: string): number | null => {
  const value = num(row, name);
  return Number.isFinite(value) ? value : null;
};

/** Every quantity that is forecast: for each task and target what the method predicts, and the feature between its steps. */
export function quantitiesOf(tables: ResultTables, beside: Beside): ForecastQuantity[] {
  const predictions = recordsOf(tables.predictions);
  const intervals = recordsOf(tables.intervals);
  const isResampled = tables.bootstrap !== undefined;
  const level = num(recordsOf(tables.parameters)[0], "interval_level");
  const sizes = new Map(recordsOf(tables.runs).map((row) => [str(row, "run"), num(row, "c")]));
  const made = predictions.flatMap((row) =>
    (["feature", "predicted"] as const).flatMap((kind) => {
      const column = kind === "feature" ? "feature_predicted" : "predicted";
      const value = num(row, column);
      if (!Number.isFinite(value)) return [];
      const [task, target] = [str(row, "task"), str(row, "target")];
      const measure =
        kind === "feature"
          ? String(beside.settings.feature ?? "feature")
          : beside.isFit
            ? task
            : str(row, "predicts");
      const own = intervals.filter(
        (interval) =>
          interval.cell === row.cell && interval.target === row.target && interval.quantity === kind,
      );
      const values = beside.measured.flatMap((run) => {
        const value = run.values.get(task)?.[kind];
        return run.isFitted && value !== undefined ? [{ c: run.c, value }] : [];
      });
      const isShare = kind === "predicted" && row.predicts !== "loss";
      const response = beside.isFit ? (beside.responses.get(task) ?? task) : measure;
      const quantity: ForecastQuantity = {
        ...{ name: "", task, measure, target, value },
        range: rangeOf(response, isShare, values),
        determined: kind === "predicted" ? str(row, "determined") || null : null,
        determined_reason: kind === "predicted" ? str(row, "determined_reason") || null : null,
        intervals: [
          ...(kind === "feature" || isResampled ? [] : deltaInterval(row, level)),
          ...own.map(intervalOf),
        ],
        rivals: rivalsOf(values, sizes.get(target) ?? Number.NaN, isShare),
        sensitivity: sensitivityOf({ task, target, value }, column, beside.variations, beside.varied),
      };
      return [quantity];
    }),
  );
  const renamed = made.map((quantity) => {
    return { ...quantity, target: beside.names.get(quantity.target) ?? quantity.target };
  });
  return named(renamed, beside.isFit);
}

/**
 * What an actual value can be: a share, or a loss above 0, where that is what was measured.
 *
 * @param name of the metric or the response
 */
function rangeOf(name: string, isScore: boolean, measured: readonly { value: number }[]) {
  const known = measured.filter(({ value }) => Number.isFinite(value));
  if (isScore || isAccuracy(name))
    return known.every(({ value }) => value >= 0 && value <= 1) ? "0 to 1" : null;
  // A feature may be a loss of other subjects: loss@c4.
  return isLoss(name.split("@")[0]!) && known.every(({ value }) => value > 0) ? "above 0" : null;
}

function intervalOf(row: Row): ForecastInterval {
  return {
    ...{ purpose: str(row, "purpose"), interval: str(row, "interval"), level: num(row, "level") },
    ...{ lower: known(row, "lower"), upper: known(row, "upper") },
    ...{ status: str(row, "status"), reason: str(row, "reason") || null },
    ...{ backtest_rate: known(row, "backtest_rate"), backtest_count: known(row, "backtest_count") },
  };
}

/** The interval that a prediction has by the delta method, where the run has no draws. */
function deltaInterval(row: Row, level: number): ForecastInterval[] {
  const [lower, upper] = [known(row, "interval_lower"), known(row, "interval_upper")];
  if (lower === null || upper === null) return [];
  const ends = { lower, upper, status: "ok", reason: null };
  return [{ purpose: "curve", interval: "delta", level, ...ends, backtest_rate: null, backtest_count: null }];
}

/** Names by which the quantities are told apart: `loss`; of several tasks `hellaswag.loss`; of several targets `loss at 70B@15T`. */
function named(quantities: readonly ForecastQuantity[], isFit: boolean): ForecastQuantity[] {
  const severalTasks = new Set(quantities.map(({ task }) => task)).size > 1;
  const severalTargets = new Set(quantities.map(({ target }) => target)).size > 1;
  return quantities.map((quantity) => {
    const { task, measure, target } = quantity;
    const what = severalTasks && !isFit ? `${task}.${measure}` : measure;
    return { ...quantity, name: severalTargets ? `${what} at ${target}` : what };
  });
}

/** The fitted laws with their parameters. */
export function lawsOf(tables: ResultTables): Forecast["laws"] {
  return recordsOf(tables.fits).map((fit) => {
    const of = { problem: fit.problem!, stage: fit.stage! };
    const [law] = recordsWhere(tables.laws, { problem: fit.problem! });
    const form = str(fit, "form");
    return {
      ...{ task: str(fit, "task"), stage: str(fit, "stage"), subject: str(fit, "subject") || null, form },
      expression: str(law, "equation") || (forms.get(form)?.expression ?? null),
      points: num(fit, "points"),
      parameters: recordsWhere(tables.parameters, of).map((row) => {
        const [card] = recordsWhere(tables.identifiability, { ...of, parameter: row.parameter! });
        return {
          ...{ name: str(row, "parameter"), value: known(row, "value") },
          standard_error: card === undefined ? null : known(card, "run_standard_error"),
          profile_lower: card === undefined ? null : known(card, "profile_lower"),
          profile_upper: card === undefined ? null : known(card, "profile_upper"),
        };
      }),
    };
  });
}

import { meanOf } from "../../statistics.ts";
import { type DesignOf, type Quantity, roundTo } from "../paper.ts";
import type { PredictedScore, Results } from "../results.ts";
import { type TARGETS, type TaskName, VARIANCE_TASKS } from "./designs.ts";

export type Target = (typeof TARGETS)[number];

/** A quantity of one task and target, made of its prediction. */
function ofPrediction(
  name: TaskName,
  target: Target,
  value: (prediction: PredictedScore) => number,
  fromRounded?: (prediction: PredictedScore) => number,
): Quantity {
  const task = VARIANCE_TASKS[name];
  const predict = (results: Results, designOf: DesignOf) => results.prediction(designOf(task), task, target);
  return {
    tasks: [task],
    value: (results, designOf) => value(predict(results, designOf)),
    ...(fromRounded && {
      fromRounded: (results: Results, designOf: DesignOf) => fromRounded(predict(results, designOf)),
    }),
  };
}

/** A score in points, as the paper rounds it. */
const points = (score: number): number => roundTo(100 * score, 1);

const percentOff = (value: number, reference: number): number =>
  (100 * Math.abs(value - reference)) / reference;

/** Predicted accuracy, points. */
export const predicted = (name: TaskName, target: Target): Quantity =>
  ofPrediction(name, target, (prediction) => 100 * prediction.predicted);

/** Measured accuracy, points. */
export const actual = (name: TaskName, target: Target): Quantity =>
  ofPrediction(name, target, (prediction) => 100 * prediction.actual);

/** |predicted - actual|, points. */
export const pointsOff = (name: TaskName, target: Target): Quantity =>
  ofPrediction(
    name,
    target,
    (prediction) => 100 * Math.abs(prediction.predicted - prediction.actual),
    (prediction) => Math.abs(points(prediction.predicted) - points(prediction.actual)),
  );

/** Relative error of the prediction, per cent, without its sign. */
export const relativeOff = (name: TaskName, target: Target): Quantity =>
  ofPrediction(
    name,
    target,
    (prediction) => percentOff(prediction.predicted, prediction.actual),
    (prediction) => percentOff(points(prediction.predicted), points(prediction.actual)),
  );

/** Relative error of step 1, per cent, without its sign. */
export const featureOff = (name: TaskName, target: Target): Quantity =>
  ofPrediction(name, target, (prediction) =>
    percentOff(prediction.featurePredicted, prediction.featureActual),
  );

/** Relative error of step 2 from the measured feature, per cent, without its sign. */
export const linkOff = (name: TaskName, target: Target): Quantity =>
  ofPrediction(name, target, (prediction) => percentOff(prediction.linkPredicted, prediction.actual));

/** Relative error of step 2 from the measured feature, per cent. */
export const signedLinkError = (name: TaskName, target: Target): Quantity =>
  ofPrediction(name, target, (prediction) => 100 * (prediction.linkPredicted / prediction.actual - 1));

/** The mean of several quantities, also of their values rounded to one decimal. */
export function meanQuantity(quantities: readonly Quantity[]): Quantity {
  return {
    tasks: [...new Set(quantities.flatMap(({ tasks }) => tasks))],
    value: (results, designOf) => meanOf(quantities, (quantity) => quantity.value(results, designOf)),
    fromRounded: (results, designOf) =>
      meanOf(quantities, (quantity) => roundTo(quantity.value(results, designOf), 1)),
  };
}

/** A parameter of a stage; with `exp`, e to its power. */
export function parameter(name: TaskName, stage: string, symbol: string, exp = false): Quantity {
  const task = VARIANCE_TASKS[name];
  return {
    tasks: [task],
    value(results, designOf) {
      const fit = results.fits(designOf(task), task).find((candidate) => candidate.stage === stage);
      const value = fit?.parameters.get(symbol)?.value ?? Number.NaN;
      return exp ? Math.exp(value) : value;
    },
  };
}

/** Standard deviation of a metric's last 10 checkpoints at the largest run; relative ones in per cent. */
export function spread(name: TaskName, metric: "loss" | "accuracy", statistic: "sd" | "rel_sd"): Quantity {
  const task = VARIANCE_TASKS[name];
  const scale = statistic === "sd" ? 1 : 100;
  return {
    tasks: [task],
    value: (results) => scale * results.number("variance", { task, metric }, statistic),
  };
}

/** Correlation over tasks of the loss's standard deviation with the relative error of step 2, and its p value. */
export function correlation(target: Target, column: "pearson_r" | "p_value"): Quantity {
  const row = { metric: "loss", statistic: "sd", error: "link_rel_error", target };
  return {
    tasks: Object.values(VARIANCE_TASKS),
    value: (results) => results.number("variance_correlation", row, column),
  };
}

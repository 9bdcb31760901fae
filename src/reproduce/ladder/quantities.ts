import { meanOf } from "../../statistics.ts";
import { type DesignOf, type Quantity, roundTo } from "../paper.ts";
import { ofStage, type PredictedScore, type Results } from "../results.ts";
import { type TARGETS, type TaskName, VARIANCE_TASKS } from "./designs.ts";

export type Target = (typeof TARGETS)[number];

/** A quantity of a task and a target. */
export type OfTask = (name: TaskName, target: Target) => Quantity;

type OfPrediction = (prediction: PredictedScore) => number;

/** Quantities that are made of the prediction of their task and target. */
function ofPrediction(value: OfPrediction, fromRounded?: OfPrediction): OfTask {
  return (name, target) => {
    const task = VARIANCE_TASKS[name];
    const made = (of: OfPrediction) => (results: Results, designOf: DesignOf) =>
      of(results.prediction(designOf(task), task, target));
    return { tasks: [task], value: made(value), ...(fromRounded && { fromRounded: made(fromRounded) }) };
  };
}

/** A score in points, as the paper rounds it. */
const points = (score: number): number => roundTo(100 * score, 1);

const percentOff = (value: number, reference: number): number =>
  (100 * Math.abs(value - reference)) / reference;

/** Predicted accuracy, points. */
export const predicted = ofPrediction((prediction) => 100 * prediction.predicted);

/** Measured accuracy, points. */
export const actual = ofPrediction((prediction) => 100 * prediction.actual);

/** |predicted - actual|, points. */
export const pointsOff = ofPrediction(
  (prediction) => 100 * Math.abs(prediction.predicted - prediction.actual),
  (prediction) => Math.abs(points(prediction.predicted) - points(prediction.actual)),
);

/** Relative error of the prediction, per cent, without its sign. */
export const relativeOff = ofPrediction(
  (prediction) => percentOff(prediction.predicted, prediction.actual),
  (prediction) => percentOff(points(prediction.predicted), points(prediction.actual)),
);

/** Relative error of step 1, per cent, without its sign. */
export const featureOff = ofPrediction(({ featurePredicted, featureActual }) =>
  percentOff(featurePredicted, featureActual),
);

/** Relative error of step 2 from the measured feature, per cent, without its sign. */
export const linkOff = ofPrediction(({ linkPredicted, actual }) => percentOff(linkPredicted, actual));

/** Relative error of step 2 from the measured feature, per cent. */
export const signedLinkError = ofPrediction(
  ({ linkPredicted, actual }) => 100 * (linkPredicted / actual - 1),
);

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
  return ofStage(VARIANCE_TASKS[name], stage, (of) => (exp ? Math.exp(of(symbol)) : of(symbol)));
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

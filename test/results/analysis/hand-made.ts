import type { AxisInfo, AxisValue } from "../../../src/methods/axis.ts";
import type { Configuration, Method, Predicted } from "../../../src/methods/method.ts";
import type { Cell } from "../../../src/plan/plan-sweep.ts";
import type { ScoredPrediction } from "../../../src/plan/score.ts";

/** A method with axes made by hand: names and defaults. */
export function methodOf(defaults: Readonly<Record<string, string>>): Method {
  const axes = Object.entries(defaults).map(([name, value]): AxisInfo => {
    return { name, description: "", type: "string", allowed: "", default: value };
  });
  return {
    name: "hand",
    description: "",
    stages: [],
    axes,
    takesMixtures: false,
    fitsAlone: false,
    detailsFits: false,
    configurations: () => [],
  };
}

/** A configuration with these values of its axes. */
export function configurationOf(
  values: Readonly<Record<string, AxisValue>>,
  predicts: Predicted = "score",
): Configuration {
  return {
    values: new Map(Object.entries(values)),
    predicts,
    needs: [],
    predicates: [],
    plan: () => ({ stages: [], fitRuns: [], predict: () => [] }),
  };
}

let cells = 0;

/** A cell of a configuration and a task. */
export function cellOf(configuration: Configuration, task: string): Cell {
  const plan = { stages: [], fitRuns: [], predict: () => [] };
  return { id: cells++, task, configuration, plan, keys: [] };
}

/** A prediction that is off by `error` from an actual value of 2, unless another is given. */
export function predictionOf(
  of: Cell,
  target: string,
  error: number,
  others: Partial<ScoredPrediction> = {},
): ScoredPrediction {
  const unknown = Number.NaN;
  return {
    cell: of,
    target,
    predicted: 2 + error,
    actual: 2,
    featurePredicted: unknown,
    featureActual: unknown,
    linkPredicted: unknown,
    ...others,
  };
}

import type { BackPrediction } from "../../src/backtest/hit-rates.ts";
import type { Configuration } from "../../src/methods/method.ts";
import type { Cell } from "../../src/plan/plan-sweep.ts";

/** A configuration that differs from others by its name alone. */
export function configurationNamed(name: string): Configuration {
  return {
    values: new Map([["link", name]]),
    predicts: "score",
    needs: [],
    predicates: [],
    plan: () => ({ stages: [], fitRuns: [], predict: () => [] }),
  };
}

export const sigmoid = configurationNamed("sigmoid");

export function cellOf(configuration: Configuration, task = "t"): Cell {
  return { id: 0, task, configuration, plan: configuration.plan({} as never), keys: [] };
}

/** A back-test's prediction made up: of a run of size 200 from runs up to 100, right, at ratio 2, without intervals. */
export function backPrediction(own: Partial<BackPrediction> = {}): BackPrediction {
  return {
    cell: cellOf(sigmoid),
    cut: 100,
    runsUsed: 9,
    target: "large",
    targetSize: 200,
    ratio: 2,
    predicted: 0.5,
    verdict: undefined,
    actual: 0.5,
    intervals: [],
    ...own,
  };
}

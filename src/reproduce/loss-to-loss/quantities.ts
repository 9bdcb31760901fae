import type { Design, DesignOf, Quantity } from "../paper.ts";
import type { Results } from "../results.ts";

type Parameters = ReadonlyMap<string, number>;

/** A number made of the parameters of a stage of one task. */
export function ofStage(task: string, stage: string, value: (parameters: Parameters) => number): Quantity {
  return {
    tasks: [task],
    value(results, designOf) {
      const fit = results.fits(designOf(task), task).find((one) => one.stage === stage);
      if (fit === undefined) return Number.NaN;
      return value(new Map(Array.from(fit.parameters, ([name, one]) => [name, one.value])));
    },
  };
}

/** A parameter as it is. */
export const plain =
  (name: string) =>
  (parameters: Parameters): number =>
    parameters.get(name) ?? Number.NaN;

/** Predictions of some cells: of a task under a design. */
export interface PredictedCells {
  task: string;
  design: Design;
}

/** Mean relative error of all predictions of some cells, per cent, without their signs. Where there is no prediction, none counts. */
export function meanError(cells: readonly PredictedCells[]): Quantity {
  return {
    tasks: [...new Set(cells.map(({ task }) => task))],
    value(results: Results, _designOf: DesignOf) {
      const errors = cells.flatMap(({ task, design }) =>
        results
          .predictions(design, task)
          .map(({ predicted, actual }) => (100 * Math.abs(predicted - actual)) / actual)
          .filter((error) => !Number.isNaN(error)),
      );
      return errors.reduce((sum, error) => sum + error, 0) / errors.length;
    },
  };
}

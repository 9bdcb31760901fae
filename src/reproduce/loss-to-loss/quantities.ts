import { meanOf } from "../../statistics.ts";
import type { Design, Quantity, UndefinedPart } from "../paper.ts";
import type { Results } from "../results.ts";

/** Predictions of some cells: of a task under a design. */
export interface PredictedCells {
  task: string;
  design: Design;
  /** The translation to the task, which does not hold where a loss is not above its E1. */
  translation?: Design;
}

/** Relative error of a prediction, per cent, without its sign. */
interface PredictionError extends PredictedCells {
  error: number;
  /** Whether the translation is undefined for a loss that it is to be fitted to, and for the target's. */
  fitted: boolean;
  target: boolean;
}

/**
 * Mean relative error of all predictions of some cells, per cent, without their signs. Cells without a prediction do not count. The
 * logarithm of L1 - E1 is not defined for a loss that is not above E1, and the paper does not say what it did then; a reader who skips
 * such a translation may also skip the law beside it.
 */
export function meanError(cells: readonly PredictedCells[]): Quantity {
  return {
    tasks: [...new Set(cells.map(({ task }) => task))],
    value: (results) => meanOf(errorsOf(cells, results), ({ error }) => error),
    undefinedPart: (results) => undefinedPart(errorsOf(cells, results)),
  };
}

function errorsOf(cells: readonly PredictedCells[], results: Results): PredictionError[] {
  return cells.flatMap((cell) => {
    const { task, design, translation } = cell;
    const fits = translation === undefined ? [] : results.fits(translation, task);
    const ofStage = (name: string) => fits.find(({ stage }) => stage === name);
    const fitted = (ofStage("translation")?.leftOut ?? "") !== "";
    const E1 = ofStage("law_destination")?.parameters.get("E")?.value ?? Number.NaN;
    return results
      .predictions(design, task)
      .map(({ predicted, actual }) => {
        const error = (100 * Math.abs(predicted - actual)) / actual;
        return { ...cell, error, fitted, target: actual <= E1 };
      })
      .filter(({ error }) => !Number.isNaN(error));
  });
}

function undefinedPart(errors: readonly PredictionError[]): UndefinedPart | undefined {
  const isUndefined = ({ fitted, target }: PredictionError): boolean => fitted || target;
  const undefinedOnes = errors.filter(isUndefined);
  if (undefinedOnes.length === 0) return undefined;
  const others = errors.filter((error) => !isUndefined(error));
  const count = undefinedOnes.length;
  const tasks = new Set(errors.filter(({ fitted }) => fitted).map(({ task }) => task));
  const places = undefinedOnes.map(({ task, translation }) => `${task} on ${translation!.destination}`);
  const sum = others.reduce((total, { error }) => total + error, 0);
  const largest = others.reduce((most, { error }) => Math.max(most, error), 0);
  return {
    which: `${[...new Set(places)].join(", ")}, where a loss is not above E1 and L1 - E1 has no logarithm`,
    ...{ count, of: errors.length },
    readings: [
      {
        how: "without those where such a loss is fitted",
        value: meanOf(
          errors.filter(({ fitted }) => !fitted),
          ({ error }) => error,
        ),
      },
      { how: "without them", value: meanOf(others, ({ error }) => error) },
      {
        how: "without all of the tasks where such a loss is fitted",
        value: meanOf(
          errors.filter(({ task }) => !tasks.has(task)),
          ({ error }) => error,
        ),
      },
    ],
    least: sum / errors.length,
    most: (sum + count * largest) / errors.length,
  };
}

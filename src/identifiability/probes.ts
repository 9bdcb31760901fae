import { concatenated } from "../collections.ts";
import type { FitFreedom, SolvedStage } from "./determined.ts";

/**
 * Predictions from many rows of one stage's parameters, the others as they are.
 *
 * @param rows one after the other
 * @returns for each prediction its value on each row; they are read, and not changed
 */
export type PredictRows = (rows: Float64Array, count: number) => readonly ArrayLike<number>[];

/** Changes of a parameter, relative to its size, over which a prediction is taken as linear. */
const SMALL = 1e-5;

/** The rows of a stage's parameters on either side of a solution, whose predictions say how they change over a whole step. */
interface Slope {
  /** Row ahead; the row behind follows it. Undefined for a step that moves nothing. */
  ahead: number | undefined;
  /** How many steps the two are apart. */
  apart: number;
}

/** The parameters of one stage at which predictions are compared, as rows for all predictions at once. */
export interface Probes {
  /** Rows x parameters, row-major; the first is the solution. */
  rows: Float64Array;
  count: number;
  blind: readonly Slope[];
  noisy: readonly (readonly Slope[])[];
  released: readonly Slope[];
  /** Rows of the ends of other starts, and those far from the fit within its noise. */
  others: readonly number[];
  far: readonly number[];
}

/** All parameters at which predictions of a stage are compared. */
export function probesOf({ parameters, solution }: SolvedStage, freedom: FitFreedom): Probes {
  const all: Float64Array[] = [parameters];
  const add = (there: Float64Array): number => all.push(there) - 1;
  const slope = (step: Float64Array): Slope => {
    let most = 0;
    for (let p = 0; p < step.length; p++) {
      most = Math.max(most, Math.abs(step[p]!) / Math.max(Math.abs(parameters[p]!), SMALL));
    }
    if (most === 0) return { ahead: undefined, apart: 1 };
    const part = Math.min(1, SMALL / most);
    const ahead = add(parameters.map((value, p) => value + part * step[p]!));
    add(parameters.map((value, p) => value - part * step[p]!));
    return { ahead, apart: 2 * part };
  };
  const blind = freedom.blind.map(slope);
  const noisy = freedom.noisy.map((steps) => steps.map(slope));
  const released = freedom.released.map(({ step }) => slope(step));
  const others = (solution.alternatives ?? []).map(add);
  const far = freedom.far.map(add);
  return { rows: concatenated(all), count: all.length, blind, noisy, released, others, far };
}

/** Change of a prediction over each whole step, if it were linear: by central differences over a small part of it. */
export function slopesAlong(values: ArrayLike<number>, slopes: readonly Slope[]): number[] {
  return slopes.map(({ ahead, apart }) => {
    if (ahead === undefined) return 0;
    const slope = (values[ahead]! - values[ahead + 1]!) / apart;
    return Number.isFinite(slope) ? slope : 0;
  });
}

/** Predicts one row after the other. */
export function rowAfterRow(
  predict: (parameters: Float64Array) => ArrayLike<number>,
  width: number,
): PredictRows {
  return (rows, count) => {
    const columns: Float64Array[] = [];
    for (let r = 0; r < count; r++) {
      const predicted = predict(rows.subarray(r * width, (r + 1) * width));
      for (let k = 0; k < predicted.length; k++) {
        columns[k] ??= new Float64Array(count);
        columns[k]![r] = predicted[k]!;
      }
    }
    return columns;
  };
}

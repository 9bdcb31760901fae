import { drawsOf, quantile } from "../intervals/draws.ts";
import { mean } from "../statistics.ts";
import type { HeldOut, Place } from "./data.ts";
import type { SearchEnd, Tried } from "./search.ts";

/** Errors on measured rows that were held out of the whole search. */
export interface TestErrors {
  rows: number;
  rSquared: number;
  meanAbsError: number;
  meanAbsRelError: number;
}

/** A value with its interval. */
export interface Predicted {
  value: number;
  lower: number;
  upper: number;
}

/** What a search is asked for beside the laws. */
export interface Asked {
  test: HeldOut | undefined;
  places: readonly Place[];
  /** Level of the intervals. */
  level: number;
}

/** What a form gives at rows of inputs. */
export function valuesOf(
  { form }: Pick<Tried, "form">,
  solution: Float64Array,
  inputs: HeldOut["inputs"],
): Float64Array {
  const columns = form.variableNames.map((name) => inputs.get(name)!);
  const values = new Float64Array(columns[0]!.length);
  form.valueAt(solution, columns, values);
  return values;
}

/** Errors of predictions on measured rows. */
export function testErrors(
  predict: (inputs: HeldOut["inputs"]) => Float64Array,
  { inputs, response }: HeldOut,
): TestErrors {
  const values = predict(inputs);
  const errors = Array.from(values, (value, i) => value - response[i]!);
  const centre = mean(response);
  const deviations = response.reduce((sum, y) => sum + (y - centre) ** 2, 0);
  return {
    rows: response.length,
    rSquared: deviations > 0 ? 1 - errors.reduce((sum, e) => sum + e * e, 0) / deviations : Number.NaN,
    meanAbsError: mean(errors.map(Math.abs)),
    meanAbsRelError: mean(errors.map((error, i) => Math.abs(error / response[i]!))),
  };
}

/** Predictions of a form at places, with intervals over resamples of the runs. */
export function predictAt(
  end: Pick<SearchEnd, "judge" | "data">,
  one: Tried,
  solution: Float64Array,
  { places, level }: Asked,
): Predicted[] {
  return places.map((place) => {
    const draws = placeDraws(end, one, solution, place);
    const { ranked } = drawsOf(draws.subarray(1));
    return {
      value: draws[0]!,
      lower: quantile(ranked, (1 - level) / 2),
      upper: quantile(ranked, (1 + level) / 2),
    };
  });
}

/**
 * What a form predicts at a place: first of the data, then of each resample, by a step from the fit of the data.
 *
 * @returns resamples + 1 values; NaN where the fit cannot be moved
 */
export function placeDraws(
  { judge, data }: Pick<SearchEnd, "judge" | "data">,
  { form, variables }: Tried,
  solution: Float64Array,
  { inputs }: Place,
): Float64Array {
  const rows = data.response.length;
  const point = form.variableNames.map((name) => inputs.get(name)!);
  const gradient = new Float64Array(solution.length);
  const value = form.gradient(solution, point, gradient);
  const draws = new Float64Array(judge.resamples + 1).fill(Number.NaN);
  draws[0] = value;
  const linear = judge.linearise(form, variables, solution, rows);
  if (linear === undefined) return draws;
  for (let b = 0; b < judge.resamples; b++) {
    const move = judge.moved(linear, rows, b);
    draws[b + 1] = linear.free.reduce((sum, p, f) => sum + gradient[p]! * move[f]!, value);
  }
  return draws;
}

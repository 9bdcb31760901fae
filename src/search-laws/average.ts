import { drawsOf, quantile } from "../intervals/draws.ts";
import { CLAIM } from "./compare.ts";
import type { FoundLaw } from "./found.ts";
import { type Asked, type Predicted, placeDraws, type TestErrors, testErrors, valuesOf } from "./predict.ts";
import type { SearchEnd, SearchRequest } from "./search.ts";

/** Most forms that are averaged. */
const MOST_AVERAGED = 12;

/**
 * The mean of forms, each in the proportion of the resamples of the runs in which it is the best of them: bootstrap model averaging (Buckland,
 * Burnham & Augustin 1997, section 2.2).
 */
export interface Average {
  laws: readonly FoundLaw[];
  /** >= 0 with sum 1, one a law. */
  weights: Float64Array;
  /** Error beyond the cuts, as that of a form. */
  error: number;
  test: TestErrors | undefined;
  predictions: readonly Predicted[];
}

/** The average of the best forms that are within noise of the best; undefined where there is none. */
export function averageOf(
  end: SearchEnd,
  laws: readonly FoundLaw[],
  request: SearchRequest,
  { test, places, level }: Asked,
): Average | undefined {
  const chosen = laws
    .filter(({ details }) => details !== undefined && details.rivals.p >= CLAIM)
    .slice(0, MOST_AVERAGED);
  if (chosen.length === 0) return undefined;
  const weights = sharesOf(chosen);
  const solutions = chosen.map(({ details }) => details!.solution);
  const averaged = (values: readonly ArrayLike<number>[], shares: Float64Array, i: number) =>
    meanOf(values, shares, i, request.residual === "log");
  return {
    laws: chosen,
    weights,
    error: errorOf(end, chosen, weights, request.residual === "log"),
    test:
      test &&
      testErrors((inputs) => {
        const values = chosen.map((law, k) => valuesOf(law, solutions[k]!, inputs));
        return values[0]!.map((_, i) => averaged(values, weights, i));
      }, test),
    predictions: places.map((place) => {
      const draws = chosen.map((law, k) => placeDraws(end, law, solutions[k]!, place));
      const mixed = drawsOfMixture(draws, weights);
      return {
        value: averaged(draws, weights, 0),
        lower: quantile(mixed, (1 - level) / 2),
        upper: quantile(mixed, (1 + level) / 2),
      };
    }),
  };
}

/** The mean of values by weights: of their logarithms where residuals are. */
function meanOf(
  values: readonly ArrayLike<number>[],
  weights: Float64Array,
  at: number,
  isLogarithmic: boolean,
): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) {
    if (weights[k] === 0) continue;
    const value = values[k]![at]!;
    sum += weights[k]! * (isLogarithmic ? Math.log(value) : value);
  }
  return isLogarithmic ? Math.exp(sum) : sum;
}

/** Draws of all forms, each form in the proportion of its weight: so forms that differ widen the interval. */
function drawsOfMixture(draws: readonly Float64Array[], weights: Float64Array) {
  const mixed: number[] = [];
  for (let k = 0; k < draws.length; k++) {
    const { ranked } = drawsOf(draws[k]!.subarray(1));
    const own = Math.round(weights[k]! * (draws[k]!.length - 1));
    for (let j = 0; j < own; j++) mixed.push(quantile(ranked, own === 1 ? 0.5 : (j + 0.5) / own));
  }
  return drawsOf(Float64Array.from(mixed)).ranked;
}

/** How often each form is the one of the least error among resamples of the runs, as a share. */
function sharesOf(laws: readonly FoundLaw[]): Float64Array {
  const shares = new Float64Array(laws.length);
  const resamples = laws[0]!.errors.draws.length;
  for (let b = 0; b < resamples; b++) {
    let best = 0;
    for (let k = 1; k < laws.length; k++)
      if (laws[k]!.errors.draws[b]! < laws[best]!.errors.draws[b]!) best = k;
    shares[best]! += 1 / resamples;
  }
  return shares;
}

/** The error of an average beyond the cuts, as that of a form. */
function errorOf(
  { data, cuts, judge }: SearchEnd,
  laws: readonly FoundLaw[],
  shares: Float64Array,
  isLogarithmic: boolean,
): number {
  const rows = data.response.length;
  const sum = cuts.reduce((total, { rows: fitted }, c) => {
    const values = laws.map(({ form, variables, parameters }) => {
      const own = new Float64Array(rows);
      form.valueAt(parameters[c]!, variables, own);
      return own;
    });
    const averaged = Float64Array.from(data.response, (_, i) => meanOf(values, shares, i, isLogarithmic));
    return total + Math.log(judge.errorBeyond(averaged, fitted));
  }, 0);
  return Math.exp(sum / cuts.length);
}

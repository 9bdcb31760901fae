import { drawsOf, quantile } from "../intervals/draws.ts";
import { residualAt } from "../solve/loss.ts";
import { CLAIM } from "./compare.ts";
import type { FoundLaw } from "./found.ts";
import { type Asked, type Predicted, placeDraws, type TestErrors, testErrors, valuesOf } from "./predict.ts";
import type { SearchEnd, SearchRequest } from "./search.ts";
import { stackingWeights } from "./stacking.ts";

/** Most forms that are averaged. */
const MOST_AVERAGED = 12;

/** The mean of forms by weights from rows that they have not seen. */
export interface Average {
  laws: readonly FoundLaw[];
  /** >= 0 with sum 1, one a law. */
  weights: Float64Array;
  /** Error beyond the cuts, each by the weights of the other cuts; NaN with one cut. */
  error: number;
  test: TestErrors | undefined;
  predictions: readonly Predicted[];
}

/** Residuals beyond the cuts of some forms, side by side, and the weight of each. */
interface Beyond {
  residuals: Float64Array[];
  weights: Float64Array;
  /** Cut of each. */
  cut: Int32Array;
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
  const beyond = residualsBeyond(end, chosen, request);
  const weights = stackingWeights(beyond.residuals, beyond.weights);
  const solutions = chosen.map(({ details }) => details!.solution);
  const averaged = (values: readonly ArrayLike<number>[], shares: Float64Array, i: number) =>
    meanOf(values, shares, i, request.residual === "log");
  return {
    laws: chosen,
    weights,
    error: errorOf(beyond, end.cuts.length, request.loss.kind === "squared"),
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

function residualsBeyond(
  { data, cuts }: SearchEnd,
  laws: readonly FoundLaw[],
  request: SearchRequest,
): Beyond {
  const { response, sigma, weights } = data;
  const rows = response.length;
  const total = cuts.reduce((sum, cut) => sum + rows - cut.rows, 0);
  const beyond: Beyond = {
    residuals: laws.map(() => new Float64Array(total)),
    weights: new Float64Array(total),
    cut: new Int32Array(total),
  };
  let first = 0;
  for (const [c, cut] of cuts.entries()) {
    const left = rows - cut.rows;
    for (const [k, { form, variables, parameters }] of laws.entries()) {
      const values = new Float64Array(rows);
      form.valueAt(parameters[c]!, variables, values);
      for (let i = 0; i < left; i++) {
        const row = cut.rows + i;
        beyond.residuals[k]![first + i] =
          residualAt(request.residual, values[row]!, response[row]!) / (sigma?.[row] ?? 1);
      }
    }
    for (let i = 0; i < left; i++) {
      beyond.weights[first + i] = (weights?.[cut.rows + i] ?? 1) / left;
      beyond.cut[first + i] = c;
    }
    first += left;
  }
  return beyond;
}

/** The error of an average beyond each cut by the weights of the others. */
function errorOf({ residuals, weights, cut }: Beyond, cuts: number, isSquared: boolean): number {
  if (cuts < 2) return Number.NaN;
  let sum = 0;
  for (let c = 0; c < cuts; c++) {
    const others = weights.map((weight, i) => (cut[i] === c ? 0 : weight));
    const shares = stackingWeights(residuals, others);
    let [own, total] = [0, 0];
    for (let i = 0; i < cut.length; i++) {
      if (cut[i] !== c) continue;
      let r = 0;
      for (let k = 0; k < residuals.length; k++) r += shares[k]! * residuals[k]![i]!;
      own += weights[i]! * (isSquared ? r * r : Math.abs(r));
      total += weights[i]!;
    }
    sum += Math.log(own / total);
  }
  return Math.exp(sum / cuts) ** (isSquared ? 0.5 : 1);
}

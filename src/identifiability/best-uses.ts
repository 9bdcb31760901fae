import { bestUse, type ComputeOptimal, sizeLawOf } from "../forms/compute-optimal.ts";
import type { HeldInputs } from "../forms/size-inputs.ts";
import type { Problem } from "../solve/problem.ts";
import type { Fit, Unknown } from "./fit.ts";
import { type OptimumJudge, placeOf } from "./open-optimum.ts";
import { type PredictionError, standardErrorsOfPredictions } from "./prediction-error.ts";
import type { Spread } from "./spread.ts";

/** What is known of a best use, in the order of the columns. All but exponents are above 0: their errors are those of their logarithms. */
export const QUANTITIES = ["exponent", "n", "d", "loss"] as const;

export type Quantity = (typeof QUANTITIES)[number];

/** FLOPs whose best use by a law is asked for. */
export interface AskedBudget {
  c: number;
  /** Further inputs of the law, as they are there. */
  held: HeldInputs["at"];
}

/** The best use of a budget by a fitted law, as plain data. */
export interface BestUse {
  best: ComputeOptimal | { reason: string };
  /** Why the points do not determine it; undefined where they do. */
  open: string | undefined;
  /** One a quantity, by the delta method. */
  errors: (PredictionError | Unknown)[];
}

/**
 * The best uses of budgets by a law of model size and tokens, in order.
 *
 * @param spread the error of the law's parameters
 * @param judge says what the points of the fit leave open
 */
export function bestUsesOf(
  { problem, parameters }: Pick<Fit, "problem" | "parameters">,
  budgets: readonly AskedBudget[],
  spread: Spread | Unknown,
  judge: OptimumJudge,
): BestUse[] {
  const { form } = problem;
  const bests = budgets.map(({ c, held }) => bestUse(form, parameters, c, { held }));
  const near = bests.map((best) => ("reason" in best ? undefined : best.n));
  const useOf = (moved: Float64Array, k: number): BestUse["best"] => {
    const { c, held } = budgets[k]!;
    return bestUse(form, moved, c, { near: near[k], held });
  };
  const errors = standardErrorsOfPredictions(
    ([moved]) =>
      bests.flatMap((best, k) => {
        const use = "reason" in best ? best : useOf(moved!, k);
        return QUANTITIES.map((quantity) => {
          const value = "reason" in use ? Number.NaN : use[quantity];
          return quantity === "exponent" ? value : Math.log(value);
        });
      }),
    [parameters],
    [spread],
  );
  return bests.map((best, k) => ({
    best,
    open: whyOpen(k),
    errors: errors.slice(k * QUANTITIES.length, (k + 1) * QUANTITIES.length),
  }));

  /** Why the points do not determine the best use of a budget. */
  function whyOpen(k: number): string | undefined {
    const law = sizeLawOf(form, budgets[k]!.held);
    if (law === undefined) return undefined;
    const best = bests[k]!;
    const size = "reason" in best ? largestRun(problem.variables, law.sizeOf) : best;
    const sizeAt = (moved: Float64Array): number => {
      const use = useOf(moved, k);
      return "reason" in use ? Number.NaN : use.n;
    };
    return judge({
      places: [placeOf((n, d) => law.at(parameters, n, d), size, sizeAt)],
      valueAt: sizeAt,
    });
  }
}

/** Size and tokens of the point of the most FLOPs. */
function largestRun(
  variables: Problem["variables"],
  sizeOf: (variables: readonly number[]) => { n: number; d: number },
): { n: number; d: number } {
  const sizes = Array.from(variables[0]!, (_, i) => sizeOf(variables.map((values) => values[i]!)));
  return sizes.reduce((largest, size) => (size.n * size.d > largest.n * largest.d ? size : largest));
}

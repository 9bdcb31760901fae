import type { Unknown } from "../identifiability/fit.ts";
import type { PredictionError } from "../identifiability/prediction-error.ts";
import type { SpreadKind } from "../identifiability/spread.ts";
import { drawsOf } from "../intervals/draws.ts";
import type { IntervalInputs } from "../intervals/method.ts";
import type { Purpose } from "../intervals/purposes.ts";
import { freeParameters } from "../solve/problem.ts";
import type { CellDraws, Quantity } from "./bootstrap-cells.ts";
import { jackknifeTargets, type TargetJackknife } from "./jackknife.ts";
import type { StageUse } from "./plan-bootstrap.ts";
import { purposeDraws, purposeErrors } from "./purpose-errors.ts";
import type { Bootstrap, IntervalKind } from "./spec.ts";
import { pointErrors, type ReplicateErrors, replicateErrors, type TargetErrors } from "./standard-errors.ts";

/** What intervals are wanted. */
export type IntervalOptions = Pick<Bootstrap, "resamples" | "scheme" | "levels" | "intervals"> &
  Partial<Pick<Bootstrap, "purposes" | "questions">>;

/** What the interval of one kind is made of, and what is missing. */
export interface KindInputs {
  inputs: IntervalInputs;
  missing: string | undefined;
}

/** What intervals for the curve are made of, beside the draws; each is found once for the cell. */
interface CurveInputs {
  jackknife: ReadonlyMap<string, TargetJackknife> | undefined;
  replicateErrors: ReadonlyMap<string, ReplicateErrors> | undefined;
  residualFreedom: number | undefined;
  errors: ReadonlyMap<SpreadKind, ReadonlyMap<string, TargetErrors>>;
}

/** Finds them. */
export function curveInputs(
  draws: CellDraws,
  { intervals, resamples }: IntervalOptions,
  seed: number,
): CurveInputs {
  const needs = new Set<string>(intervals.flatMap(({ method }) => method.needs));
  const spreads = new Set(intervals.flatMap(({ spread }) => spread ?? []));
  return {
    jackknife: needs.has("jackknife") ? jackknifeTargets(draws) : undefined,
    replicateErrors: needs.has("replicateStandardErrors")
      ? replicateErrors(draws, resamples, seed)
      : undefined,
    residualFreedom: residualFreedom(draws.uses),
    errors: new Map(Array.from(spreads, (spread) => [spread, pointErrors(draws, spread)] as const)),
  };
}

/** Gathers what the kinds need for a purpose. */
export function purposeInputs(
  purpose: Purpose,
  draws: CellDraws,
  curve: CurveInputs,
  options: IntervalOptions,
  seed: number,
): (target: string, quantity: Quantity, estimate: number) => (kind: IntervalKind) => KindInputs {
  const { resamples, questions } = options;
  const targets = purposeDraws(purpose, draws, { resamples, questions }, seed);
  const errors = new Map(
    Array.from(curve.errors, ([spread, own]) => [spread, purposeErrors(purpose, draws, own, { questions })]),
  );
  return (target, quantity, estimate) => {
    const own = targets.find((one) => one.target === target);
    const sorted = own && drawsOf(own.values[quantity]);
    return (kind) => {
      const error = kind.spread && errors.get(kind.spread)?.get(target)?.[quantity];
      return {
        inputs: {
          estimate,
          draws: sorted,
          jackknife: curve.jackknife?.get(target)?.[quantity],
          ...(error && "standardError" in error ? error : {}),
          residualFreedom: curve.residualFreedom,
          replicateStandardErrors: curve.replicateErrors?.get(target)?.[quantity],
        },
        missing: reasonOf(error),
      };
    };
  };
}

function reasonOf(error: PredictionError | Unknown | undefined): string | undefined {
  return error !== undefined && "reason" in error ? error.reason : undefined;
}

/**
 * Runs with points less free parameters, of the resampled stage that has the fewest: degrees of freedom of the noise that
 * a cell's draws are made of. Undefined where no stage is resampled.
 */
export function residualFreedom(uses: readonly (StageUse | undefined)[]): number | undefined {
  const left = uses.flatMap((use) => {
    if (use === undefined || use.isHeld || use.skipped !== undefined) return [];
    return [use.points.measuredRuns - freeParameters(use.points.problem)];
  });
  return left.length === 0 ? undefined : Math.min(...left);
}

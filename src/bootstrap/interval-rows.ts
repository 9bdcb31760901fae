import { getOrInsert } from "../collections.ts";
import type { Unknown } from "../identifiability/fit.ts";
import type { PredictionError } from "../identifiability/prediction-error.ts";
import { type Draws, drawsOf } from "../intervals/draws.ts";
import { type Interval, keptInRange, noInterval, type ValueRange } from "../intervals/interval.ts";
import type { IntervalKind } from "../intervals/kinds.ts";
import type { IntervalInputs, SpreadKind } from "../intervals/method.ts";
import type { Purpose } from "../intervals/purposes.ts";
import type { Prediction } from "../methods/method.ts";
import { rangeOfFeatures, rangeOfPredictions } from "../methods/value-range.ts";
import type { Cell } from "../plan/plan-sweep.ts";
import { freeParameters } from "../solve/problem.ts";
import {
  type CellDraws,
  jackknifeTargets,
  type Quantity,
  quantities,
  quantityNames,
  type TargetJackknife,
} from "./bootstrap-cells.ts";
import type { StageUse } from "./plan-bootstrap.ts";
import { pooledDraws, posteriorDraws } from "./pooled-draws.ts";
import { type Scheme, spreadFactor } from "./schemes.ts";
import type { Bootstrap } from "./spec.ts";
import {
  pointErrors,
  purposeDraws,
  purposeErrors,
  type ReplicateErrors,
  replicateErrors,
  type TargetErrors,
} from "./standard-errors.ts";

/** One interval of one quantity of one target of a cell. */
export interface IntervalRow {
  cell: Cell;
  target: string;
  quantity: Quantity;
  purpose: Purpose;
  /** Kind of interval. */
  interval: string;
  level: number;
  estimate: number;
  actual: number;
  limits: Interval;
  /** `ok`, or a word for what is wrong; `reason` has the sentence. */
  status: string;
  reason: string | null;
}

/**
 * The intervals of a cell: of each target, quantity, kind and level. A row without an interval has the reason.
 *
 * @param predictions the cell's, from the fit of the data
 */
export function intervalRows(
  draws: CellDraws,
  predictions: readonly Prediction[],
  bootstrap: IntervalOptions,
  seed: number,
): IntervalRow[] {
  const { purposes = ["curve"] } = bootstrap;
  const curve = curveInputs(draws, bootstrap, seed);
  const asked = purposes.map((purpose) => ({
    purpose,
    inputsOf: purposeInputs(purpose, draws, curve, bootstrap, seed),
  }));
  return predictions.flatMap((prediction) => {
    const { target } = prediction;
    return quantityNames.flatMap((quantity) => {
      const names = quantities[quantity];
      const estimate = prediction[names.estimate];
      if (Number.isNaN(estimate)) return [];
      const { configuration } = draws.cell;
      const range =
        quantity === "feature" ? rangeOfFeatures(configuration) : rangeOfPredictions(configuration);
      const row = { cell: draws.cell, target, quantity, estimate, actual: prediction[names.actual] };
      return asked.flatMap(({ purpose, inputsOf }) => {
        const inputs = inputsOf(target, quantity, estimate);
        return bootstrap.intervals.flatMap((kind) =>
          bootstrap.levels.map((level): IntervalRow => {
            const made = compute(kind, purpose, inputs(kind), level, draws, bootstrap, range);
            return { ...row, purpose, interval: kind.name, level, ...made };
          }),
        );
      });
    });
  });
}

/** Draws that a kind may need. */
const drawn = ["draws", "pooledDraws", "posteriorDraws"] as const;

type Outcome = Pick<IntervalRow, "limits" | "status" | "reason">;

function compute(
  { name, method }: IntervalKind,
  purpose: Purpose,
  { inputs, missing }: KindInputs,
  level: number,
  draws: CellDraws,
  { scheme }: IntervalOptions,
  range: ValueRange,
): Outcome {
  const needs = new Set<string>(method.needs);
  const none = (status: string, reason: string): Outcome => ({
    limits: noInterval("missing-input"),
    status,
    reason,
  });
  if (purpose !== "curve" && (needs.has("jackknife") || needs.has("replicateStandardErrors"))) {
    return none("curve-only", `${name} is for the curve; take percentile, expanded, basic or delta`);
  }
  const isDrawn = drawn.every((name) => !needs.has(name) || inputs[name] !== undefined);
  if (!isDrawn) return none("not-resampled", whyNot(draws));
  if (needs.has("standardError") && missing !== undefined) return none("no-standard-error", missing);
  if (needs.has("replicateStandardErrors") && inputs.replicateStandardErrors === undefined) {
    return none(
      "no-standard-error",
      `replicates of scheme ${scheme.name} have no standard errors; take run or wild`,
    );
  }
  const result = method.compute(inputs, level);
  if (result.status === "no-draws" && result.draws === 0 && result.dropped > 0) {
    const reason = `all ${result.dropped} replicates are degenerate; table bootstrap has the reasons`;
    return { limits: result, status: "all-degenerate", reason };
  }
  return keptInRange(result, inputs.estimate ?? Number.NaN, range);
}

function whyNot({ uses }: CellDraws): string {
  const reasons = uses.flatMap((use) => (use?.skipped === undefined ? [] : [`${use.stage}: ${use.skipped}`]));
  return [...new Set(reasons)].join("; ") || "a stage has no solution";
}

/** Whether the actual value lies in the interval; null where one of the two is not known. */
export function coversActual({ limits: { lower, upper }, actual }: IntervalRow): boolean | null {
  if (Number.isNaN(lower) || Number.isNaN(upper) || Number.isNaN(actual)) return null;
  return lower <= actual && actual <= upper;
}

/** The intervals that are computed. */
type IntervalOptions = Pick<Bootstrap, "resamples" | "scheme" | "levels" | "intervals"> &
  Partial<Pick<Bootstrap, "purposes" | "questions">>;

/** Inputs of an interval of one kind, and the reason why one is missing. */
interface KindInputs {
  inputs: IntervalInputs;
  missing: string | undefined;
}

/** Inputs of intervals for the curve, in addition to the draws; each is computed once for the cell. */
interface CurveInputs {
  jackknife: ReadonlyMap<string, TargetJackknife> | undefined;
  replicateErrors: ReadonlyMap<string, ReplicateErrors> | undefined;
  residualFreedom: number | undefined;
  widening: number;
  errors: ReadonlyMap<SpreadKind, ReadonlyMap<string, TargetErrors>>;
}

/** Computes these inputs. */
function curveInputs(
  draws: CellDraws,
  { intervals, resamples, scheme }: IntervalOptions,
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
    widening: widening(draws.uses, scheme),
    errors: new Map(Array.from(spreads, (spread) => [spread, pointErrors(draws, spread)] as const)),
  };
}

/** Gathers what the kinds need for a purpose. */
function purposeInputs(
  purpose: Purpose,
  draws: CellDraws,
  curve: CurveInputs,
  options: IntervalOptions,
  seed: number,
): (target: string, quantity: Quantity, estimate: number) => (kind: IntervalKind) => KindInputs {
  const { resamples, questions } = options;
  const own = purposeDraws(purpose, draws, { resamples, questions }, seed);
  const [pooled, posterior] = (
    [
      ["pooledDraws", pooledDraws],
      ["posteriorDraws", posteriorDraws],
    ] as const
  ).map(([name, make]) =>
    options.intervals.some(({ method }) => method.needs.includes(name))
      ? purposeDraws(purpose, draws, { resamples, questions }, seed, (shifts) =>
          make(draws, resamples, seed, shifts),
        )
      : [],
  );
  const errors = new Map(
    Array.from(curve.errors, ([spread, curveErrors]) => [
      spread,
      purposeErrors(purpose, draws, curveErrors, { questions }),
    ]),
  );
  return (target, quantity, estimate) => {
    const [ofQuantity, ofPooled, ofPosterior] = [own, pooled, posterior].map((all) => {
      const ofTarget = all!.find((targetDraws) => targetDraws.target === target);
      return ofTarget && sharedDraws(ofTarget.values[quantity]);
    });
    return (kind) => {
      const error = kind.spread && errors.get(kind.spread)?.get(target)?.[quantity];
      return {
        inputs: {
          estimate,
          draws: ofQuantity,
          pooledDraws: ofPooled,
          posteriorDraws: ofPosterior,
          jackknife: curve.jackknife?.get(target)?.[quantity],
          ...(error && "standardError" in error ? error : {}),
          residualFreedom: curve.residualFreedom,
          widening: curve.widening,
          replicateStandardErrors: curve.replicateErrors?.get(target)?.[quantity],
        },
        missing: reasonOf(error),
      };
    };
  };
}

const drawsOfValues = new WeakMap<Float64Array, Draws>();

/** The draws of values that cells share, such as a law's at a target: ranked once for all of them. */
function sharedDraws(values: Float64Array): Draws {
  return getOrInsert(drawsOfValues, values, () => drawsOf(values));
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

/** Factor by which draws are spread too little, of the resampled stage for which it is the most. */
function widening(uses: readonly (StageUse | undefined)[], scheme: Scheme): number {
  const factors = uses.flatMap((use) => {
    if (use === undefined || use.isHeld || use.skipped !== undefined) return [];
    const { measuredRuns: runs, points, fixedPoints } = use.points;
    return [spreadFactor(scheme, { runs, points: points - fixedPoints })];
  });
  return Math.max(1, ...factors);
}

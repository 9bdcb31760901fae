import type { Fit, Unknown } from "../identifiability/fit.ts";
import type { Spread } from "../identifiability/spread.ts";
import { spreadOf } from "../identifiability/spreads.ts";
import type { CellDraws, StageOutcome } from "./bootstrap-cells.ts";
import { type Quantity, quantityNames } from "./chain.ts";
import { drawCounter, webbFactors } from "./draw-counts.ts";
import type { StageUse } from "./plan-bootstrap.ts";
import { replicateParameters } from "./resample-stage.ts";
import { firstPoints } from "./scheme.ts";
import { fitOf, targetErrors } from "./standard-errors.ts";

/** Standard error of each quantity on each replicate; NaN where it has none. */
export type ReplicateErrors = Record<Quantity, Float64Array>;

/**
 * Standard errors of all that a cell predicts on each replicate, by the delta method at the replicate's own fit and draw;
 * undefined for schemes whose draws are not of runs, of which they are not known.
 */
export function replicateErrors(
  { cell, uses, outcomes }: CellDraws,
  resamples: number,
  seed: number,
): Map<string, ReplicateErrors> | undefined {
  const stages = uses.map((use, s) => {
    const outcome = outcomes[s];
    return use === undefined || outcome === undefined ? [] : stageSpreads(use, outcome, resamples, seed);
  });
  if (stages.includes(undefined)) return undefined;
  const found = new Map<string, ReplicateErrors>();
  for (let i = 0; i < resamples; i++) {
    const parameters = outcomes.map((outcome) => outcome && replicateParameters(outcome.replicates, i));
    const spreads = stages.map((own) => own![i] ?? noFit);
    for (const [target, errors] of targetErrors((given) => cell.plan.predict(given), parameters, spreads)) {
      const own = found.get(target) ?? emptyErrors(resamples);
      found.set(target, own);
      for (const name of quantityNames) {
        const error = errors[name];
        if ("standardError" in error) own[name][i] = error.standardError;
      }
    }
  }
  return found;
}

const noFit: Unknown = { reason: "the replicate has no fit" };

function emptyErrors(resamples: number): ReplicateErrors {
  const nothing = (): Float64Array => new Float64Array(resamples).fill(Number.NaN);
  return { predicted: nothing(), feature: nothing(), link: nothing() };
}

const known = new WeakMap<StageOutcome, readonly (Spread | Unknown)[]>();

/** The spread of each replicate of a stage, worked out once for all cells that share it. */
function stageSpreads(
  use: StageUse,
  outcome: StageOutcome,
  resamples: number,
  seed: number,
): readonly (Spread | Unknown)[] | undefined {
  const before = known.get(outcome);
  if (before !== undefined) return before;
  const fitAt = outcome.replicates.isHeld ? () => fitOf(use) : replicateFit(use, outcome, seed);
  if (fitAt === undefined) return undefined;
  const spreads = Array.from({ length: resamples }, (_, i) => {
    const parameters = replicateParameters(outcome.replicates, i);
    return parameters === undefined ? noFit : spreadOf({ ...fitAt(i + 1), parameters }, "runs");
  });
  known.set(outcome, spreads);
  return spreads;
}

/** What a replicate is a fit of, by its number. */
function replicateFit(
  use: StageUse,
  { ready }: StageOutcome,
  seed: number,
): ((resample: number) => Fit) | undefined {
  if (ready === undefined || !ready.drawsRuns) return undefined;
  const { points, resampling } = ready;
  const { draw, population } = resampling;
  const fit = { ...fitOf(use), problem: points.problem };
  const first = firstPoints(points.runLengths);
  if (draw.kind === "groups") {
    const count = drawCounter(population, draw, seed, points.points);
    const counts = new Float64Array(points.points);
    return (resample) => {
      count(resample, counts);
      return {
        ...fit,
        draws: points.runLengths.map((length, run) => (length > 0 ? counts[first[run]!]! : 0)),
      };
    };
  }
  if (draw.kind !== "wild") return undefined;
  const factors = webbFactors(population, seed, points.runLengths.length);
  const { problem } = points;
  return (resample) => {
    const factor = factors(resample);
    const response = problem.response.slice();
    points.runLengths.forEach((length, run) => {
      for (let q = first[run]!; q < first[run]! + length; q++) {
        const move = (factor[run]! - 1) * draw.residual[q]!;
        response[q] = problem.residual === "log" ? response[q]! * Math.exp(move) : response[q]! + move;
      }
    });
    return { ...fit, problem: { ...problem, response } };
  };
}

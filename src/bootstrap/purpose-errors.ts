import type { Unknown } from "../identifiability/fit.ts";
import type { PredictionError } from "../identifiability/prediction-error.ts";
import { type Purpose, purposes } from "../intervals/purposes.ts";
import type { Prediction } from "../methods/method.ts";
import type { CellDraws } from "./bootstrap-cells.ts";
import { type Quantity, quantities, quantityNames } from "./chain.ts";
import { noiseLevels, questionsOf } from "./purpose-draws.ts";
import type { Bootstrap } from "./spec.ts";
import type { TargetErrors } from "./standard-errors.ts";

/** Step of a difference, in the unit of a stage's residuals. */
const step = 1e-5;

/**
 * Standard errors of what the purpose asks, from those of the curve: the noise of each stage, times how much it moves the
 * prediction, is added in squares; so is that of the evaluation set.
 */
export function purposeErrors(
  purpose: Purpose,
  { cell, uses }: CellDraws,
  curve: ReadonlyMap<string, TargetErrors>,
  { questions }: { questions: Bootstrap["questions"] },
): ReadonlyMap<string, TargetErrors> {
  const { sources } = purposes[purpose];
  if (sources.length === 0) return curve;
  const parameters = uses.map((use) => use?.solution.parameters);
  const at = (stage: number, shift: number): Map<string, Prediction> => {
    const shifts = uses.map((_, s) => (s === stage ? shift : 0));
    return new Map(cell.plan.predict(parameters, shifts).map((one) => [one.target, one]));
  };
  const stages = uses.flatMap((use, s) => {
    if (use === undefined) return [];
    const { run, checkpoint } = noiseLevels(use);
    const level = Math.hypot(run, sources.includes("checkpoint") ? checkpoint : 0);
    return [{ level, above: at(s, step), below: at(s, -step) }];
  });
  const asked = sources.includes("evaluation") ? questionsOf(questions, cell.task) : undefined;
  const middle = at(-1, 0);
  const noiseOf = (target: string, quantity: Quantity): number => {
    const value = (one: Prediction | undefined): number => one?.[quantities[quantity].estimate] ?? Number.NaN;
    const moved = stages.map(({ level, above, below }) => {
      return (level * (value(above.get(target)) - value(below.get(target)))) / (2 * step);
    });
    const share = value(middle.get(target));
    const isScore = quantity !== "feature" && share > 0 && share < 1;
    const evaluation = asked !== undefined && isScore ? Math.sqrt((share * (1 - share)) / asked) : 0;
    return Math.hypot(...moved, evaluation);
  };
  const widen = (error: PredictionError | Unknown, noise: number): PredictionError | Unknown =>
    "reason" in error ? error : { ...error, standardError: Math.hypot(error.standardError, noise) };
  return new Map(
    Array.from(curve, ([target, errors]) => {
      const own = quantityNames.map((name) => [name, widen(errors[name], noiseOf(target, name))]);
      return [target, Object.fromEntries(own) as TargetErrors];
    }),
  );
}

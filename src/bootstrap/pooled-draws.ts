import { getOrInsert, groupBy } from "../collections.ts";
import { getForm } from "../forms/registry.ts";
import { type Discrepancy, growing, learnt, withDiscrepancy } from "../intervals/discrepancy.ts";
import { unitNoise } from "../intervals/normal.ts";
import type { SolutionRows } from "../methods/method.ts";
import { rangeOfPredictions } from "../methods/value-range.ts";
import {
  type CellDraws,
  chainReplicates,
  nothingYet,
  quantityNames,
  type TargetDraws,
} from "./bootstrap-cells.ts";
import type { StageForms } from "./resample-forms.ts";

/** A stage's replicates by several forms, or by its own. */
type PooledStage = StageForms | SolutionRows | undefined;

/**
 * Draws of a cell's predictions over the forms that may be true: the replicates of its stages under these, chained, and with what no form knows.
 *
 * @param shifts as `chainReplicates` takes them
 */
export function pooledDraws(
  draws: CellDraws,
  resamples: number,
  seed: number,
  shifts?: readonly (Float64Array | undefined)[],
): TargetDraws[] {
  const { cell, outcomes } = draws;
  const { plan } = cell;
  const stages = outcomes.map(
    (outcome): PooledStage => (plan.withForms && outcome?.forms) ?? outcome?.replicates,
  );
  return discrepant(draws, chainForms(plan, stages, resamples, shifts), resamples, seed, growing);
}

/**
 * Draws of a cell's predictions from their posterior: by its own forms, of which priors are a part of the replicates, and with what these do not know.
 *
 * @param shifts as `chainReplicates` takes them
 */
export function posteriorDraws(
  draws: CellDraws,
  resamples: number,
  seed: number,
  shifts?: readonly (Float64Array | undefined)[],
): TargetDraws[] {
  const stages = draws.outcomes.map((outcome) => outcome?.replicates);
  const chained = chainReplicates(draws.cell.plan, stages, resamples, shifts);
  return discrepant(draws, chained, resamples, seed, learnt);
}

/** Draws of scores, the chain's and the link's alone, with what no form knows. */
function discrepant(
  { cell: { configuration }, ratioOf }: CellDraws,
  targets: readonly TargetDraws[],
  resamples: number,
  seed: number,
  discrepancy: Discrepancy,
): TargetDraws[] {
  const range = rangeOfPredictions(configuration);
  // The same for the link alone and for the chain, which ends with it.
  const noise = unitNoise(resamples, `${seed}/discrepancy`);
  return targets.map(({ target, values }) => {
    const spread = discrepancy(ratioOf?.(target) ?? Number.NaN);
    const moved = (scores: Float64Array) => withDiscrepancy(scores, range, spread, noise);
    return {
      target,
      values: { ...values, predicted: moved(values.predicted), link: moved(values.link) },
    };
  });
}

/** Chains replicates whose stages have the same forms at a time. */
function chainForms(
  plan: CellDraws["cell"]["plan"],
  stages: readonly PooledStage[],
  resamples: number,
  shifts: readonly (Float64Array | undefined)[] | undefined,
): TargetDraws[] {
  const numbers = Array.from({ length: resamples }, (_, i) => i);
  const memberOf = (stage: PooledStage, i: number): number =>
    stage && "members" in stage ? stage.member[i]! : 0;
  const alike = groupBy(numbers, (i) => stages.map((stage) => memberOf(stage, i)).join(" "));
  const pooled = new Map<string, TargetDraws>();
  for (const some of alike.values()) {
    const forms = stages.map((stage) =>
      stage && "members" in stage ? getForm(stage.members[stage.member[some[0]!]!]!.form) : undefined,
    );
    const rows = stages.map((stage) => stage && rowsOf(stage, some));
    const moved = shifts?.map((shift) => shift && Float64Array.from(some, (i) => shift[i]!));
    const chain = forms.some((form) => form !== undefined) ? plan.withForms!(forms) : plan;
    for (const { target, values } of chainReplicates(chain, rows, some.length, moved)) {
      const all = getOrInsert(pooled, target, () => ({ target, values: nothingYet(resamples) }));
      for (const name of quantityNames) {
        const of = values[name];
        some.forEach((i, k) => {
          all.values[name][i] = of[k]!;
        });
      }
    }
  }
  return [...pooled.values()];
}

/** The rows of some replicates, which have one form. */
function rowsOf(stage: StageForms | SolutionRows, some: readonly number[]): SolutionRows {
  const rows = "members" in stage ? stage.members[stage.member[some[0]!]!]!.rows : stage;
  if (rows.isHeld) return rows;
  const places = "members" in stage ? some.map((i) => stage.row[i]!) : some;
  const { width } = rows;
  const parameters = new Float64Array(places.length * width);
  places.forEach((place, k) => {
    parameters.set(rows.parameters.subarray(place * width, (place + 1) * width), k * width);
  });
  return {
    width,
    parameters,
    isHeld: false,
    degenerate: Uint8Array.from(places, (place) => rows.degenerate[place]!),
  };
}

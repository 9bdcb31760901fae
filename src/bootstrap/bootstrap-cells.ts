import { setImmediate } from "node:timers/promises";
import { getOrInsert } from "../collections.ts";
import type { Plan, Prediction, PredictionColumns, SolutionRows } from "../methods/method.ts";
import type { Cell, SweepPlan } from "../plan/plan-sweep.ts";
import { inParallel } from "../solve/in-parallel.ts";
import type { Backend } from "../solve/kernel.ts";
import type { SolveResult } from "../solve/problem.ts";
import { type BootstrapPlan, planBootstrap, type StageUse } from "./plan-bootstrap.ts";
import { type ResampleSession, resampleUse, type StageOutcome, type UseOptions } from "./resample-use.ts";
import { ResampledUses, resampledAtOnce } from "./resampled-uses.ts";
import type { Bootstrap } from "./spec.ts";

/** Quantities that have intervals, with the fields of a prediction that hold the estimate and the measured value. */
export const quantities = {
  predicted: { estimate: "predicted", actual: "actual" },
  feature: { estimate: "featurePredicted", actual: "featureActual" },
  link: { estimate: "linkPredicted", actual: "actual" },
} as const satisfies Record<
  string,
  { estimate: Exclude<keyof PredictionColumns, "target">; actual: keyof Prediction }
>;

export type Quantity = keyof typeof quantities;

export const quantityNames = Object.keys(quantities) as Quantity[];

/** A value for each quantity. */
export function perQuantity<Value>(make: (quantity: Quantity) => Value): Record<Quantity, Value> {
  return { predicted: make("predicted"), feature: make("feature"), link: make("link") };
}

/** An array of numbers for each quantity, NaN until they are found. */
export function nothingYet(length: number): Record<Quantity, Float64Array> {
  return perQuantity(() => new Float64Array(length).fill(Number.NaN));
}

/** Each quantity of one target on each replicate; NaN where a stage's replicate is degenerate. */
export interface TargetDraws {
  target: string;
  values: Record<Quantity, Float64Array>;
}

/**
 * Chains the replicates of a cell's stages into predictions, replicate by replicate: the same draw of runs feeds them all.
 *
 * @param stages replicates of each stage, undefined where it has none
 * @param shifts what is added to what each stage predicts on each replicate, as `Plan.predictMany` takes it
 */
export function chainReplicates(
  plan: Pick<Plan, "predict" | "predictMany">,
  stages: readonly (SolutionRows | undefined)[],
  resamples: number,
  shifts?: readonly (Float64Array | undefined)[],
): TargetDraws[] {
  const columns =
    plan.predictMany?.(stages, resamples, shifts) ?? predictEach(plan, stages, resamples, shifts);
  return columns.map((ofTarget) => ({
    target: ofTarget.target,
    values: perQuantity((name) => ofTarget[quantities[name].estimate]),
  }));
}

/** Predicts one replicate after the other. */
function predictEach(
  plan: Pick<Plan, "predict">,
  stages: readonly (SolutionRows | undefined)[],
  resamples: number,
  shifts: readonly (Float64Array | undefined)[] | undefined,
): PredictionColumns[] {
  const read = replicateReader(stages);
  const empty = () => new Float64Array(resamples).fill(Number.NaN);
  // The targets are those that can be predicted from these stages, with a replicate that is not degenerate or without.
  const columns = new Map(
    plan.predict(stages.map((stage) => stage && new Float64Array(stage.width))).map(({ target }) => {
      const of = { target, predicted: empty(), featurePredicted: empty(), linkPredicted: empty() };
      return [target, of] as const;
    }),
  );
  for (let i = 0; i < resamples; i++) {
    const moved = shifts?.map((shift) => shift?.[i] ?? 0);
    for (const prediction of plan.predict(read(i), moved)) {
      const of = columns.get(prediction.target)!;
      for (const { estimate } of Object.values(quantities)) of[estimate][i] = prediction[estimate];
    }
  }
  return [...columns.values()];
}

/**
 * Reads the parameters of each stage on a replicate; undefined for a stage without parameters there. The result is
 * overwritten by the next call.
 */
export function replicateReader(
  stages: readonly (SolutionRows | undefined)[],
): (replicate: number) => readonly (Float64Array | undefined)[] {
  const vectors = stages.map((stage) => stage && new Float64Array(stage.width));
  const given = vectors.slice();
  return (replicate) => {
    for (let s = 0; s < stages.length; s++) {
      const stage = stages[s];
      if (stage === undefined) continue;
      if (!stage.isHeld && stage.degenerate[replicate] !== 0) {
        given[s] = undefined;
        continue;
      }
      const vector = vectors[s]!;
      const first = stage.isHeld ? 0 : replicate * stage.width;
      for (let p = 0; p < vector.length; p++) vector[p] = stage.parameters[first + p]!;
      given[s] = vector;
    }
    return given;
  };
}

/** The replicates of one cell. */
export interface CellDraws {
  cell: Cell;
  /** Targets whose stages all have replicates. */
  targets: readonly TargetDraws[];
  /** The resampled use of each stage; undefined for a stage without a solution. */
  uses: readonly (StageUse | undefined)[];
  /** The replicates of each stage; undefined for a stage without any. */
  outcomes: readonly (StageOutcome | undefined)[];
  /** Compute of a target over that of the largest run that the cell fits. @default not known */
  ratioOf?(target: string): number;
}

/** A target's quantities with one run left out: an array for each stratum of the runs, one value a run. */
export type TargetJackknife = Record<Quantity, Float64Array[]>;

/** Chains the fits with one run left out, of all stages at once, into predictions; NaN where a fit has no solution. */
export function jackknifeTargets({ cell, uses, outcomes }: CellDraws): Map<string, TargetJackknife> {
  const drawn = uses.find((use) => use !== undefined && !use.isApart);
  const targets = new Map<string, TargetJackknife>();
  if (drawn === undefined) return targets;
  const { runs, strata } = drawn.population;
  const place = strata.flatMap((size, stratum) => Array.from({ length: size }, (_, i) => ({ stratum, i })));
  runs.forEach((_, run) => {
    const parameters = uses.map((use, s) =>
      use?.isApart ? use.solution.parameters : outcomes[s]?.leftOut?.[run],
    );
    for (const prediction of cell.plan.predict(parameters)) {
      const values = getOrInsert(targets, prediction.target, () =>
        perQuantity(() => strata.map((size) => new Float64Array(size).fill(Number.NaN))),
      );
      const { stratum, i } = place[run]!;
      for (const name of quantityNames) values[name][stratum]![i] = prediction[quantities[name].estimate];
    }
  });
  return targets;
}

interface BootstrapCellsOptions extends UseOptions {
  /** Called as problems are resampled. */
  onProgress?: ((done: number, total: number) => void) | undefined;
  /** Called with the outcome of each distinct problem, as a stage, before the first cell that has it. */
  onOutcome?: ((use: StageUse, outcome: StageOutcome) => void) | undefined;
}

/**
 * Resamples the stages of all cells, each distinct one once, and chains the replicates of each cell. Cells come task by
 * task, so that the replicates of few problems are held at a time. The draws depend on the seed and the runs alone.
 */
export function bootstrapCells(
  backend: Backend,
  sweep: SweepPlan,
  results: ReadonlyMap<string, SolveResult>,
  bootstrap: Bootstrap,
  options: BootstrapCellsOptions,
): AsyncGenerator<CellDraws> {
  const plan = planBootstrap(sweep, results, bootstrap);
  return chainCells(new ResampledUses(backend, sweep, plan, bootstrap, options), plan, bootstrap, options);
}

/** As `bootstrapCells`, of stages whose resampling may have begun already. */
export async function* chainCells(
  resampled: ResampledUses,
  { uses, keys, ratioOf }: BootstrapPlan,
  { resamples }: Pick<Bootstrap, "resamples">,
  { onProgress, onOutcome }: Pick<BootstrapCellsOptions, "onProgress" | "onOutcome">,
): AsyncGenerator<CellDraws> {
  resampled.onDone = () => onProgress?.(resampled.done, resampled.total);
  if (resampled.done > 0) resampled.onDone();
  const reported = new Set<string>();
  for (const cell of resampled.cells) {
    const cellKeys = keys[cell.id]!;
    const outcomes = await resampled.of(cell);
    for (const [s, outcome] of outcomes.entries()) {
      const key = cellKeys[s];
      if (key === undefined || outcome === undefined || reported.has(key)) continue;
      reported.add(key);
      onOutcome?.(uses.get(key)!, outcome);
    }
    const stages = outcomes.map((outcome) => outcome?.replicates);
    yield {
      cell,
      targets: chainReplicates(cell.plan, stages, resamples),
      uses: cellKeys.map((key) => (key === undefined ? undefined : uses.get(key))),
      outcomes,
      ratioOf: (target) => ratioOf(cell, target),
    };
    // Cells whose problems are all resampled come without waiting for any: answers of the kernels are taken, and the next requests
    // sent, between them.
    await setImmediate();
    resampled.release(cell);
  }
}

/**
 * Resamples the stages of some problems for the session to keep, and chains nothing.
 *
 * @param isWanted says by its key whether a problem is resampled
 * @returns how many stages were
 */
export async function resampleStages(
  sweep: SweepPlan,
  results: ReadonlyMap<string, SolveResult>,
  bootstrap: Bootstrap,
  session: ResampleSession,
  {
    seed,
    isWanted = () => true,
    onProgress,
  }: { seed: number; isWanted?: (key: string) => boolean } & Pick<BootstrapCellsOptions, "onProgress">,
): Promise<number> {
  const backend = await session.backend();
  const { uses } = planBootstrap(sweep, results, bootstrap);
  const wanted = [...uses.values()].filter(
    ({ problem, skipped, isHeld }) => skipped === undefined && !isHeld && isWanted(problem.key),
  );
  // Outcomes that others are made with are kept in memory; there are few.
  const shared = new Map<string, Promise<StageOutcome>>();
  const resample = (use: StageUse): Promise<StageOutcome> => {
    const before = use.after.map((key) => getOrInsert(shared, key, () => resample(uses.get(key)!)));
    return resampleUse(backend, { use, uses, bootstrap }, before, { seed, kept: session.kept });
  };
  let done = 0;
  await inParallel(resampledAtOnce(backend), wanted.length, async (i) => {
    await resample(wanted[i]!);
    onProgress?.(++done, wanted.length);
  });
  return wanted.length;
}

import { getOrInsert, groupBy } from "../collections.ts";
import {
  type JudgedStage,
  judgedStage,
  judgePredictions,
  outsideVerdict,
  type Verdict,
} from "../identifiability/determined.ts";
import type { FitStudy } from "../identifiability/study.ts";
import type { PosedStage, Prediction, PredictionColumns, SolutionRows } from "../methods/method.ts";
import type { Size, Target } from "../methods/runs.ts";
import type { Solution, SolveResult } from "../solve/problem.ts";
import { type Unvaried, unvariedColumns } from "../solve/unvaried-inputs.ts";
import { pauses } from "./interrupted.ts";
import type { Cell } from "./plan-sweep.ts";
import { fittedParameters, type ScoredPrediction } from "./score.ts";

/** Verdicts from the worst to the best: the worst verdict on a stage of a chain is that on the prediction. */
const WORST_FIRST: readonly Verdict["determined"][] = ["outside", "seed", "flat", "bound", "yes"];

/** The worst of verdicts on one prediction. */
export function worstOf(verdicts: readonly Verdict[]): Verdict {
  const place = ({ determined }: Verdict): number => WORST_FIRST.indexOf(determined);
  return verdicts.reduce((worst, verdict) => (place(verdict) < place(worst) ? verdict : worst), DETERMINED);
}

const DETERMINED: Verdict = { determined: "yes", reason: "" };

/** Predictions from the solutions of a cell's stages, and the sizes of the runs that are predicted. */
export interface Predicted {
  /** @param parameters solution of each stage */
  predict(parameters: readonly (Float64Array | undefined)[]): ArrayLike<number>;
  /**
   * The same on many rows, as `Plan.predictMany` has it. @default `predict`, one row after the other
   *
   * @returns for each prediction its value on each row
   */
  predictMany?:
    | ((solutions: readonly (SolutionRows | undefined)[], rows: number) => readonly ArrayLike<number>[])
    | undefined;
  /** Size of the run of each prediction; undefined if it is not known. */
  sizes: readonly (Size | undefined)[];
}

/** Judges predictions of cells: each stage of a cell is judged with the others held, and the worst verdict counts. */
export class PredictionJudge {
  readonly #results: ReadonlyMap<string, SolveResult>;
  readonly #studies: ReadonlyMap<string, FitStudy>;
  readonly #stages = new Map<string, JudgedStage>();
  readonly #unseen = new WeakMap<readonly Size[], Unvaried[]>();

  /** @param studies of fits by the key of their problem; those that are missing are made when they are needed */
  constructor(results: ReadonlyMap<string, SolveResult>, studies: ReadonlyMap<string, FitStudy> = new Map()) {
    this.#results = results;
    this.#studies = studies;
  }

  /** Drops what it has worked out of stages, tens of megabytes of a large sweep: it is worked out again where it is needed. */
  forget(): void {
    this.#stages.clear();
  }

  /** @returns one verdict a prediction */
  judge({ plan, keys }: Cell, { predict, predictMany, sizes }: Predicted): Verdict[] {
    const parameters = fittedParameters({ keys }, this.#results);
    const held = predictMany && parameters.map((ofStage) => ofStage && rowsOf(ofStage, ofStage.length, true));
    const ofStages = plan.stages.map((stage, s): Verdict[] => {
      const key = keys[s];
      const result = key === undefined ? undefined : this.#results.get(key);
      if (key === undefined || result === undefined || !("solution" in result) || !("problem" in stage)) {
        return [];
      }
      const inputs = sizes.map((size) => size && stage.inputsOf?.(size));
      const unseen = this.#unseenSizes(stage);
      const where = stage.subject === undefined ? stage.name : `${stage.name} of ${stage.subject}`;
      return judgePredictions(
        this.#judgedStage(key, stage, result.solution),
        (stageParameters) => predict(parameters.with(s, stageParameters)),
        inputs,
        predictMany &&
          ((rows, count) => predictMany(held!.with(s, rowsOf(rows, parameters[s]!.length, false)), count)),
      ).map((ofStage, k) => {
        const size = sizes[k];
        const outside = size && unseen.find(({ isShared }) => !isShared([size.n, size.d]));
        const verdict = outside === undefined ? ofStage : worstOf([ofStage, outsideVerdict(outside)]);
        return verdict.determined === "yes" ? verdict : { ...verdict, reason: `${where}: ${verdict.reason}` };
      });
    });
    return sizes.map((_, k) => worstOf(ofStages.flatMap((verdicts) => verdicts[k] ?? [])));
  }

  /**
   * The quantities among parameters and tokens that do not vary over the points of a stage that does not see both, such as a law of
   * FLOPs: it holds for runs that share it.
   */
  #unseenSizes({ problem, sizes }: Extract<PosedStage, { problem: unknown }>): readonly Unvaried[] {
    const { variableNames } = problem.form;
    if (sizes === undefined || (variableNames.includes("N") && variableNames.includes("D"))) return [];
    // Cells that differ in other stages share the array.
    return getOrInsert(this.#unseen, sizes, () => {
      const column = (of: "n" | "d") => Float64Array.from(sizes, (size) => size[of]);
      return unvariedColumns(["n", "d"], [column("n"), column("d")]);
    });
  }

  #judgedStage(
    key: string,
    stage: Extract<PosedStage, { problem: unknown }>,
    solution: Solution,
  ): JudgedStage {
    return getOrInsert(this.#stages, key, () => {
      const problem = { ...stage.problem, key };
      const solved = { problem, solution, parameters: solution.parameters, runs: stage };
      return judgedStage(solved, this.#studies.get(key)?.freedom);
    });
  }
}

/**
 * Says of each prediction of a target whether the data determine it.
 *
 * @throws Interrupted when the signal asks to stop
 */
export async function judgeDetermined(
  predictions: readonly ScoredPrediction[],
  judge: PredictionJudge,
  targets: readonly Target[],
  signal?: AbortSignal,
): Promise<ScoredPrediction[]> {
  const pause = pauses(signal);
  const sizes = new Map(targets.map((target) => [target.name, target]));
  const judged = new Map<ScoredPrediction, Verdict>();
  for (const [cell, ofCell] of groupBy(predictions, (prediction) => prediction.cell)) {
    await pause();
    const { plan } = cell;
    const verdicts = judge.judge(cell, {
      predict: (parameters) => valuesOf(plan.predict(parameters), ofCell),
      predictMany:
        plan.predictMany &&
        ((solutions, rows) => columnsOf(plan.predictMany!(solutions, rows), ofCell, rows)),
      sizes: ofCell.map(({ target }) => sizes.get(target)),
    });
    ofCell.forEach((prediction, t) => {
      judged.set(prediction, verdicts[t]!);
    });
  }
  return predictions.map((prediction) => ({ ...prediction, verdict: judged.get(prediction)! }));
}

/** The predicted values of some predictions' targets; NaN where there is none. */
function valuesOf(predicted: readonly Prediction[], wanted: readonly Prediction[]): Float64Array {
  const values = new Float64Array(wanted.length);
  for (let t = 0; t < values.length; t++) {
    const { target } = wanted[t]!;
    // Nearly always the same targets in the same order.
    const same =
      predicted[t]?.target === target ? predicted[t] : predicted.find((one) => one.target === target);
    values[t] = same?.predicted ?? Number.NaN;
  }
  return values;
}

/** The same of many rows, a column a target. */
function columnsOf(
  predicted: readonly PredictionColumns[],
  wanted: readonly Prediction[],
  rows: number,
): Float64Array[] {
  return wanted.map(({ target }) => {
    const same = predicted.find((one) => one.target === target);
    return same?.predicted ?? new Float64Array(rows).fill(Number.NaN);
  });
}

const NONE = new Uint8Array(0);

/** Rows of parameters that all have a solution. */
function rowsOf(parameters: Float64Array, width: number, isHeld: boolean): SolutionRows {
  return { parameters, width, isHeld, degenerate: NONE };
}

/** Largest numbers of reasons that are named, and of predictions that are named for each. */
const [MOST_REASONS, MOST_NAMED] = [5, 3];

/** The predictions that the data do not determine, with how they are treated, a line for each reason. */
export function undeterminedLines(
  predictions: readonly ScoredPrediction[],
  rankUndetermined: boolean,
): string[] {
  const byReason = new Map<string, string[]>();
  for (const { cell, target, verdict } of predictions) {
    if (verdict === undefined || verdict.determined === "yes") continue;
    const key = `${verdict.determined}: ${verdict.reason}`;
    getOrInsert(byReason, key, () => []).push(`${cell.task} for ${target}`);
  }
  if (byReason.size === 0) return [];
  const ranked = [...byReason].sort(([, a], [, b]) => b.length - a.length);
  const count = ranked.reduce((sum, [, named]) => sum + named.length, 0);
  const named = (all: readonly string[]): string => {
    const distinct = [...new Set(all)];
    const more = distinct.length > MOST_NAMED ? `, and ${distinct.length - MOST_NAMED} more` : "";
    return `${distinct.slice(0, MOST_NAMED).join(", ")}${more}`;
  };
  return [
    ...ranked
      .slice(0, MOST_REASONS)
      .map(([reason, all]) => `not determined by the data: ${named(all)}: ${reason}`),
    ...(ranked.length > MOST_REASONS
      ? [
          `not determined by the data for ${ranked.length - MOST_REASONS} more reasons: table predictions, column determined_reason`,
        ]
      : []),
    rankUndetermined
      ? `${count} of ${predictions.length} predictions are not determined, but are ranked (rank_undetermined: true; docs/results.md)`
      : `${count} of ${predictions.length} predictions are not determined and left out of rankings (rank_undetermined: true takes them in; docs/results.md)`,
  ];
}

import type { CellDraws } from "../../src/bootstrap/bootstrap-cells.ts";
import type { Configuration, Predicted } from "../../src/methods/method.ts";
import type { Target } from "../../src/methods/runs.ts";
import { mixtureSpace } from "../../src/mixture/space.ts";
import type { CheckedMixtures } from "../../src/mixture/spec.ts";
import {
  type BestMixture,
  type MixturePlan,
  type MixtureResults,
  MixtureStudy,
} from "../../src/mixture/study.ts";
import { PredictionJudge } from "../../src/plan/judge-predictions.ts";
import type { Cell } from "../../src/plan/plan-sweep.ts";
import type { SolveResult } from "../../src/solve/problem.ts";
import { configurationOf } from "../results/analysis/hand-made.ts";

/** A task whose score is `top - steepness (share - best)^2` over the share of code: [best, steepness, top]. */
export type Hill = readonly [best: number, steepness: number, top: number];

export interface HandTask {
  task: string;
  /** Of the data; undefined where the fit has no solution. */
  fit: Hill | undefined;
  /** Of each replicate; undefined for one that is degenerate. */
  replicates?: readonly (Hill | undefined)[];
}

export const target: Target = { name: "7B", n: 7e9, d: 1e12, c: 4e22 };

/** What is studied: two sources, by default with a baseline of 0.3 code and a step of 0.1. */
export function planOf(
  weights: Readonly<Record<string, number>>,
  { levels = [], ...given }: CheckedMixtures & { levels?: readonly number[] } = {},
): MixturePlan {
  return {
    space: mixtureSpace({ step: 0.1, ...given }, ["general", "code"], "mixtures"),
    sizes: [{ target, baseline: [0.7, 0.3] }],
    weights: new Map(Object.entries(weights)),
    levels,
  };
}

let cells = 0;

function cellOf({ task, fit }: HandTask, configuration: Configuration): [Cell, Map<string, SolveResult>] {
  const key = `k${cells}`;
  const plan: Cell["plan"] = {
    stages: [],
    fitRuns: [],
    predict: () => [],
    at([parameters], { mix }) {
      if (parameters === undefined) return Number.NaN;
      const [best, steepness, top] = [...parameters] as unknown as Hill;
      return top - steepness * (mix!.get("code")! - best) ** 2;
    },
  };
  const solution = { parameters: Float64Array.from(fit ?? []) } as never;
  const results = new Map<string, SolveResult>([
    [key, fit === undefined ? { skipped: { reason: "none" } } : { solution }],
  ]);
  return [{ id: cells++, task, configuration, plan, keys: [key] }, results];
}

function drawsOf(cell: Cell, replicates: readonly (Hill | undefined)[]): CellDraws {
  return {
    cell,
    targets: [],
    uses: [undefined],
    outcomes: [
      {
        replicates: {
          width: 3,
          parameters: Float64Array.from(replicates.flatMap((one) => one ?? [0, 0, 0])),
          isHeld: false,
          degenerate: Uint8Array.from(replicates, (one) => (one === undefined ? 1 : 0)),
          freshWins: 0,
          lostTerms: 0,
        },
        ready: undefined,
        leftOut: undefined,
      },
    ],
  };
}

/** Studies tasks of one configuration. */
export function study(
  plan: MixturePlan,
  tasks: readonly HandTask[],
  predicts: Predicted = "score",
): MixtureResults {
  const found = new MixtureStudy(plan);
  const needs = predicts === "score" ? [{ metric: "accuracy", on: "fit" } as const] : [];
  const configuration = { ...configurationOf({}, predicts), needs };
  for (const task of tasks) {
    const [cell, results] = cellOf(task, configuration);
    found.add(
      cell,
      results,
      new PredictionJudge(new Map()),
      task.replicates && drawsOf(cell, task.replicates),
    );
  }
  return found.finish();
}

/** The best mixtures of a task; fails where there is none. */
export function optimumOf({ optima }: MixtureResults, task: string): BestMixture {
  const found = optima.find((one) => one.task === task);
  if (found === undefined) throw new Error(`no optimum of ${task}`);
  return found;
}

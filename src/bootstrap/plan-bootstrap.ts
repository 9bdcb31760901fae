import type { PointRuns, Posing, Stage } from "../methods/method.ts";
import { extrapolationOf } from "../plan/extrapolation.ts";
import type { Cell, SweepPlan } from "../plan/plan-sweep.ts";
import type { Problem, Solution, SolveResult } from "../solve/problem.ts";
import { isConstant } from "./degenerate.ts";
import {
  arrangePoints,
  clusteredByFamily,
  drawnRuns,
  type Population,
  populationOf,
  type StagePoints,
} from "./population.ts";
import type { Scheme, SchemeOptions } from "./schemes.ts";
import type { Bootstrap } from "./spec.ts";

/** A solved problem as a stage, under a population: resampled once for all cells that share it. */
export interface StageUse {
  key: string;
  problem: Problem;
  stage: string;
  /** Subject of its response, if that is not the task. */
  subject: string | undefined;
  solution: Solution;
  population: Population;
  points: StagePoints;
  /** Runs of the problem's points, in the order of the stage. */
  runs: PointRuns;
  tasks: Set<string>;
  /** Cells that share it. */
  cells: number;
  /** Whether it is fitted on a target's own checkpoints, and not on runs that the cell resamples. */
  isApart: boolean;
  /** Whether no resample changes it, because it is not fitted on the cell's runs and the scheme draws runs. */
  isHeld: boolean;
  /** How its points are made with the fits of other stages, if they are. */
  posing: Posing | undefined;
  /** Keys of the uses of those stages, in the order of `posing.after`. */
  after: readonly string[];
  /** Why it is not resampled; undefined if it is. */
  skipped?: string;
  /** What a user should know before trusting its intervals. */
  caution?: string;
}

/** The uses that are to be resampled. */
export interface BootstrapPlan {
  uses: ReadonlyMap<string, StageUse>;
  /** For each cell, by its place in the sweep's list: the key of each stage's use; undefined for a stage without a solution. */
  keys: readonly (readonly (string | undefined)[])[];
  /** Compute of a target over that of the largest run that a cell fits; NaN where it is not known. */
  ratioOf(cell: Cell, target: string): number;
}

/** Finds the distinct problems and populations behind the stages of all cells. */
export function planBootstrap(
  { cells, index, targets }: SweepPlan,
  results: ReadonlyMap<string, SolveResult>,
  bootstrap: Bootstrap,
): BootstrapPlan {
  const { scheme } = bootstrap;
  const runFacts = drawnRuns(index, "");
  const factsOf = (run: string) => runFacts.get(run)!;
  const population = (runs: readonly string[], stage: string): Population => {
    const ofRuns = populationOf(scheme, runs, factsOf, scheme.drawsRuns ? undefined : stage);
    return bootstrap.cluster === "family" ? clusteredByFamily(ofRuns, factsOf) : ofRuns;
  };
  const uses = new Map<string, StageUse>();
  const keysOf = (cell: Cell): (string | undefined)[] => {
    const fitRuns = new Set(cell.plan.fitRuns);
    const keys: (string | undefined)[] = [];
    for (const [s, stage] of cell.plan.stages.entries()) keys.push(keyOf(stage, s));
    return keys;

    function keyOf(stage: Stage, s: number): string | undefined {
      const result = results.get(cell.keys[s] ?? "");
      if (!("problem" in stage) || result === undefined || !("solution" in result)) return undefined;
      // The points of a stage on a target's own checkpoints come from no run of the population.
      const isApart = stage.runs.length > 0 && !stage.runs.some((run) => fitRuns.has(run));
      const drawn = population(
        isApart && !scheme.drawsRuns ? stage.runs : cell.plan.fitRuns,
        fullName(stage),
      );
      // A stage that is posed has solutions of the stages that it waited for.
      const after = stage.posing?.after.map((place) => keys[place]!) ?? [];
      const key = useKey(cell.keys[s]!, stage, drawn, after);
      const earlier = uses.get(key);
      const use = earlier ?? {
        key,
        problem: { ...stage.problem, key: cell.keys[s]! },
        stage: stage.name,
        subject: stage.subject,
        solution: result.solution,
        population: drawn,
        points: arrangePoints({ ...stage.problem, key: cell.keys[s]! }, stage, drawn),
        runs: { runs: stage.runs, runLengths: stage.runLengths },
        tasks: new Set<string>(),
        cells: 0,
        isApart,
        isHeld: isApart && scheme.drawsRuns,
        posing: stage.posing,
        after,
      };
      if (earlier === undefined) {
        uses.set(key, use);
        judge(use, bootstrap, uses);
      }
      use.tasks.add(cell.task);
      use.cells++;
      return key;
    }
  };
  const extrapolation = extrapolationOf({ index, targets });
  return {
    keys: cells.map(keysOf),
    uses,
    ratioOf: (cell, target) => extrapolation({ cell, target }).ratio,
  };
}

/** Domains of one stage are drawn apart where points and noise are drawn. */
function fullName({ name, subject }: { name: string; subject?: string }): string {
  return subject === undefined ? name : `${name} of ${subject}`;
}

function judge(use: StageUse, { scheme, blockLength }: Bootstrap, uses: ReadonlyMap<string, StageUse>): void {
  if (use.isHeld) {
    use.caution = `fitted on the target's own checkpoints, which scheme ${scheme.name} does not resample: intervals leave its uncertainty out`;
    return;
  }
  const skipped = whyNotPosed(use, scheme, uses) ?? whyNotResampled(use, scheme, { blockLength });
  if (skipped !== undefined) use.skipped = skipped;
  const caution = scheme.caution?.(use.points, { blockLength });
  if (caution !== undefined) use.caution = caution;
}

/** Why a stage whose points are made with others' fits cannot be resampled. */
function whyNotPosed(
  { posing, after }: StageUse,
  scheme: Scheme,
  uses: ReadonlyMap<string, StageUse>,
): string | undefined {
  if (posing === undefined) return undefined;
  if (scheme.weighsRuns !== true) {
    return `its points are made with other fits: schemes that weigh runs resample it, scheme ${scheme.name} does not`;
  }
  const missing = after.map((key) => uses.get(key)!).find(({ skipped }) => skipped !== undefined);
  return missing && `it is made with ${missing.stage}, which is not resampled: ${missing.skipped}`;
}

/** Problems of the same points are the same use only where the points are of the same runs. */
function useKey(
  problem: string,
  { name: stage, subject, runs, runLengths }: PointRuns & { name: string; subject?: string },
  { name }: Population,
  after: readonly string[],
): string {
  return JSON.stringify([problem, stage, subject, name, runs, runLengths, ...after]);
}

/** Why the points of a stage cannot be resampled, in a sentence; undefined where they can. */
function whyNotResampled(
  { points, population }: StageUse,
  scheme: Scheme,
  options: SchemeOptions,
): string | undefined {
  const { problem, measuredRuns } = points;
  if (measuredRuns < scheme.fewestRuns) {
    const [one, several] = population.members ? ["family", "families"] : ["run", "runs"];
    const those = measuredRuns === 1 ? `1 ${one}` : `${measuredRuns} ${several}`;
    return `${those} to draw from; scheme ${scheme.name} needs at least ${scheme.fewestRuns}`;
  }
  const constant = problem.variables.findIndex((variable) => isConstant(variable));
  if (constant >= 0) {
    const name = problem.form.variableNames[constant];
    return `${name} is ${problem.variables[constant]![0]} at all ${points.points} points: the fit does not tell what it does`;
  }
  if (isConstant(problem.response)) {
    return `the response is ${problem.response[0]} at all ${points.points} points: there is nothing to resample`;
  }
  return scheme.refuse?.(points, options);
}

import { resampleStages } from "../bootstrap/bootstrap-cells.ts";
import type { OutcomeStore, ResampleSession } from "../bootstrap/resample-use.ts";
import { getOrInsert, groupBy } from "../collections.ts";
import { FitErrors } from "../identifiability/fit-errors.ts";
import { isWaiting, type Method, type Stage } from "../methods/method.ts";
import { judgeDetermined, PredictionJudge } from "../plan/judge-predictions.ts";
import { type Cell, problemsBehind, type SweepPlan, solvePlan } from "../plan/plan-sweep.ts";
import { canFit, canPredict, predictCells } from "../plan/score.ts";
import { distinctFits, identifiabilityOf, identifiabilityTable } from "../results/identifiability-table.ts";
import { profileOptions } from "../results/profile-options.ts";
import { resultTables } from "../results/result-tables.ts";
import { variantKey } from "../solve/kernel.ts";
import { variantOf } from "../solve/pack.ts";
import type { Problem, SolveResult } from "../solve/problem.ts";
import { type PreparedSweep, stopwatch } from "../spec/prepare-sweep.ts";
import type { Ownership } from "./shard.ts";
import { beginBootstrap, bootstrapSweep } from "./solve-sweep.ts";

/** Most cells that are solved and scored, those that are resampled, and resamples of each. */
const [SAMPLE_CELLS, RESAMPLED_CELLS, SAMPLE_RESAMPLES] = [60, 10, 1000];

/** What the trial of some cells says of all. */
interface Tried {
  /**
   * Wall time of all problems and cells together, once: solving, resampling, and on one core the study of the fits, and scores and tables.
   */
  seconds: { solving: number; resampling: number; studying: number; scoring: number };
  /** Seconds of one core for the chains and intervals of a cell. */
  secondsPerCell: number;
  /** Results by the key of the problem; of problems that were not tried, one of the same kind. They say how many starts each needs. */
  results: ReadonlyMap<string, SolveResult>;
  sample: { cells: number; problems: number };
}

/**
 * Solves, scores and resamples some cells of a sweep. Problems of one kernel and about the same number of points are one kind, and so
 * are cells whose stages are: of each kind some are tried, and stand for all of it.
 *
 * @param ownership of the shard whose problems are to be solved
 */
export async function tryOut(
  prepared: PreparedSweep,
  session: ResampleSession,
  ownership?: Ownership,
): Promise<Tried> {
  const { sweep, plan, results: before } = prepared;
  const targeted = plan.cells.filter((cell) => canPredict(cell, before));
  // Without targets the laws are fitted all the same.
  const predictable = targeted.length > 0 ? targeted : plan.cells.filter((cell) => canFit(cell, before));
  const kindOf = problemKinds();
  // Of one task: configurations are compared on the same tasks.
  const sameTask = predictable.filter(({ task }) => task === predictable[0]?.task);
  const resampled = sweep.bootstrap === undefined ? [] : spread(sameTask, RESAMPLED_CELLS);
  const cells = [...new Set([...resampled, ...ofEachKind(predictable, kindOf)])];
  const posed = new Set(plan.shared.problems.map(({ key }) => key));
  const wanted = new Set([...cells.flatMap(({ keys }) => keys), ...problemsBehind({ ...plan, cells })]);
  const clock = stopwatch();
  const times = new Map<string, { seconds: number; problems: number }>();
  const solve = async (starts: number | "auto", results: Map<string, SolveResult>): Promise<SweepPlan> => {
    // A stage that waits is posed in the copy alone.
    const part = { ...plan, cells: cells.map((cell, id) => ({ ...cell, id, keys: [...cell.keys] })) };
    const inKinds = async (problems: Problem[]): Promise<SolveResult[]> => {
      const solved = new Map<Problem, SolveResult>();
      for (const [kind, alike] of groupBy(problems, (problem) =>
        posed.has(problem.key) ? kindOf(problem) : problem.form.name,
      )) {
        clock();
        const answers = await session.solve(alike, { ...sweep.solve, starts });
        const time = getOrInsert(times, kind, () => ({ seconds: 0, problems: 0 }));
        time.seconds += clock();
        time.problems += alike.length;
        for (const [i, problem] of alike.entries()) solved.set(problem, answers[i]!);
      }
      return problems.map((problem) => solved.get(problem)!);
    };
    // Stages that were posed before, from other solutions, have left their problems in the plan.
    const isPosedHere = (key: string): boolean =>
      !posed.has(key) && part.cells.some(({ keys }) => keys.includes(key));
    await solvePlan(part, results, inKinds, (key) => wanted.has(key) || isPosedHere(key));
    return part;
  };
  const all = plan.shared.problems.filter(({ key }) => !before.has(key) && (ownership?.owns(key) ?? true));
  const waiting = plan.cells.flatMap(({ plan: { stages } }) => stages.filter(isWaiting));
  const kinds = [...all.map(kindOf), ...waiting.map(({ posing }) => posing.form.name)];
  // Kernels are compiled before the clock runs.
  await solve(1, new Map(before));
  times.clear();
  const results = new Map(before);
  const part = await solve(sweep.solve.starts, results);
  const problems = Math.max(1, results.size - before.size);
  const mean = Array.from(times.values()).reduce((sum, { seconds }) => sum + seconds, 0) / problems;
  const solving = kinds.reduce((sum, kind) => {
    const time = times.get(kind);
    return sum + (time === undefined ? mean : time.seconds / time.problems);
  }, 0);
  const alike = new Map(results);
  const triedOfKind = groupBy(
    all.filter(({ key }) => results.has(key)),
    kindOf,
  );
  for (const [i, problem] of all.entries()) {
    const tried = triedOfKind.get(kindOf(problem));
    if (tried !== undefined && !results.has(problem.key)) {
      alike.set(problem.key, results.get(tried[i % tried.length]!.key)!);
    }
  }
  const score = await timeScores(prepared, part, results, session);
  const studying = score.perProblem * kinds.length;
  const scoring = score.perCell * plan.cells.length;
  const replicates = await timeReplicates(
    prepared,
    { ...part, cells: part.cells.slice(0, resampled.length) },
    results,
    session,
    kindOf,
    // Fits of the other cells are studied too, whose runs the smaller part does not know.
    errorsOf(part, results, sweep.method),
  );
  const resampling = all.reduce(
    (sum, problem) =>
      sum + (replicates.ofKind.get(kindOf(problem)) ?? replicates.perWeight * weightOf([problem])),
    0,
  );
  return {
    seconds: { solving, resampling, studying, scoring },
    secondsPerCell: replicates.perCell,
    results: alike,
    sample: { cells: cells.length, problems },
  };
}

/** Seconds for each problem, and for each cell. */
interface Costs {
  perProblem: number;
  perCell: number;
}

/** What verdicts, cards and tables take. */
async function timeScores(
  { sweep }: PreparedSweep,
  part: SweepPlan,
  results: ReadonlyMap<string, SolveResult>,
  session: ResampleSession,
): Promise<Costs> {
  const { method, profiles } = sweep;
  const clock = stopwatch();
  const time = async (): Promise<Costs> => {
    clock();
    const judge = new PredictionJudge(results);
    const verdicts = () => judgeDetermined(predictCells(part.cells, results), judge, part.targets);
    const predictions = await verdicts();
    const first = clock();
    // What is known of the problems is kept from the first time.
    await verdicts();
    const ofCells = clock();
    const errors = errorsOf(part, results, method);
    resultTables({ method, plan: part, results, predictions, errors }, sweep);
    const tables = clock();
    const options = profileOptions(sweep, errors, profiles ? session.solve : undefined);
    identifiabilityTable(part, results, await identifiabilityOf(part, results, options));
    const ofProblems = Math.max(0, first - ofCells) + clock();
    return {
      perProblem: ofProblems / Math.max(1, results.size),
      perCell: (ofCells + tables) / Math.max(1, part.cells.length),
    };
  };
  // Once before the clock runs: code that is new to the engine is slow.
  await time();
  return time();
}

const errorsOf = (plan: SweepPlan, results: ReadonlyMap<string, SolveResult>, { detailsFits }: Method) =>
  new FitErrors(distinctFits(plan, results), detailsFits === true);

/** What resampling takes, in seconds. */
interface ResamplingCosts {
  /** Replicates of a problem of each kind that was tried, which all cores solve. */
  ofKind: ReadonlyMap<string, number>;
  /** The same of other kinds, for each unit of `weightOf`. */
  perWeight: number;
  /** Chains and intervals of a cell. */
  perCell: number;
}

async function timeReplicates(
  { sweep }: PreparedSweep,
  part: SweepPlan,
  results: Map<string, SolveResult>,
  session: ResampleSession,
  kindOf: (problem: Problem) => string,
  errors: FitErrors,
): Promise<ResamplingCosts> {
  const { bootstrap } = sweep;
  const ofKind = new Map<string, number>();
  if (bootstrap === undefined) return { ofKind, perWeight: 0, perCell: 0 };
  const resamples = Math.min(bootstrap.resamples, SAMPLE_RESAMPLES);
  const scale = bootstrap.resamples / resamples;
  const { seed } = sweep.solve;
  const few = { ...bootstrap, resamples: 2 };
  await resampleStages(part, results, few, { ...session, kept: keptInMemory() }, { seed });
  const small = { ...bootstrap, resamples };
  const kept = keptInMemory();
  const { problems } = part.shared;
  const posed = new Set(part.cells.flatMap(({ keys }) => keys));
  const tried = problems.filter(({ key }) => posed.has(key));
  const clock = stopwatch();
  let resampling = 0;
  for (const [kind, alike] of groupBy(tried, kindOf)) {
    const wanted = new Set(alike.map(({ key }) => key));
    clock();
    const isWanted = (key: string) => wanted.has(key);
    await resampleStages(part, results, small, { ...session, kept }, { seed, isWanted });
    const seconds = scale * clock();
    ofKind.set(kind, seconds / alike.length);
    resampling += seconds;
  }
  const predictions = predictCells(part.cells, results);
  const solved = { sweep, plan: part, results, predictions, errors };
  // Once before the clock runs: code that is new to the engine is slow.
  const chain = async () =>
    bootstrapSweep(solved, beginBootstrap(await session.backend(), solved, small, kept));
  await chain();
  clock();
  await chain();
  return {
    ofKind,
    perWeight: resampling / Math.max(1, weightOf(tried)),
    perCell: (scale * clock()) / Math.max(1, part.cells.length),
  };
}

/** What the replicates of problems take beside those of others: their points, and what a fit of no point would take. */
function weightOf(problems: readonly Pick<Problem, "response">[]): number {
  return problems.reduce((sum, { response }) => sum + response.length + 30, 0);
}

/** The kind of a problem: its kernel, and its points in powers of two. */
function problemKinds(): (problem: Omit<Problem, "key">) => string {
  const kinds = new WeakMap<object, string>();
  return (problem) =>
    getOrInsert(kinds, problem, () => {
      const size = Math.round(Math.log2(Math.max(1, problem.response.length)));
      return `${variantKey(variantOf({ ...problem, key: "" }))} ${size}`;
    });
}

/** Cells of each kind, as many of one as of another. */
function ofEachKind(cells: readonly Cell[], kindOf: (problem: Omit<Problem, "key">) => string): Cell[] {
  const kindOfStage = (stage: Stage): string => {
    if ("problem" in stage) return kindOf(stage.problem);
    return isWaiting(stage) ? stage.posing.form.name : "";
  };
  const kinds = groupBy(cells, ({ plan }) => plan.stages.map(kindOfStage).join("; "));
  const groups = spread([...kinds.values()], SAMPLE_CELLS);
  const each = Math.max(1, Math.floor(SAMPLE_CELLS / Math.max(1, groups.length)));
  return groups.flatMap((alike) => spread(alike, each));
}

/** Keeps outcomes while the estimate is made. */
function keptInMemory(): OutcomeStore {
  const outcomes = new Map<string, Promise<unknown>>();
  return <Made>(
    { use, byForms = false }: { use: { key: string }; byForms?: boolean },
    make: () => Promise<Made>,
  ) => getOrInsert(outcomes, `${byForms} ${use.key}`, make) as Promise<Made>;
}

/** Evenly spread items of a list. */
function spread<Item>(items: readonly Item[], most: number): Item[] {
  const count = Math.min(most, items.length);
  return Array.from({ length: count }, (_, i) => items[Math.floor(((i + 0.5) * items.length) / count)]!);
}

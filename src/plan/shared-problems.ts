import { createHash } from "node:crypto";
import { endianness } from "node:os";
import { getOrInsert } from "../collections.ts";
import type { LeftOutPoints, PosedStage, Stage } from "../methods/method.ts";
import { whyUnsolvable } from "../solve/check-problem.ts";
import { startRangeOf } from "../solve/pack.ts";
import { boundsOf, type Problem } from "../solve/problem.ts";

/** A problem as one stage, and who shares it. */
export interface ProblemUse {
  key: string;
  stage: string;
  /** What its response is of, where that is not the task. */
  subject: string | undefined;
  /** Points that it could have had and does not use. */
  leftOut: readonly LeftOutPoints[];
  problem: Problem;
  tasks: Set<string>;
  /** Runs that its points are of. */
  runs: number;
  /** Predicates by which cells choose them, where stages of a cell have different ones. */
  filters: Set<string>;
  /** Number of cells that share it. */
  cells: number;
}

/** A stage with the problem that it shares with others, and the key of that. */
interface SharedStage {
  stage: Stage;
  /** Undefined for a stage without a problem. */
  key: string | undefined;
}

/** The distinct problems behind the stages of cells, and who shares them. */
export class SharedProblems {
  /** Why a problem of that key cannot be solved, where that can be seen before. */
  readonly unsolvable = new Map<string, string>();
  /** Regressions before de-duplication. */
  regressions = 0;
  readonly #problems = new Map<string, Problem>();
  readonly #uses = new Map<string, ProblemUse>();
  /** What was found for stages that several cells have as one object. */
  readonly #stages = new WeakMap<Stage, { use: ProblemUse; shared: SharedStage }>();

  /** In the order in which cells first need them; keys are distinct. */
  get problems(): Problem[] {
    return [...this.#problems.values()];
  }

  /** One for each problem, stage, subject and what the stage leaves out. */
  get uses(): ProblemUse[] {
    return [...this.#uses.values()];
  }

  /** Finds the problem of a stage among those before, so that cells do not keep points of their own. */
  share(stage: Stage, task: string): SharedStage {
    if (!("problem" in stage)) return { stage, key: undefined };
    this.regressions++;
    const { use, shared } = getOrInsert(this.#stages, stage, () => this.#find(stage));
    use.tasks.add(task);
    use.cells++;
    return shared;
  }

  /** Whether a problem is one of the plan's. */
  has(key: string): boolean {
    return this.#problems.has(key);
  }

  #find(stage: Extract<PosedStage, { problem: unknown }>): { use: ProblemUse; shared: SharedStage } {
    const key = problemKey(stage.problem);
    const problem = this.#problems.get(key) ?? this.#add({ ...stage.problem, key });
    contentKeys.set(problem, key);
    const { name, subject, leftOut = [], runs, runLengths } = stage;
    const place = JSON.stringify([key, name, subject, leftOut]);
    const identity = { key, stage: name, subject, leftOut, problem };
    const use = getOrInsert(this.#uses, place, () => ({
      ...identity,
      tasks: new Set<string>(),
      runs: runs.filter((_, r) => runLengths[r]! > 0).length,
      filters: new Set<string>(),
      cells: 0,
    }));
    if (stage.filter !== undefined) use.filters.add(stage.filter);
    return { use, shared: { stage: { ...stage, problem }, key } };
  }

  #add(problem: Problem): Problem {
    this.#problems.set(problem.key, problem);
    const reason = whyUnsolvable(problem);
    if (reason !== undefined) this.unsolvable.set(problem.key, reason);
    return problem;
  }
}

/**
 * Identity of a problem by its content: form, points, weights, loss, training, bounds, priors and start ranges. 16 hexadecimal
 * digits of a SHA-256, the same on every machine.
 */
export function problemKey(problem: Omit<Problem, "key">): string {
  return getOrInsert(contentKeys, problem, () => hashOf(problem));
}

/** Keys of problems that were asked for: the store of finished work asks again. */
const contentKeys = new WeakMap<Omit<Problem, "key">, string>();

function hashOf(problem: Omit<Problem, "key">): string {
  const { form, variables, response, weights, sigma, loss, residual, training, givenStarts = [] } = problem;
  const { priors, noise, unshownNoise } = problem;
  const { lower, upper } = boundsOf(problem);
  const header = JSON.stringify([
    form.name,
    form.record.expression,
    form.parameterNames,
    form.variableNames,
    loss,
    residual,
    variables.length,
    response.length,
    weights !== undefined,
    givenStarts.length,
    ...(sigma ? ["sigma"] : []),
    ...(priors ? [priors, noise, ...(unshownNoise === undefined ? [] : [unshownNoise])] : []),
    ...(training ? [[training.steps, training.learningRate, training.weightDecay]] : []),
  ]);
  const ranges = [lower, upper, startRangeOf(problem)];
  const numbers = [
    ...variables,
    response,
    ...(weights ? [weights] : []),
    ...(sigma ? [sigma] : []),
    ...ranges,
    ...givenStarts,
  ];
  // One update: each costs as much as a thousand bytes.
  return createHash("sha256")
    .update(Buffer.concat([Buffer.from(header), ...numbers.map(bytesOf)]))
    .digest("hex")
    .slice(0, 16);
}

/** The bytes of numbers, the least significant first on every machine. */
function bytesOf(numbers: Float64Array): Buffer {
  const bytes = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  return endianness() === "LE" ? bytes : Buffer.from(bytes).swap64();
}

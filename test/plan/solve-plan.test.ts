import { expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import type { Posing, Stage } from "../../src/methods/method.ts";
import { type Cell, type SweepPlan, solvePlan } from "../../src/plan/plan-sweep.ts";
import { SharedProblems } from "../../src/plan/shared-problems.ts";
import type { Problem, SolveResult } from "../../src/solve/problem.ts";

const form = getForm("linear");

/** A line through responses. */
function lineOf(response: readonly number[]) {
  const problem: Omit<Problem, "key"> = {
    form,
    variables: [Float64Array.from(response, (_, i) => i)],
    response: Float64Array.from(response),
    loss: { kind: "squared" },
    residual: "plain",
  };
  return { problem, runs: response.map((_, i) => `run${i}`), runLengths: response.map(() => 1) };
}

/** A plan of cells with these stages. */
function planOf(...stagesOfCells: readonly (readonly Stage[])[]): SweepPlan {
  const shared = new SharedProblems();
  const cells = stagesOfCells.map((stages, id): Cell => {
    const own = stages.map((stage) => shared.share(stage, "t"));
    const plan = { stages: own.map(({ stage }) => stage), fitRuns: [], predict: () => [] };
    const configuration = {
      values: new Map(),
      predicts: "loss" as const,
      needs: [],
      predicates: [],
      plan: () => plan,
    };
    return { id, task: "t", configuration, plan, keys: own.map(({ key }) => key) };
  });
  return { cells, shared, index: undefined as never, targets: [], tasks: ["t"], searches: 0 };
}

/** Answers with the first response of each problem as both parameters; counts what it is asked. */
function solver() {
  const rounds: number[] = [];
  const solve = async (problems: Problem[]): Promise<SolveResult[]> => {
    rounds.push(problems.length);
    return problems.map(({ response }) => {
      return { solution: { parameters: Float64Array.of(response[0]!, response[0]!) } as never };
    });
  };
  return { rounds, solve };
}

/** Responses moved by the first parameter of each stage before. */
const moved = (after: readonly number[]): Posing => ({
  after,
  form,
  pose: (parameters) =>
    lineOf([1, 2, 3, 5].map((y) => y + parameters.reduce((sum, own) => sum + own[0]!, 0))),
});

test("a stage that waits is posed with the solutions of those before, and solved in a round of its own", async () => {
  const first: Stage = { name: "first", ...lineOf([10, 1, 4, 2]) };
  const second: Stage = { name: "second", ...lineOf([20, 1, 4, 2]) };
  const waiting: Stage = { name: "third", posing: moved([0, 1]) };
  const plan = planOf([first, second, waiting], [second, first, waiting]);
  const results = new Map<string, SolveResult>();
  const { rounds, solve } = solver();
  const solved = await solvePlan(plan, results, solve);
  // Both cells share all their problems: 10 + 20 is 20 + 10.
  expect(rounds).toEqual([2, 1]);
  expect(solved.map(({ response }) => response[0])).toEqual([10, 20, 31]);
  const [one, other] = plan.cells;
  expect(one!.keys[2]).toBe(other!.keys[2]);
  expect(results.has(one!.keys[2]!)).toBe(true);
  expect(plan.shared.regressions).toBe(6);
});

test("what has a result is not solved again", async () => {
  const first: Stage = { name: "first", ...lineOf([10, 1, 4, 2]) };
  const plan = planOf([first, { name: "third", posing: moved([0]) }]);
  const results = new Map<string, SolveResult>();
  await solvePlan(plan, results, solver().solve);
  const { rounds, solve } = solver();
  expect(await solvePlan(planOf([first, { name: "third", posing: moved([0]) }]), results, solve)).toEqual([]);
  expect(rounds).toEqual([]);
});

test("a stage that waits for one without a solution is skipped, and says for which", async () => {
  const few: Stage = { name: "law", subject: "c4", ...lineOf([1]) };
  const none: Stage = { name: "law", skipped: { reason: "no point" } };
  const waiting: Stage = { name: "third", posing: moved([0]) };
  const plan = planOf([few, waiting], [none, waiting]);
  const results = new Map<string, SolveResult>();
  const { rounds, solve } = solver();
  await solvePlan(plan, results, solve);
  expect(rounds).toEqual([]);
  expect(plan.cells.map(({ plan: { stages } }) => stages[1])).toMatchObject([
    { skipped: { reason: "it is made with the fit of law of c4, which has none" } },
    { skipped: { reason: "it is made with the fit of law, which has none" } },
  ]);
});

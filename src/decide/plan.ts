import { planRun } from "../planner/plans.ts";
import type { PlanOptions } from "../planner/spec.ts";
import type { SweepSpec } from "../spec/spec.ts";
import type { Table } from "../tables/table.ts";
import { type Answer, type AnswerOptions, answer } from "./answer.ts";

/** Plans, and the run whose laws they are by. */
export interface Planned extends Omit<Answer, "tables"> {
  /** Table `plans` (docs/results.md): N in parameters, D in tokens, budgets in the unit of the cost, FLOPs by default. */
  plans: Table;
}

/**
 * The best use of budgets (docs/plan.md): for each law of model size and tokens, the size N and the tokens D of the least loss that a budget
 * pays for, with what it predicts there, intervals, and the range of sizes that are nearly as good. By default a model costs 6 N D FLOPs
 * (Kaplan et al., 2020; Hoffmann et al., 2022), with tokens of inference 6 N D + 2 N T (Sardana et al., 2024).
 *
 * @param source a finished run's directory, or a sweep of method `fit`, which is fitted first; its bootstrap, if it has one, gives the
 * intervals
 * @throws UserError where there is no such run or no law of model size and tokens, for options that no law takes, a cost that is not above 0
 * and rising or does not count the tokens of inference, levels that are no shares, budgets below the runs, and values that no law reaches; and as
 * `runSweep` does
 */
export async function plan(
  source: string | SweepSpec,
  options: PlanOptions & AnswerOptions = {},
): Promise<Planned> {
  const { tables, ...rest } = await answer(source, options, "plan", ({ job, cells }, where) => ({
    plans: planRun(job, cells, options, where),
  }));
  return { ...tables, ...rest };
}

import { resolve } from "node:path";
import { recordsOf } from "../draw/records.ts";
import { planRun } from "../planner/plans.ts";
import type { PlanOptions } from "../planner/spec.ts";
import { writeReport } from "../report/load.ts";
import { jobOf } from "../report/read-job.ts";
import { type RunSweepOptions, runSweep, type SweepResult } from "../run/run-sweep.ts";
import type { SweepSpec } from "../spec/spec.ts";
import type { Table } from "../tables/table.ts";
import { type AskedRun, readRun } from "./read-run.ts";
import { writeWith } from "./write-with.ts";

/** Which cells are planned, and where the plans are written. */
export interface PlanPlaces {
  /** SQL predicate on the columns of table `cells` of a finished run: those that are planned. @default all */
  cells?: string | undefined;
  /**
   * Run directory to write with table `plans`; its page, with their figure, is beside it. Of a table that is fitted first it is that of the
   * fit; of a finished run it gets the run's tables, and may be the run itself. @default nothing is written
   */
  out?: string | undefined;
}

/** Plans, and the run whose laws they are by. */
export interface Planned {
  /** Table `plans` (docs/results.md): N in parameters, D in tokens, budgets in the unit of the cost, FLOPs by default. */
  plans: Table;
  /** The fit of a table, with table `plans`; undefined of a finished run. */
  fitted: SweepResult | undefined;
  /** The design choices that the run has columns of. */
  axes: string[];
  /** Files that were written beside the run directory. */
  files: string[];
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
  options: PlanOptions & PlanPlaces & Omit<RunSweepOptions, "out"> = {},
): Promise<Planned> {
  const { out, cells } = options;
  const where = typeof source === "string" ? source : "plan";
  const fitted =
    typeof source === "string" ? undefined : await runSweep(withDraws(source), { ...options, where });
  const run = fitted === undefined ? await readRun(source as string, cells) : runOf(fitted);
  const { job } = run;
  const plans = planRun(job, run.cells, options, where);
  const result = {
    plans,
    fitted: fitted && { ...fitted, tables: { ...fitted.tables, plans } },
    axes: job.axes.map(({ name }) => name),
  };
  if (out === undefined) return { ...result, files: [] };
  const isSame = fitted !== undefined || resolve(out) === resolve(job.directory);
  await writeWith(out, job, { plans }, { isSame, ...options });
  const { files } = await writeReport(out, { onWarning: options.onWarning });
  return { ...result, files };
}

/** A sweep whose resamples are kept: plans have their intervals from them. */
function withDraws(spec: SweepSpec): SweepSpec {
  return spec.bootstrap === undefined ? spec : { ...spec, bootstrap: { ...spec.bootstrap, draws: true } };
}

function runOf({ manifest, tables }: SweepResult): AskedRun {
  return { job: jobOf("", manifest, tables), cells: recordsOf(tables.cells) };
}

import type { Method, Plan, Stage } from "../../src/methods/method.ts";
import { indexRuns, type RunSelections, type Target } from "../../src/methods/runs.ts";
import { context } from "./context.ts";
import { type Row, tableOfRows } from "./tables.ts";

export interface PlanTaskOptions {
  /** @default t */
  task?: string;
  /** @default the table's own */
  targets?: readonly Target[];
  /** Fit runs that each predicate of axis `runs` holds for. */
  selections?: RunSelections;
}

/** Plans a task with one configuration of a method. */
export function planTask(
  method: Method,
  rows: readonly Row[],
  axes: Record<string, unknown> = {},
  { task = "t", targets, selections = new Map() }: PlanTaskOptions = {},
): Plan {
  const index = indexRuns(tableOfRows(rows), selections);
  const [configuration] = method.configurations(axes, context, "axes");
  return configuration!.plan({ index, task, targets: targets ?? index.targets });
}

/** A stage that can be posed; fails where it was skipped. */
export function posed(stage: Stage | undefined) {
  if (stage === undefined || !("problem" in stage)) throw new Error(`no problem: ${JSON.stringify(stage)}`);
  return stage;
}

/** Why a stage was skipped; fails where it was not. */
export function reasonOf(stage: Stage | undefined): string {
  if (stage === undefined || !("skipped" in stage)) throw new Error("expected a skipped stage");
  return stage.skipped.reason;
}

import type { Plan, Stage } from "../../../src/methods/method.ts";
import { indexRuns, type RunSelections } from "../../../src/methods/runs.ts";
import { ladder } from "../../../src/papers/ladder/ladder.ts";
import { context } from "../../methods/context.ts";
import { type Row, tableOfRows } from "../../methods/tables.ts";

/**
 * Plans task `t` with one configuration of the ladder, with the table's own targets.
 *
 * @param selections fit runs that each predicate of axis `runs` holds for
 */
export function planLadder(
  rows: readonly Row[],
  axes: Record<string, unknown> = {},
  selections: RunSelections = new Map(),
): Plan {
  const index = indexRuns(tableOfRows(rows), selections);
  const [configuration] = ladder.configurations(axes, context, "axes");
  return configuration!.plan({ index, task: "t", targets: index.targets });
}

/** The problem of a stage; fails where it was skipped. */
export function problemOf(stage: Stage | undefined) {
  if (stage === undefined || !("problem" in stage)) throw new Error(`no problem: ${JSON.stringify(stage)}`);
  return stage.problem;
}

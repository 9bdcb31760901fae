import { indexRuns } from "../../src/methods/runs.ts";
import { planSweep, type SweepPlan } from "../../src/plan/plan-sweep.ts";
import { selectRuns } from "../../src/plan/selection.ts";
import { resolveSweep } from "../../src/spec/resolve.ts";
import { checkSpec, type SweepSpec } from "../../src/spec/spec.ts";
import type { CheckpointTable } from "../../src/tables/checkpoint-table.ts";
import { type Row, smallLadder, tableOfRows } from "../methods/tables.ts";

/** Plans a sweep of method ladder over rows made by hand; others stand for forms that would be sought. */
export async function planRows(
  spec: SweepSpec = {},
  rows: readonly Row[] = smallLadder(["t", "u"]),
  change: Partial<CheckpointTable> = {},
): Promise<SweepPlan> {
  const checked = checkSpec({ method: "ladder", table: "hand.csv", ...spec }, "sweep.yaml");
  const sweep = { ...resolveSweep(checked, "sweep.yaml"), isDry: true };
  return planSweep(indexRuns({ ...tableOfRows(rows), ...change }), sweep);
}

/** Plans a preset over rows made by hand, the runs of its predicates selected. */
export async function planPreset(preset: string, rows: readonly Row[]): Promise<SweepPlan> {
  const table = tableOfRows(rows);
  const sweep = resolveSweep(checkSpec({ preset, table: "hand.csv" }, preset), preset);
  const predicates = sweep.configurations.flatMap((configuration) => configuration.predicates);
  return planSweep(indexRuns(table, await selectRuns(table, predicates, preset)), sweep);
}

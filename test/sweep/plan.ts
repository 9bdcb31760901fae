import { planSweep, type SweepPlan } from "../../src/sweep/plan-sweep.ts";
import { resolveSweep } from "../../src/sweep/resolve.ts";
import { checkSpec, type SweepSpec } from "../../src/sweep/spec.ts";
import { type Row, smallLadder, tableOfRows } from "../methods/tables.ts";

/** Plans a sweep of method ladder over rows made by hand. */
export function planRows(spec: SweepSpec = {}, rows: readonly Row[] = smallLadder(["t", "u"])): SweepPlan {
  const checked = checkSpec({ method: "ladder", table: "hand.csv", ...spec }, "sweep.yaml");
  return planSweep(tableOfRows(rows), resolveSweep(checked, "sweep.yaml"));
}

import { indexRuns, type RunIndex, type RunSelections } from "../methods/runs.ts";
import type { CheckpointTable } from "../tables/checkpoint-table.ts";
import type { Cut } from "./cuts.ts";

/** The table as it would be had only the runs up to a cut been fitted: the larger ones are targets. Rows stay in place. */
export function rolloutTable(table: CheckpointTable, { heldOut }: Cut): CheckpointTable {
  const role = table.role.map((own, row) => (heldOut.has(table.run[row]!) ? "target" : own));
  return { ...table, role };
}

/** Its runs. The targets of the table itself are none. */
export function rolloutIndex(table: CheckpointTable, { heldOut }: Cut, selections: RunSelections): RunIndex {
  const index = indexRuns(table, selections);
  return { ...index, targets: index.targets.filter(({ name }) => heldOut.has(name)) };
}

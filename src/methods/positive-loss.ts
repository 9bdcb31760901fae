import { type CheckpointTable, locate } from "../tables/checkpoint-table.ts";
import type { Measured } from "./measured.ts";

/** Why a law cannot be fitted to values that it takes the logarithm of: the first that has none; undefined where all have. */
export function whyNoLogarithm(
  table: CheckpointTable,
  metric: string,
  { rows, values }: Measured,
): string | undefined {
  const bad = values.findIndex((value) => !(value > 0 && value < Infinity));
  if (bad < 0) return undefined;
  return (
    `${locate(table, rows[bad]!)}, column ${JSON.stringify(metric)}: ${values[bad]}; ` +
    "allowed: a number > 0 (step 1 takes its logarithm)"
  );
}

import { UserError } from "../errors.ts";
import { type CheckpointTable, locate } from "../tables/checkpoint-table.ts";
import type { Measured } from "./measured.ts";

/** @throws UserError for a value <= 0 among those that step 1 takes the logarithm of */
export function demandPositive(
  table: CheckpointTable,
  metric: string,
  { rows, values }: Measured,
): undefined {
  const bad = values.findIndex((value) => value <= 0);
  if (bad < 0) return undefined;
  throw new UserError(
    `${locate(table, rows[bad]!)}, column ${JSON.stringify(metric)}: ${values[bad]}; ` +
      "allowed: a number > 0 (step 1 takes its logarithm)",
  );
}

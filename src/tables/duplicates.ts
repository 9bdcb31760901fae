import { UserError } from "../errors.ts";
import { type CheckpointTable, locate } from "./checkpoint-table.ts";

/**
 * Demands one row for each run, step and subject; where a row has no step, its tokens d tell the checkpoint.
 *
 * @throws UserError with both rows of the first pair
 */
export function checkDuplicates(table: CheckpointTable): void {
  const checkpoints = new Map<string, Map<string, Map<number, number>>>();
  for (let row = 0; row < table.rows; row++) {
    const run = table.run[row] as string;
    const subject = table.subject[row] as string;
    const step = table.step[row] as number;
    const hasStep = !Number.isNaN(step);
    // Steps and tokens are kept apart: tokens as negative numbers, which no step is.
    const checkpoint = hasStep ? step : -(table.d[row] as number);
    const seen = inner(inner(checkpoints, run), subject);
    const first = seen.get(checkpoint);
    if (first === undefined) {
      seen.set(checkpoint, row);
      continue;
    }
    const what = hasStep ? `step ${step}` : `d ${table.d[row]}`;
    throw new UserError(
      `${locate(table, row)}: run ${JSON.stringify(run)}, ${what}, subject ${JSON.stringify(subject)} is there ` +
        `already, in ${locate(table, first)}; allowed: one row for each run, ${hasStep ? "step" : "d"} and subject`,
    );
  }
}

function inner<K, V>(outer: Map<string, Map<K, V>>, key: string): Map<K, V> {
  let found = outer.get(key);
  if (found === undefined) {
    found = new Map();
    outer.set(key, found);
  }
  return found;
}

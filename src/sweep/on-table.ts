import { checkCells } from "../methods/cross-axes.ts";
import type { Configuration } from "../methods/method.ts";
import type { CheckpointTable } from "../tables/checkpoint-table.ts";
import type { ResolvedSweep } from "./resolve.ts";

/**
 * The sweep with the configurations that its own stand for on a table, each once.
 *
 * @throws UserError for values of axes that the table does not have, and for more configurations than memory holds
 */
export function onTable(sweep: ResolvedSweep, table: CheckpointTable): ResolvedSweep {
  const distinct = new Map<string, Configuration>();
  for (const configuration of sweep.configurations) {
    const own = configuration.onTable?.(table, `${sweep.where}: axes`) ?? [configuration];
    const count = distinct.size + own.length;
    checkCells(
      count,
      `${count} configurations or more, where a value that stands for several is counted as those`,
      sweep.where,
    );
    for (const one of own) {
      const key = JSON.stringify([...one.values.values()]);
      if (!distinct.has(key)) distinct.set(key, one);
    }
  }
  return { ...sweep, configurations: [...distinct.values()] };
}

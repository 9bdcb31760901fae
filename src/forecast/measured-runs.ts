import { planCut } from "../backtest/roll-out.ts";
import { getOrInsert } from "../collections.ts";
import { runColumns } from "../methods/run-columns.ts";
import { placeholders } from "../plan/score.ts";
import { prepareSweep } from "../spec/prepare-sweep.ts";
import type { TableChecksum } from "../spec/read-table.ts";
import type { SweepSpec } from "../spec/spec.ts";
import { columnOf } from "../tables/table.ts";

/** A run of a table at the end of its training, with what was measured on it. */
export interface FinishedRun {
  run: string;
  role: "fit" | "target";
  /** Parameters, tokens and FLOPs; NaN where they are not known. */
  n: number;
  d: number;
  c: number;
  /** Inputs of laws by name, of a table of any columns. */
  inputs: ReadonlyMap<string, number>;
  /** By task: what the sweep predicts, and the feature between its steps, as the sweep would have them for a target; NaN where they were not measured. */
  values: ReadonlyMap<string, { predicted: number; feature: number }>;
}

/**
 * What was measured on every run of a sweep's table, fit runs and targets, in the sweep's own terms: final values as its settings take
 * them. Nothing is fitted.
 *
 * @param spec a sweep of one configuration
 * @throws UserError where the table cannot be read or no cell can be predicted
 */
export async function measuredRuns(
  spec: SweepSpec,
  where: string,
): Promise<{ runs: FinishedRun[]; tables: TableChecksum[] }> {
  const { sweep, plan, results, tables } = await prepareSweep(spec, { where });
  const { table, targets } = plan.index;
  const facts = runColumns(table);
  const names = Array.from<unknown, string>(columnOf(facts, "run").values, String);
  const sizes = new Map(names.map((name, i) => [name, Number(columnOf(facts, "c").values[i])]));
  const found = new Map<string, FinishedRun>();
  // A plan gives the actual values of its targets. Each half of the runs is the targets of the other.
  const ordered = names.toSorted((a, b) => sizes.get(a)! - sizes.get(b)!);
  for (const rest of [0, 1]) {
    const half = ordered.filter((_, i) => i % 2 === rest);
    const heldOut = new Map([...half, ...targets.map(({ name }) => name)].map((name) => [name, Number.NaN]));
    const fitted = new Map(ordered.filter((name) => !heldOut.has(name)).map((name) => [name, Number.NaN]));
    const other = await planCut({ size: Number.NaN, fitted, heldOut }, { sweep, plan, session: {} });
    const byName = new Map(other.targets.map((target) => [target.name, target]));
    for (const cell of other.cells) {
      for (const { target, actual, featureActual } of cell.plan.predict(placeholders(cell, results))) {
        const { n, d, c, inputs = new Map() } = byName.get(target)!;
        const role = sizes.has(target) ? "fit" : "target";
        const made: FinishedRun = { run: target, role, n, d, c, inputs, values: new Map() };
        const { values } = getOrInsert(found, target, () => made);
        (values as Map<string, { predicted: number; feature: number }>).set(cell.task, {
          predicted: actual,
          feature: featureActual,
        });
      }
    }
  }
  return { runs: [...found.values()], tables };
}

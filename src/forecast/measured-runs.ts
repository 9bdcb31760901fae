import { getOrInsert } from "../collections.ts";
import { type RunIndex, sizeAt } from "../methods/runs.ts";
import { planSweep } from "../plan/plan-sweep.ts";
import { indexSweep } from "../spec/prepare-sweep.ts";
import type { TableChecksum } from "../spec/read-table.ts";
import type { SweepSpec } from "../spec/spec.ts";
import { lastRows, runOrder } from "../tables/run-order.ts";

/** A run of a table at the end of its training, with what was measured on it. */
export interface FinishedRun {
  run: string;
  /** Whether the sweep fits it. */
  isFitted: boolean;
  /** Parameters, tokens and FLOPs; NaN where they are not known. */
  n: number;
  d: number;
  c: number;
  /** Inputs of laws by name, of a table of any columns. */
  inputs: ReadonlyMap<string, number>;
  /** By task: what the sweep predicts, and the feature between its steps, as the sweep would have them for a target; NaN where one was not measured. */
  values: ReadonlyMap<string, { predicted: number; feature: number }>;
}

/** The finished runs of a table. */
interface MeasuredRuns {
  runs: FinishedRun[];
  tables: TableChecksum[];
  /** Of a table of any columns the response of each task. */
  responses: ReadonlyMap<string, string>;
}

/**
 * What was measured on every run of a sweep's table, fit runs and targets, in the sweep's own terms: final values as its settings take
 * them. Nothing is fitted, and it does not matter whether the runs are enough for it. Runs without any value are left out, and tasks of
 * the sweep that the table does not have.
 *
 * @param spec a sweep of one configuration
 * @throws UserError where the table cannot be read
 */
export async function measuredRuns(spec: SweepSpec, where: string): Promise<MeasuredRuns> {
  const { sweep, index: own, tables } = await indexSweep(spec, { where });
  const { role, phase } = own.table;
  const ends = lastRows(own.table, runOrder(own.table), (row) => role[row] === "fit" && phase[row] === null);
  const index = withTargets(own, ends);
  const there = sweep.tasks?.filter((task) => index.subjects.includes(task)) ?? [];
  const tasks = there.length > 0 ? there : sweep.tasks;
  const { cells } = await planSweep(index, { ...sweep, targets: undefined, tasks });
  const targets = new Map(index.targets.map((target) => [target.name, target]));
  const found = new Map<string, FinishedRun & { values: Map<string, object> }>();
  for (const { task, plan, configuration } of cells) {
    const selections = configuration.predicates.map((predicate) => index.selected(predicate));
    for (const { target, actual, featureActual } of plan.measured ?? []) {
      if (Number.isNaN(actual) && Number.isNaN(featureActual)) continue;
      const row = index.targetRows(task, target).at(-1);
      const { inputs = new Map(), ...size } =
        row === undefined ? targets.get(target)! : sizeAt(index.table, row);
      const { n, d, c } = size;
      const isSelected = selections.length === 0 || selections.some((runs) => runs.has(target));
      const isFitted = isSelected && ends.has(target);
      // Groups of a table may have runs of one name and of other sizes.
      const key = JSON.stringify([target, isFitted, n, d, c, ...inputs]);
      const run = getOrInsert(found, key, () => {
        return { run: target, isFitted, n, d, c, inputs, values: new Map() };
      });
      run.values.set(task, { predicted: actual, feature: featureActual });
    }
  }
  return { runs: [...found.values()], tables, responses: own.table.free?.responses ?? new Map() };
}

/** Largest relative difference of two sizes that are the same run's: names round `70B`. */
export const NEAR = 0.02;

/**
 * The runs of the size of a target: each of its parameters, tokens and other inputs that is known is the same within `NEAR`.
 *
 * @param target parameters and tokens, where they are known, and inputs of laws by name
 */
export function runsOfSize(
  runs: readonly FinishedRun[],
  target: { n?: number | null; d?: number | null; inputs: Readonly<Record<string, number>> },
): FinishedRun[] {
  const { N, D, C, ...others } = target.inputs;
  return runs.filter((run) => {
    const pairs = [
      [run.n, target.n ?? N],
      [run.d, target.d ?? D],
      [run.c, C],
      ...Object.entries(others).map(([name, value]) => [run.inputs.get(name), value]),
    ].filter(([, wanted]) => wanted !== undefined);
    return pairs.length > 0 && pairs.every(([size = Number.NaN, wanted]) => isNear(size, wanted!));
  });
}

const isNear = (size: number, wanted: number) => Math.abs(size - wanted) <= NEAR * Math.abs(wanted);

/** The runs of a table, of which those to fit are targets too: methods measure targets. @param ends the last row of each run to fit */
function withTargets(index: RunIndex, ends: ReadonlyMap<string, number>): RunIndex {
  const rows = new Map(
    index.subjects.map((subject) => {
      return [subject, new Map(index.fitRuns(subject).map(({ run, rows }) => [run, rows]))];
    }),
  );
  const more = Array.from(ends, ([name, row]) => ({ name, ...sizeAt(index.table, row) }));
  return {
    ...index,
    used: new Map(),
    targets: [...index.targets.filter(({ name }) => !ends.has(name)), ...more],
    targetRows: (subject, name) => rows.get(subject)?.get(name) ?? index.targetRows(subject, name),
  };
}

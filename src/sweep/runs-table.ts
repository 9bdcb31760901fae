import type { Size } from "../methods/runs.ts";
import { sizeAt } from "../methods/runs.ts";
import type { CheckpointTable, Role } from "../tables/checkpoint-table.ts";
import { isLater } from "../tables/run-order.ts";
import { MIX_PREFIX } from "../tables/schema.ts";
import type { Table } from "../tables/table.ts";
import type { SweepPlan } from "./plan-sweep.ts";
import { type ColumnOf, tableOf } from "./table-of.ts";

interface Row {
  run: string;
  role: Role;
  /** At the end of training. */
  size: Size;
  /** Checkpoints apart by their tokens; 0 of a size that the sweep gives. */
  checkpoints: number;
}

/** Table `runs`: the fit runs in the order of their content and the targets of the sweep, with their sizes. */
export function runsTable({ index, targets }: Pick<SweepPlan, "index" | "targets">): Table {
  const { table, places } = index;
  const known = runsOf(table);
  const found = [...places.keys()].map((run) => known.get(run)!);
  const rows = [
    ...found.filter(({ role }) => role === "fit"),
    ...targets.map((target): Row => {
      const checkpoints = known.get(target.name)?.checkpoints ?? 0;
      return { run: target.name, role: "target", size: target, checkpoints };
    }),
  ];
  return tableOf(rows, [
    { name: "run", type: "string", value: ({ run }) => run },
    { name: "role", type: "string", value: ({ role }) => role },
    { name: "n", type: "float64", value: ({ size }) => size.n },
    { name: "d", type: "float64", value: ({ size }) => size.d },
    { name: "c", type: "float64", value: ({ size }) => size.c },
    { name: "checkpoints", type: "int64", value: ({ checkpoints }) => checkpoints },
    ...Array.from(table.mixes.keys(), (source): ColumnOf<Row> => {
      return {
        name: `${MIX_PREFIX}${source}`,
        type: "float64",
        value: ({ size }) => size.mix?.get(source) ?? Number.NaN,
      };
    }),
  ]);
}

function runsOf(table: CheckpointTable): Map<string, Row> {
  const runs = new Map<string, { last: number; tokens: Set<number> }>();
  for (let row = 0; row < table.rows; row++) {
    const run = runs.get(table.run[row]!) ?? { last: row, tokens: new Set<number>() };
    runs.set(table.run[row]!, run);
    run.tokens.add(table.d[row]!);
    if (isLater(table, row, run.last)) run.last = row;
  }
  return new Map(
    Array.from(runs, ([run, { last, tokens }]) => {
      return [run, { run, role: table.role[last]!, size: sizeAt(table, last), checkpoints: tokens.size }];
    }),
  );
}

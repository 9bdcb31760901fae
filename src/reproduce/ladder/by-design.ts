import type { Design, PublishedTable, Quantity } from "../paper.ts";
import { readRows } from "../read-rows.ts";
import type { Target } from "./quantities.ts";
import { SHORT_NAMES, TASK_NAMES, type TaskName } from "./tasks.ts";

/** A row of tables 5 and 6 with its design. */
interface DesignRow {
  name: string;
  design: Design;
  /** As printed, a number a task. */
  numbers: string;
}

/** A half of tables 5 and 6: errors for one target, in per cent, of designs (rows) on tasks (columns). */
export function tableByDesign(
  name: string,
  title: string,
  target: Target,
  quantity: (name: TaskName, target: Target) => Quantity,
  rows: readonly DesignRow[],
): PublishedTable {
  return {
    name,
    title: `${title} for ${target} (%)`,
    columns: SHORT_NAMES,
    rows: rows.flatMap((row) =>
      readRows(SHORT_NAMES, `${row.name} ${row.numbers}`, (_, column) => {
        return { design: row.design, quantity: quantity(TASK_NAMES[column]!, target) };
      }),
    ),
  };
}

import { expect, test } from "vitest";
import { runsTable } from "../../src/results/runs-tables.ts";
import { cell } from "../../src/tables/table.ts";
import { planRows } from "../run/plan.ts";

const rowsOf = (table: ReturnType<typeof runsTable>) =>
  Array.from({ length: table.rows }, (_, row) =>
    Object.fromEntries(table.columns.map((column) => [column.name, cell(column, row)])),
  );

test("fit runs at the end of their training, then the targets of the sweep, sizes included", async () => {
  const plan = await planRows({ targets: [{ name: "70B", n: 7e10, d: 1e13 }] });
  const rows = rowsOf(runsTable(plan));
  const { table } = plan.index;
  const fit = new Set(table.run.filter((_, row) => table.role[row] === "fit"));
  expect(rows.filter(({ role }) => role === "fit").map(({ run }) => run)).toEqual([...fit]);
  const first = table.run.flatMap((run, row) => (run === rows[0]!.run ? [table.d[row]!] : []));
  expect(rows[0]).toMatchObject({ d: Math.max(...first), checkpoints: new Set(first).size });
  expect(rows.at(-1)).toEqual({ run: "70B", role: "target", n: 7e10, d: 1e13, c: 4.2e24, checkpoints: 0 });
  expect(rows.filter(({ role }) => role === "target")).toHaveLength(1);
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { methods } from "../../src/methods/registry.ts";
import { queryRun } from "../../src/sweep/query-run.ts";
import { runSweep } from "../../src/sweep/run-sweep.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { smallLadder, tableOfRows } from "../methods/tables.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { fakeSolver } from "./fake-solver.ts";

const page = readFileSync(new URL("../../docs/results.md", import.meta.url), "utf8");
const { folder } = temporaryFolder();
const table = join(folder, "t.parquet");
await writeTable(table, checkpointTableToTable(tableOfRows(smallLadder())));
const out = join(folder, "run");
const spec = { method: "ladder", table, bootstrap: { resamples: 2, draws: true }, backtest: {} } as const;
const result = await runSweep(spec, { out, solver: fakeSolver().solver });
const tables = { ...result.tables, draws: await queryRun(out, "draws") };
const { axes, stages } = methods.get("ladder")!;

/** The first cells of the rows of the section's table. */
function documented(section: string): string[] {
  const text = page.split(/^## /m).find((part) => part.startsWith(`${section}\n`));
  return Array.from((text ?? "").matchAll(/^\| `([^`]+)` \|/gm), ([, name]) => name!);
}

/** Columns of a table, those of axes and of stages' problems as the page names them together. */
function columnsOf(name: keyof typeof tables): string[] {
  const general = new Map<string, string>([
    ...axes.map((axis) => [axis.name, "AXIS"] as const),
    ...stages.map((stage) => [`problem_${stage}`, "problem_STAGE"] as const),
  ]);
  return [...new Set(tables[name]!.columns.map((column) => general.get(column.name) ?? column.name))];
}

test.each(Object.keys(tables) as (keyof typeof tables)[])(
  "docs/results.md has every column of %s, in order",
  (name) => {
    expect(documented(name)).toEqual(columnsOf(name));
  },
);

test("docs/results.md lists every table at its top", () => {
  const top = page.split(/^## /m)[0]!;
  const listed = Array.from(top.matchAll(/^\| `([^`]+)` \|/gm), ([, name]) => name);
  expect(listed.toSorted()).toEqual(Object.keys(tables).toSorted());
});

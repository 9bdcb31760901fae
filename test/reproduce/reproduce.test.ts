import { join } from "node:path";
import { expect, test } from "vitest";
import { VARIANCE_TASKS } from "../../src/reproduce/ladder/designs.ts";
import { reproduce } from "../../src/reproduce/reproduce.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { lawfit } from "../cli/command-line.ts";
import { smallLadder, tableOfRows } from "../methods/tables.ts";
import { fakeSolver } from "../run/fake-solver.ts";
import { messageOf, temporaryFolder } from "../tables/temporary.ts";

const { folder } = temporaryFolder();

async function writeLadder(name: string, targets: readonly string[]): Promise<string> {
  const path = join(folder, name);
  const rows = smallLadder(Object.values(VARIANCE_TASKS)).flatMap((row) =>
    row.role === "target" ? targets.map((run) => ({ ...row, run })) : [row],
  );
  await writeTable(path, checkpointTableToTable(tableOfRows(rows)));
  return path;
}

test("a table that lacks a metric of the paper is the user's mistake, with the number that needs it", async () => {
  const table = await writeLadder("no-ce.parquet", ["7B-4T", "13B-5T"]);
  const message = await messageOf(reproduce("ladder", { table, solver: fakeSolver().solver }));
  expect(message).toMatch(
    /^UserError: .*no-ce.parquet: no prediction of \w+ for 7B-4T with bounds1=bhagia, feature=/,
  );
});

test("a table that lacks a target too", async () => {
  const table = await writeLadder("one-target.parquet", ["7B-4T"]);
  const { code, stderr } = await lawfit("reproduce", "ladder", "--table", table);
  expect(code).toBe(2);
  expect(stderr).toContain('lawfit: reproduce ladder: unknown target "13B-5T"; allowed: 7B-4T, or a size ');
});

test.each([
  [["reproduce", "ladder"], /table/],
  [["reproduce", "ladders", "--table", "x.parquet"], /unknown paper "ladders".*did you mean "ladder"\?/],
  [["reproduce", "ladder", "--table", "nothing.parquet"], /nothing.parquet: no such file/],
])("%j ends with exit code 2 and one line", async (words, message) => {
  const { code, stdout, stderr } = await lawfit(...words);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(message);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});

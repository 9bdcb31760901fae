import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { Analysis } from "../../src/extension.ts";
import { runSweep } from "../../src/run/run-sweep.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { columnOf, type Table } from "../../src/tables/table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { smallLadder, tableOfRows } from "../methods/tables.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { fakeSolver } from "./fake-solver.ts";

const { folder } = temporaryFolder();

/** An analysis that has the key of another one, since a key is in the schema of sweep files, and its parts in the order of their calls. */
const { toy, calls } = vi.hoisted(() => {
  const calls: string[] = [];
  const toy: Analysis = {
    key: "isoflop",
    tables: { toy: "task" },
    request(given, { method, levels }) {
      calls.push(`request ${method.name}`);
      return {
        settings: { given, levels },
        prepare(_, { cells }) {
          calls.push("prepare");
          const tasks: string[] = [];
          return {
            begin(onWarning) {
              calls.push("begin");
              onWarning("toy: made up");
            },
            cell({ task }, { results }) {
              calls.push(`cell with ${results.size > 0 ? "fits" : "no fits"}`);
              tasks.push(task);
            },
            finish({ predictions }) {
              calls.push(`finish ${predictions.length} of ${cells.length}`);
              const column = { name: "task", type: "string" as const, values: tasks };
              return { tables: { toy: { rows: tasks.length, columns: [column] } }, status: "toy: done" };
            },
          };
        },
      };
    },
  };
  return { toy, calls };
});

vi.mock(import("../../src/registry.ts"), async (original) => {
  const registry = await original();
  return { ...registry, analyses: [toy] as unknown as typeof registry.analyses };
});

test("an analysis of the list is prepared and run, and its tables, warnings, time and settings are kept", async () => {
  const table = join(folder, "small.parquet");
  await writeTable(table, checkpointTableToTable(tableOfRows(smallLadder())));
  const out = join(folder, "run");
  const lines: string[] = [];
  const phases = new Set<string>();
  const { manifest, tables } = await runSweep(
    { method: "ladder", table, isoflop: {} },
    {
      out,
      solver: fakeSolver().solver,
      onStatus: (line) => lines.push(line),
      onRunProgress: ({ phase }) => phases.add(phase),
    },
  );
  expect(calls).toEqual(["request ladder", "prepare", "begin", "cell with fits", "finish 1 of 1"]);
  expect(manifest.warnings).toEqual([
    expect.stringMatching(/^final_window 5: /),
    "toy: made up",
    "half of it is guessed",
    expect.stringMatching(/^fits: residuals follow a pattern/),
  ]);
  expect(manifest.sweep.isoflop).toMatchObject({ levels: [0.9] });
  expect(Object.keys(manifest.seconds)).toEqual(["read", "plan", "solve", "score", "bootstrap", "isoflop"]);
  expect(Object.keys(tables).at(-1)).toBe("toy");
  expect([...columnOf((tables as Record<string, Table>).toy!, "task").values]).toEqual(["t"]);
  expect(readdirSync(out)).toContain("toy.parquet");
  expect(readdirSync(out)).not.toContain("isoflop.parquet");
  expect(lines.filter((line) => line.startsWith("toy: done, in "))).toHaveLength(1);
  expect([...phases]).toEqual(["solve", "profiles", "tables"]);
});

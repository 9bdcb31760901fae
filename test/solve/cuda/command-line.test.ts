import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkpointTableToTable } from "../../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../../src/tables/write.ts";
import { lawfit } from "../../cli/command-line.ts";
import { smallLadder, tableOfRows } from "../../methods/tables.ts";
import { temporaryFolder } from "../../tables/temporary.ts";

describe("the command line without a driver", () => {
  const { folder } = temporaryFolder();
  const table = join(folder, "small.parquet");
  const out = join(folder, "run");
  const { LAWFIT_LIBCUDA: before } = process.env;
  beforeAll(async () => {
    process.env.LAWFIT_LIBCUDA = "/nowhere/libcuda.so.1";
    await writeTable(table, checkpointTableToTable(tableOfRows(smallLadder(["t"]))));
  });
  afterAll(() => {
    if (before === undefined) delete process.env.LAWFIT_LIBCUDA;
    else process.env.LAWFIT_LIBCUDA = before;
  });

  const sweep = (...more: string[]) => lawfit("sweep", "ladder", "--table", table, "--out", out, ...more);

  test("--backend cuda ends in one line that names the library, with exit code 2 and no tables", async () => {
    const { code, stdout, stderr } = await sweep("--backend", "cuda");
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr.trimEnd().split("\n").at(-1)).toBe(
      "lawfit: backend cuda: no NVIDIA driver: /nowhere/libcuda.so.1 (from LAWFIT_LIBCUDA) could not be loaded",
    );
    expect(existsSync(out)).toBe(false);
  });

  test("auto goes on with the processor and says so", async () => {
    const { code, stderr } = await sweep("--starts", "16");
    expect(code).toBe(0);
    expect(stderr).toMatch(/solved from 16 starts each in \d+\.\d\d s on cpu, /);
  });
});

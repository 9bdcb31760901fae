import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { readManifest } from "../../../src/run/job-directory.ts";
import { checkpointTableToTable } from "../../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../../src/tables/write.ts";
import { lawfit } from "../../cli/command-line.ts";
import { smallLadder, tableOfRows } from "../../methods/tables.ts";
import { temporaryFolder } from "../../tables/temporary.ts";
import { buildStandIn, hostPtx, noStandIn, type StandIn } from "./stand-in/stand-in.ts";

vi.mock("../../../src/solve/cuda/ptx.ts", () => ({ ptxFor: hostPtx }));

const { folder } = temporaryFolder();
const table = join(folder, "small.parquet");
const out = join(folder, "run");
beforeAll(() => writeTable(table, checkpointTableToTable(tableOfRows(smallLadder(["t"])))));

const sweep = (...more: string[]) =>
  lawfit("sweep", "ladder", "--table", table, "--out", out, "--fresh", ...more);

describe("the command line without a driver", () => {
  const { LAWFIT_LIBCUDA: before } = process.env;
  beforeAll(() => {
    process.env.LAWFIT_LIBCUDA = "/nowhere/libcuda.so.1";
  });
  afterAll(() => {
    if (before === undefined) delete process.env.LAWFIT_LIBCUDA;
    else process.env.LAWFIT_LIBCUDA = before;
  });

  test("--backend cuda ends in one line that names the library, with exit code 2 and no tables", async () => {
    const { code, stdout, stderr } = await sweep("--backend", "cuda");
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr.trimEnd().split("\n").at(-1)).toBe(
      "lawfit: backend cuda: no NVIDIA driver: /nowhere/libcuda.so.1 (from LAWFIT_LIBCUDA) could not be loaded",
    );
    expect(existsSync(out)).toBe(false);
  });

  test("auto goes on with the processor and says so, once, and why not the GPU", async () => {
    const { code, stderr } = await sweep("--starts", "16");
    expect(code).toBe(0);
    expect(stderr.match(/^backend: .*/gm)).toEqual([
      expect.stringMatching(/^backend: cpu, .*; not cuda: no NVIDIA driver: \/nowhere\/libcuda\.so\.1 .*$/),
    ]);
  });
});

describe.skipIf(noStandIn !== undefined)(
  `the command line with a driver (${noStandIn ?? "stand-in"})`,
  () => {
    let driver: StandIn;
    beforeAll(async () => {
      driver = await buildStandIn();
    });
    afterAll(() => driver.remove());

    test("a device that is lost is said even to --quiet, and written down; the tables are whole", async () => {
      driver.setUp("run#1=719");
      const { code, stdout, stderr } = await sweep("--backend", "cuda", "--starts", "16", "--quiet");
      expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
      expect(stderr).toMatch(/^warning: GPU 0 \(Stand-in\) is no longer used: .* are solved on the cpu$/m);
      const { backend, warnings, counts } = await readManifest(out);
      expect(backend).toMatch(/^cuda, Stand-in/);
      expect(warnings.map((line) => `warning: ${line}\n`).join("")).toBe(stderr);
      expect(counts).toMatchObject({ problems: 2, problems_solved: 2 });
    });

    test("batches that are halved are written down", async () => {
      driver.setUp("cuMemAlloc_v2#1=2 cuMemAlloc_v2#2=2");
      await sweep("--backend", "cuda", "--starts", "16");
      const { warnings } = await readManifest(out);
      expect(warnings).toContain("GPU 0 ran out of memory; its batches are halved until they fit");
    });
  },
);

import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { packageFolder } from "../../../src/solve/paths.ts";
import { checkpointTableToTable } from "../../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../../src/tables/write.ts";
import { smallLadder, tableOfRows } from "../../methods/tables.ts";
import { temporaryFolder } from "../../tables/temporary.ts";

const { folder } = temporaryFolder();
const table = join(folder, "small.parquet");
beforeAll(() => writeTable(table, checkpointTableToTable(tableOfRows(smallLadder(["t"])))));

/** Runs Node as a process of its own: which packages there are is settled when it starts. */
async function node(
  words: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, ...environment };
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, words, { env })) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

const program = join(packageFolder, "bin", "lawfit.js");
const sweep = ["sweep", "ladder", "--table", table, "--starts", "8", "--threads", "1", "--backend", "tfjs"];

/** A folder with the GPU's package as npm leaves it where its install step did not run. */
function brokenGpuPackage(): string {
  const place = join(folder, "packages", "@tensorflow", "tfjs-node-gpu");
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "package.json"), '{"name": "@tensorflow/tfjs-node-gpu", "version": "4.22.0"}');
  writeFileSync(
    join(place, "index.js"),
    'throw new Error("The Node.js native addon module (tfjs_binding.node) can not be found at path: x\\nRun npm rebuild");',
  );
  return join(folder, "packages");
}

test("a GPU's package without its native module ends in one line and exit code 2", async () => {
  const out = join(folder, "broken");
  const { code, stderr } = await node([program, ...sweep, "--out", out], { NODE_PATH: brokenGpuPackage() });
  expect(code).toBe(2);
  const lines = stderr.trimEnd().split("\n");
  expect(lines.filter((line) => line.includes("tensorflow"))).toHaveLength(1);
  expect(lines.at(-1)).toMatch(
    /^lawfit: backend tfjs: @tensorflow\/tfjs-node-gpu is installed and does not load: .*tfjs_binding\.node.*; lawfit takes @tensorflow\/tfjs-node-gpu 4\.22 or a later 4\.x; or one of .*\(LAWFIT_TFJS=wasm\)/,
  );
});

test("with it, another device that is named does the work", async () => {
  const environment = { NODE_PATH: brokenGpuPackage(), LAWFIT_TFJS: "wasm" };
  const { code, stderr } = await node([program, ...sweep, "--out", join(folder, "named")], environment);
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^backend: tfjs 4\.\d+\.\d+, @tensorflow\/tfjs-backend-wasm .*polished in float64 on cpu/m,
  );
});

describe("loaded modules", () => {
  /** Solves a problem on a backend, and prints the modules of TensorFlow.js that were loaded for it. */
  const script = (backend: string): string => `
    import { createRequire } from "node:module";
    import { runCommandLine } from ${JSON.stringify(pathToFileURL(join(packageFolder, "dist", "cli", "main.js")))};
    process.stdout.write = () => true;
    await runCommandLine(${JSON.stringify([...sweep.slice(0, -1), backend, "--quiet", "--out", join(folder, `modules-${backend}`)])});
    const { cache } = createRequire(import.meta.url);
    console.error(JSON.stringify(Object.keys(cache).filter((path) => path.includes("@tensorflow"))));
  `;
  const loaded = async (backend: string): Promise<string[]> => {
    const { stderr } = await node(["--input-type=module", "-e", script(backend)]);
    return JSON.parse(stderr.trimEnd().split("\n").at(-1)!) as string[];
  };

  test("none of TensorFlow.js where it is not named, and its own where it is", async () => {
    const [auto, tfjs] = await Promise.all([loaded("auto"), loaded("tfjs")]);
    expect(auto).toEqual([]);
    expect(tfjs.some((path) => path.includes("tfjs-core"))).toBe(true);
  });
});

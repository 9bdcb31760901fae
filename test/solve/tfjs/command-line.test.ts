import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { packageFolder } from "../../../src/solve/paths.ts";
import { checkpointTableToTable } from "../../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../../src/tables/write.ts";
import { smallLadder, tableOfRows } from "../../methods/tables.ts";
import { temporaryFolder } from "../../tables/temporary.ts";

const { folder } = temporaryFolder();
const table = join(folder, "small.parquet");
const words = ["sweep", "ladder", "--table", table, "--starts", "8", "--threads", "1"];

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

/** What a command line came to, and the modules of TensorFlow.js that were loaded by then. */
interface Ended {
  code: number;
  stderr: string;
  loaded: string[];
}

/**
 * Command lines one after the other in a process of its own, where the GPU's package is broken: which packages there are is settled when
 * it starts.
 */
const script = `
  import { createRequire } from "node:module";
  import { runCommandLine } from ${JSON.stringify(pathToFileURL(join(packageFolder, "dist", "cli", "main.js")))};
  const { cache } = createRequire(import.meta.url);
  const print = process.stdout.write.bind(process.stdout);
  process.stdout.write = () => true;
  const ended = {};
  for (const [name, backend, device] of [["auto", "auto"], ["broken", "tfjs"], ["named", "tfjs", "wasm"]]) {
    if (device !== undefined) process.env.LAWFIT_TFJS = device;
    let stderr = "";
    process.stderr.write = (text) => {
      stderr += text;
      return true;
    };
    process.exitCode = 0;
    await runCommandLine([...${JSON.stringify(words)}, "--backend", backend, "--out", ${JSON.stringify(`${folder}/`)} + name]);
    const loaded = Object.keys(cache).filter((path) => path.includes("@tensorflow"));
    ended[name] = { code: process.exitCode, stderr, loaded };
  }
  process.exitCode = 0;
  print(JSON.stringify(ended));
`;

let ended: Record<"auto" | "broken" | "named", Ended>;
beforeAll(async () => {
  await writeTable(table, checkpointTableToTable(tableOfRows(smallLadder(["t"]))));
  const env = { ...process.env, NODE_PATH: brokenGpuPackage() };
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    env,
  });
  ended = JSON.parse(stdout);
});

test("a GPU's package without its native module ends in one line and exit code 2", () => {
  const { code, stderr } = ended.broken;
  expect(code).toBe(2);
  const lines = stderr.trimEnd().split("\n");
  expect(lines.filter((line) => line.includes("tensorflow"))).toHaveLength(1);
  expect(lines.at(-1)).toMatch(
    /^lawfit: backend tfjs: @tensorflow\/tfjs-node-gpu is installed and does not load: .*tfjs_binding\.node.*; lawfit takes @tensorflow\/tfjs-node-gpu 4\.22 or a later 4\.x; or one of .*\(LAWFIT_TFJS=wasm\)/,
  );
});

test("with it, another device that is named does the work", () => {
  const { code, stderr } = ended.named;
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^backend: tfjs 4\.\d+\.\d+, @tensorflow\/tfjs-backend-wasm .*polished in float64 on cpu/m,
  );
});

test("none of TensorFlow.js is loaded where it is not named, and its own where it is", () => {
  expect(ended.auto).toMatchObject({ code: 0, loaded: [] });
  expect(ended.named.loaded.some((path) => path.includes("tfjs-core"))).toBe(true);
});

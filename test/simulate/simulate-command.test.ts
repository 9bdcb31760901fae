import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { simulateFlpM } from "../../src/simulate/flp-m.ts";
import { simulateLadder } from "../../src/simulate/ladder.ts";
import { DESIGNS } from "../../src/simulate/write.ts";
import { lawfit } from "../cli/command-line.ts";
import { temporaryFolder } from "../tables/temporary.ts";

const { folder } = temporaryFolder();

/** What a command line prints. */
async function printed(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await lawfit(...words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

/** The line of a mistake. */
async function refused(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await lawfit(...words);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  return stderr;
}

test("every option reaches the simulation, and the summary says what was written", async () => {
  const out = join(folder, "all");
  const text = await printed(
    ...["simulate", "ladder", "--out", out, "--format", "csv", "--seed", "5", "--task-count", "2"],
    ...["--sizes", "100M", "2e8", "--multiples", "1", "2.5", "--checkpoints", "8", "--run-effect", "0.01"],
    ...["--checkpoint-noise", "0", "--autocorrelation", "0.25", "--questions", "50", "--excess", "0.1"],
  );
  expect(text).toBe(
    `wrote ${["checkpoints.csv", "truth.json", "sweep.yaml"].map((name) => join(out, name)).join(", ")}: ` +
      "168 rows, 6 runs, 4 subjects\n",
  );
  expect(JSON.parse(readFileSync(join(out, "truth.json"), "utf8")).options).toEqual({
    seed: 5,
    tasks: 2,
    sizes: [100e6, 200e6],
    multiples: [1, 2.5],
    checkpoints: 8,
    runEffect: 0.01,
    checkpointNoise: 0,
    autocorrelation: 0.25,
    questions: 50,
    excess: 0.1,
  });
});

test("without options it makes the default ladder in both formats", async () => {
  const out = join(folder, "default");
  await printed("simulate", "ladder", "--out", out);
  expect(readdirSync(out).sort()).toEqual([
    "checkpoints.arrow",
    "checkpoints.parquet",
    "sweep.yaml",
    "truth.json",
  ]);
  expect(JSON.parse(readFileSync(join(out, "truth.json"), "utf8")).options).toEqual(
    simulateLadder().truth.options,
  );
});

test("bad options are named as they were written, and nothing is made", async () => {
  const out = join(folder, "none");
  const message = (...words: string[]) => refused("simulate", "ladder", "--out", out, ...words);
  expect(await message("--task-count", "abc")).toBe(
    'lawfit: --task-count: "abc" is not a number; allowed: numbers such as 12, 0.5, 2e8, 200M and 1.3B\n',
  );
  expect(await message("--sizes", "200M", "1Q")).toContain('--sizes: "1Q" is not a number');
  expect(await message("--run-effect", "-1")).toContain("--run-effect: -1; allowed: a number from 0 to 1");
  expect(await message("--format", "xlsx")).toContain('--format: "xlsx"; allowed: parquet, arrow, csv');
  expect(await refused("simulate", "ladders", "--out", out)).toContain('did you mean "ladder"?');
  const designs = DESIGNS.map(({ name }) => name).join(", ");
  expect(await refused("simulate", "tables", "--out", out)).toBe(
    `lawfit: unknown command "tables"; allowed: ${designs}; see lawfit simulate --help\n`,
  );
  expect(await refused("simulate", "--out", out)).toContain(
    `a command is missing before --out; allowed: ${designs}`,
  );
  expect(await refused("simulate", "ladder")).toContain(
    "--out is missing: where to write checkpoints.parquet",
  );
  expect(existsSync(out)).toBe(false);
});

test("every option of flp-m reaches the simulation, and the summary says what was written", async () => {
  const out = join(folder, "flp-m");
  const text = await printed(
    ...["simulate", "flp-m", "--out", out, "--format", "csv", "--seed", "5", "--checkpoints", "3"],
    ...["--run-effect", "0.01", "--checkpoint-noise", "0", "--autocorrelation", "0.25"],
    ...["--questions", "50", "--excess", "0.1"],
  );
  expect(text).toBe(
    `wrote ${["checkpoints.csv", "truth.json", "sweep.yaml"].map((name) => join(out, name)).join(", ")}: ` +
      "1419 rows, 43 runs, 11 subjects\n",
  );
  expect(JSON.parse(readFileSync(join(out, "truth.json"), "utf8")).options).toEqual({
    seed: 5,
    checkpoints: 3,
    runEffect: 0.01,
    checkpointNoise: 0,
    autocorrelation: 0.25,
    questions: 50,
    excess: 0.1,
  });
});

test("without options flp-m makes the default design as Parquet", async () => {
  const out = join(folder, "flp-m-default");
  await printed("simulate", "flp-m", "--out", out);
  expect(readdirSync(out).sort()).toEqual(["checkpoints.parquet", "sweep.yaml", "truth.json"]);
  expect(JSON.parse(readFileSync(join(out, "truth.json"), "utf8")).options).toEqual(
    simulateFlpM().truth.options,
  );
});

test("what is an option of one design only is none of the other", async () => {
  const out = join(folder, "none");
  const message = (...words: string[]) => refused("simulate", "flp-m", "--out", out, ...words);
  expect(await message("--task-count", "3")).toContain("unknown option --task-count");
  expect(await message("--checkpoints", "0")).toBe(
    "lawfit: --checkpoints: 0; allowed: a whole number from 1 to 10000\n",
  );
  expect(await message("--questions", "many")).toContain('--questions: "many" is not a number');
  expect(existsSync(out)).toBe(false);
});

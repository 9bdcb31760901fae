import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runCommandLine } from "../../src/cli/main.ts";
import { type BenchReport, runBench } from "../../src/throughput/run-bench.ts";
import { hasPortable } from "../kernels/toolchains.ts";

const tiny = { starts: 64, repetitions: 1, seconds: 0.1 };

test("one form end to end: every start of a straight line is good", async () => {
  const report = await runBench({ ...tiny, forms: ["linear"], peers: [] });
  expect(report.rows.length).toBeGreaterThan(0);
  expect(report.rows.length + report.absent.length).toBe(3);
  expect(report.rows.map(({ program }) => program)).toEqual(report.programs.map(({ name }) => name));
  for (const row of report.rows) {
    expect(row).toMatchObject({ series: "linear", kind: "form", points: 16, starts: 64, goodShare: 1 });
    expect(row.fitsPerSecond).toBeGreaterThan(1000);
    expect(row.goodFitsPerSecond).toBe(row.fitsPerSecond);
    expect(row.iterations).toBeGreaterThan(0);
    // Of 64 starts all are good: 1 - 64/65 squared is not yet 1e-6, its fourth power is.
    expect(row.startsNeeded).toBe(4);
    expect(row.search).toMatchObject({ starts: 8, isGood: true });
    expect(row.search!.problemsPerSecond).toBeGreaterThan(10);
  }
});

test.skipIf(!hasPortable)(
  "TensorFlow.js is measured where it is named, from the same starts to the same best",
  async () => {
    const report = await runBench({
      ...tiny,
      forms: ["linear"],
      backends: ["portable", "tfjs"],
      peers: [],
    });
    expect(report.rows.map(({ program }) => program)).toEqual(["lawfit-wasm", "lawfit-tfjs"]);
    for (const row of report.rows) expect(row).toMatchObject({ starts: 64, goodShare: 1 });
    expect(report.programs[1]!.version).toMatch(/^tfjs 4/);
  },
);

test("a peer is measured from the same starts, and reaches the same best", async () => {
  const report = await runBench({
    ...tiny,
    forms: ["sigmoid"],
    backends: ["native"],
    peers: ["ml-levenberg-marquardt"],
    seconds: 0.3,
  });
  const peer = report.rows.find(({ program }) => program === "ml-levenberg-marquardt")!;
  expect(peer.starts).toBeGreaterThan(0);
  expect(peer.goodShare).toBeGreaterThan(0);
  expect(peer.lawfitRatio).toBeGreaterThan(1);
});

test("with $LAWFIT_INSTRUCTION_SET as it was", async () => {
  vi.stubEnv("LAWFIT_INSTRUCTION_SET", "scalar-fma");
  const report = await runBench({ ...tiny, forms: ["sigmoid"], backends: ["native", "avx2"], peers: [] });
  expect(process.env.LAWFIT_INSTRUCTION_SET).toBe("scalar-fma");
  const absent = Object.fromEntries(report.absent.map(({ name, reason }) => [name, reason]));
  expect(absent["lawfit-avx2"]).toMatch(/native takes scalar-fma here|no C\+\+ compiler/);
  vi.unstubAllEnvs();
});

test.each([
  [
    { forms: ["sigmiod"] },
    /^--forms: unknown name "sigmiod"; allowed: chinchilla, .*; did you mean "sigmoid"\?$/,
  ],
  [{ backends: ["cuda"] }, /^--backends: unknown name "cuda"; allowed: native, avx2, portable, tfjs$/],
  [{ peers: ["cere"] }, /^--peers: unknown name "cere"; allowed: .*; did you mean "ceres"\?$/],
  [{ series: [], forms: [] }, /nothing is left to measure$/],
  [{ real: "/no/such/folder" }, /^\/no\/such\/folder: no such folder$/],
])("names that are unknown: %j", async (options, message) => {
  await expect(runBench(options)).rejects.toThrow(message);
});

let folder: string;
let output: { stdout: string; stderr: string };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lawfit-bench-"));
  output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    vi.spyOn(process[name], "write").mockImplementation((text) => {
      output[name] += String(text);
      return true;
    });
  }
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = 0;
  await rm(folder, { recursive: true });
});

test("the command writes JSON to a file and a table to the screen", async () => {
  const out = join(folder, "bench.json");
  await runCommandLine(
    `bench --forms linear --backends native,portable --peers none --starts 64 --repetitions 1 --out ${out}`.split(
      " ",
    ),
  );
  expect(output.stdout).toMatch(/^series +program +threads +starts/);
  const report = JSON.parse(await readFile(out, "utf8")) as BenchReport;
  expect(report).toMatchObject({ starts: 64, repetitions: 1, data: null });
  expect(report.rows.length).toBeGreaterThan(0);
  await runCommandLine(["bench", "--out", out]);
  expect(output.stderr).toContain(`${out}: already exists; give another --out, or --force to replace it`);
  expect(process.exitCode).toBe(2);
});

test("--check with nothing that fails leaves the exit code 0", async () => {
  await runCommandLine("bench --forms linear --peers none --starts 8 --repetitions 1 --check".split(" "));
  expect(output.stdout).toContain("0 failed, 12 not measured");
  expect(process.exitCode ?? 0).toBe(0);
});

test.each([
  ["bench --seconds 0", '--seconds: "0"; allowed: a number > 0'],
  ["bench --starts many", '--starts: "many"; allowed: a whole number >= 1'],
  ["bench --series piqa", '--series: unknown name "piqa"'],
])("bad input: %s", async (words, message) => {
  await runCommandLine(words.split(" "));
  expect(output.stderr).toContain(message);
  expect(process.exitCode).toBe(2);
});

import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { loadCompiled } from "../../src/solve/compiled-library.ts";
import type { Problem, SolveOptions } from "../../src/solve/problem.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { cxx } from "../kernels/toolchains.ts";
import { cases, problemOf } from "./cases.ts";

const problem = problemOf(cases.find(({ form }) => form.name === "linear")!, { noise: 0.1 });
const options: SolveOptions = { backend: "native", starts: 8 };
const { LAWFIT_CACHE, CXX } = process.env;

describe.skipIf(cxx === undefined)("the cache of compiled kernels (skipped without a C++ compiler)", () => {
  let folder: string;
  let cache: string;
  let calls: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lawfit-cache-"));
    cache = join(folder, "not there yet", "cache");
    calls = join(folder, "calls");
    writeFileSync(calls, "");
    // A compiler that notes each of its compilations, then does them.
    const compiler = join(folder, "c++");
    writeFileSync(
      compiler,
      `#!/bin/sh\n[ "$1" = --version ] || echo "$@" >> "${calls}"\nexec "${cxx}" "$@"\n`,
    );
    chmodSync(compiler, 0o755);
    process.env.LAWFIT_CACHE = cache;
    process.env.CXX = compiler;
  });

  afterEach(() => {
    for (const [name, value] of Object.entries({ LAWFIT_CACHE, CXX })) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    rmSync(folder, { recursive: true });
  });

  const compilations = (): string[] => readFileSync(calls, "utf8").split("\n").filter(Boolean);
  const solverCompilations = (): string[] => compilations().filter((line) => line.includes("cpu.cpp"));

  test("a kernel is compiled once, whatever is solved with it", async () => {
    const other: Problem = { ...problem, response: problem.response.map((y) => y + 1), key: "other" };
    await solveProblems([problem, other, problem], options);
    const first = compilations();
    expect(solverCompilations()).toHaveLength(1);
    const files = readdirSync(cache);
    const times = files.map((file) => statSync(join(cache, file)).mtimeMs);
    await solveProblems([problem], { ...options, seed: 5, starts: 20 });
    expect(compilations()).toEqual(first);
    expect(readdirSync(cache)).toEqual(files);
    expect(files.map((file) => statSync(join(cache, file)).mtimeMs)).toEqual(times);
  });

  test("another loss or residual is another kernel", async () => {
    await solveProblems([problem], options);
    await solveProblems([{ ...problem, loss: { kind: "huber", delta: 0.1 } }], options);
    await solveProblems([{ ...problem, loss: { kind: "huber", delta: 0.2 } }], options);
    expect(solverCompilations()).toHaveLength(2);
  });

  test("two makers of the same kernel at once both get it, and leave nothing else behind", async () => {
    const compiler = { command: process.env.CXX!, program: process.env.CXX!, words: [], version: "any" };
    const make = async (): Promise<string> => {
      const { library } = await loadCompiled("same", compiler, "processor.cpp", ["-O1", "-std=c++17"]);
      return (library.func("const char* lawfit_instruction_set()") as () => string)();
    };
    const [one, two] = await Promise.all([make(), make()]);
    expect(one).toBe(two);
    expect(readdirSync(cache).map((file) => file.replace(/\..*/, ""))).toEqual(["same"]);
    expect(compilations()).toHaveLength(2);
    await make();
    expect(compilations()).toHaveLength(2);
  });

  test("a compiler that fails leaves no kernel, and its words are in the error", async () => {
    const compiler = { command: process.env.CXX!, program: process.env.CXX!, words: [], version: "any" };
    const failed = loadCompiled("bad", compiler, "processor.cpp", ["-fno-such-flag"]);
    await expect(failed).rejects.toThrow(/could not compile a kernel: .*no-such-flag/s);
    expect(readdirSync(cache)).toEqual([]);
  });

  test("a cache that cannot be written is a user's mistake that names the folder", async () => {
    mkdirSync(join(folder, "not there yet"));
    writeFileSync(cache, "a file where the folder should be");
    const error: unknown = await solveProblems([problem], options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toContain(cache);
    expect((error as UserError).message).toContain("LAWFIT_CACHE");
  });

  test("an empty file, as a power failure may leave, is made anew", async () => {
    await solveProblems([problem], options);
    const first = solverCompilations().length;
    // In another folder: a library that this process has loaded stays loaded under its path.
    const damaged = join(folder, "damaged");
    mkdirSync(damaged);
    for (const file of readdirSync(cache)) writeFileSync(join(damaged, file), "");
    process.env.LAWFIT_CACHE = damaged;
    const [result] = await solveProblems([problem], options);
    expect(result).toHaveProperty("solution");
    expect(solverCompilations()).toHaveLength(first + 1);
  });
});

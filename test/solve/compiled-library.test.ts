import {
  appendFileSync,
  chmodSync,
  existsSync,
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
import { Libraries } from "../../src/solve/compiled-library.ts";
import type { Compiler } from "../../src/solve/compiler.ts";
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
  /** Kernels that were compiled, each of them in two parts. */
  const solverCompilations = (): string[] => compilations().filter((line) => line.includes("LF_PART=1"));

  test("a kernel is compiled once, whatever is solved with it", async () => {
    const other: Problem = { ...problem, response: problem.response.map((y) => y + 1), key: "other" };
    await solveProblems([problem, other, problem], options);
    const first = compilations();
    expect(solverCompilations()).toHaveLength(1);
    expect(first.filter((line) => line.includes("LF_PART=2"))).toHaveLength(1);
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

  const compiler = (): Compiler => {
    const command = process.env.CXX!;
    return { command, program: command, words: [], version: "any" };
  };
  const hash = "0".repeat(32);
  const make = async (...flags: string[]): Promise<string> => {
    const libraries = new Libraries();
    try {
      return await libraries.instructionSet(hash, compiler(), "processor.cpp", [
        "-O1",
        "-std=c++17",
        ...flags,
      ]);
    } finally {
      await libraries.close();
    }
  };

  test("makers of the same kernel at once all get it, though their compilers differ, and leave nothing else behind", async () => {
    // Bytes behind a library's end do it no harm.
    appendFileSync(compiler().command, 'while [ "$1" != -o ]; do shift; done; echo $$ >> "$2"\n');
    writeFileSync(
      compiler().command,
      readFileSync(compiler().command, "utf8").replace(/^exec (.*)$/m, "$1 || exit 1"),
    );
    const [one, two, three] = await Promise.all([make(), make(), make()]);
    expect([two, three]).toEqual([one, one]);
    expect(readdirSync(cache)).toEqual([`${hash}.so`]);
    expect(compilations()).toHaveLength(3);
    await make();
    expect(compilations()).toHaveLength(3);
  });

  test("a compiler that fails leaves no kernel, and its words are in the error", async () => {
    await expect(make("-fno-such-flag")).rejects.toThrow(/could not compile a kernel .*no-such-flag/s);
    expect(existsSync(cache)).toBe(false);
  });
});

import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { describeBackends, openBackend } from "../../src/solve/backends.ts";
import { backendChoices, type SolveOptions } from "../../src/solve/problem.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { cxx, hasPortable, setsHere } from "../kernels/toolchains.ts";
import { cases, problemOf } from "./cases.ts";

const environment = { ...process.env };

afterEach(() => {
  for (const name of ["CXX", "LAWFIT_INSTRUCTION_SET"]) {
    if (environment[name] === undefined) delete process.env[name];
    else process.env[name] = environment[name];
  }
});

const linear = problemOf(cases.find(({ form }) => form.name === "linear")!, { noise: 0.1 });
const own = problemOf(cases.find(({ builtIn }) => !builtIn)!, { noise: 0.1 });

const refused: [string, Promise<unknown> | (() => Promise<unknown>), string][] = [
  [
    "an unknown backend",
    () => openBackend("gpu" as NonNullable<SolveOptions["backend"]>),
    'backend "gpu" is unknown; allowed: auto, cuda, cpu, native, portable, tfjs',
  ],
  ["no threads", () => openBackend("auto", 0), "threads: 0 is not allowed; a whole number from 1 on"],
  ["half a thread", () => openBackend("auto", 1.5), "threads: 1.5 is not allowed; a whole number from 1 on"],
];

test("docs/solver.md has a row for each backend", () => {
  const page = readFileSync(new URL("../../docs/solver.md", import.meta.url), "utf8");
  const table = /\| backend \|.*\n(?:\|.*\n)+/.exec(page)![0];
  const rows = table.matchAll(/^\| `(\w+)` \|/gm);
  const named = Array.from(rows, ([, name]) => name);
  expect([...named, "auto", "cpu"].sort()).toEqual([...backendChoices].sort());
});

test.each(refused)("%s is a user's mistake", async (_, open, message) => {
  const error: unknown = await (open as () => Promise<unknown>)().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).toContain(message);
});

describe.skipIf(cxx === undefined)("instruction sets (skipped without a C++ compiler)", () => {
  test("an unknown one is refused with the allowed ones", async () => {
    process.env.LAWFIT_INSTRUCTION_SET = "sse9";
    await expect(openBackend("native")).rejects.toThrow(
      new UserError(`LAWFIT_INSTRUCTION_SET: "sse9" is unknown; allowed: ${setsHere.join(", ")}`),
    );
  });

  test("one that the processor lacks is refused before anything runs", async () => {
    const foreign = process.arch === "arm64" ? "avx2" : "neon";
    process.env.LAWFIT_INSTRUCTION_SET = foreign;
    await expect(openBackend("native")).rejects.toThrow(
      new UserError(
        `LAWFIT_INSTRUCTION_SET: "${foreign}" does not run on this processor; allowed: ${setsHere.join(", ")}`,
      ),
    );
  });

  test("the one taken is in the description", async () => {
    process.env.LAWFIT_INSTRUCTION_SET = "scalar";
    const backend = await openBackend("native", 3);
    expect(backend.description).toMatch(/^cpu, scalar \(1 lanes?\), 3 threads, .*\d/);
    await backend.close();
  });
});

describe.skipIf(!hasPortable)("without a C++ compiler (skipped without WebAssembly kernels)", () => {
  const missing = "/nowhere/c++";

  test("the native backend says why it cannot be had", async () => {
    process.env.CXX = missing;
    await expect(openBackend("native")).rejects.toThrow(
      new UserError(`backend native: no C++ compiler (${missing}: not found)`),
    );
    expect(await describeBackends()).toEqual([
      expect.objectContaining({ name: "cuda" }),
      { name: "native", available: false, detail: `no C++ compiler (${missing}: not found)` },
      { name: "portable", available: true, detail: expect.stringContaining("WebAssembly") },
      { name: "tfjs", available: true, detail: expect.stringContaining("tfjs") },
    ]);
  });

  test("auto takes the portable backend, and built-in forms are solved", async () => {
    process.env.CXX = missing;
    const said: unknown[] = [];
    const [result] = await solveProblems([linear], { onBackend: (...words) => said.push(words) });
    expect(result).toHaveProperty("solution");
    const reasons = [expect.stringMatching(/^cuda: /), `native: no C++ compiler (${missing}: not found)`];
    expect(said).toEqual([[expect.stringContaining("WebAssembly"), reasons]]);
  });

  test("a form of a user's own is interpreted; a larger one is refused with the way out", async () => {
    process.env.CXX = missing;
    const [result] = await solveProblems([own]);
    expect(result).toHaveProperty("solution");
    const backend = await openBackend("portable", 1);
    const how = { logResidual: false, robust: false, resampling: "none" } as const;
    const kernel = backend.kernel({ formSource: "of a large form", parameters: 9, ...how });
    const error: unknown = await kernel.catch((thrown: unknown) => thrown);
    await backend.close();
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toMatch(
      /no WebAssembly kernel.*interprets others of up to 8 parameters; with a C\+\+ compiler/,
    );
  });
});

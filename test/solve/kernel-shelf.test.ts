import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { KernelCounts, SolveOptions } from "../../src/solve/problem.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { cxx, hasPortable } from "../kernels/toolchains.ts";
import { cases, problemOf } from "./cases.ts";

const [linear, powerLaw] = ["linear", "power-law"].map((name) =>
  problemOf(cases.find(({ form }) => form.name === name)!, { noise: 0.1 }),
);
const squared = { kind: "squared" } as const;
const huber = { kind: "huber", delta: 0.1 } as const;

/** Two forms, one of them under two losses, one of those twice. */
const problems = [
  { ...linear!, loss: squared },
  { ...linear!, loss: huber },
  { ...linear!, loss: huber, key: "again" },
  { ...powerLaw!, loss: squared },
];

describe("kernels that were needed, and those compiled for it", () => {
  let cache: string;
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), "lawfit-cache-"));
    vi.stubEnv("LAWFIT_CACHE", cache);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(cache, { recursive: true });
  });

  /** The kernels that are said to be compiled, each time. */
  const said: (readonly string[])[] = [];

  async function countsOf(
    backend: NonNullable<SolveOptions["backend"]>,
    options: SolveOptions = {},
    solved = problems,
  ): Promise<KernelCounts | undefined> {
    said.length = 0;
    let counts: KernelCounts | undefined;
    await solveProblems(solved, {
      backend,
      starts: 2,
      ...options,
      onCompile: (kernels) => said.push(kernels),
      onKernels: (told) => {
        counts = told;
      },
    });
    return counts;
  }

  test.skipIf(cxx === undefined)("native: all at first, then none (skipped without a compiler)", async () => {
    expect(await countsOf("native")).toEqual({ kernels: 3, compiled: 3 });
    expect(said).toEqual([["linear", "linear", "power-law"]]);
    expect(await countsOf("native")).toEqual({ kernels: 3, compiled: 0 });
    expect(said).toEqual([]);
    const [one] = problems;
    expect(await countsOf("native", { resampling: "moved" }, [one!])).toEqual({ kernels: 2, compiled: 1 });
    expect(said).toEqual([["linear (resampled)"]]);
  });

  test.skipIf(!hasPortable)(
    "portable: one for each form, all of the package (skipped where it is absent)",
    async () => {
      expect(await countsOf("portable")).toEqual({ kernels: 2, compiled: 0 });
    },
  );
});

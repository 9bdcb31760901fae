import { expect, test, vi } from "vitest";
import { openBackend } from "../../src/solve/backends.ts";
import { solveReplicatesOn } from "../../src/solve/resample.ts";
import type { Resampling } from "../../src/solve/resampling.ts";
import { solveProblemsOn } from "../../src/solve/solve.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { caseOf, problemOf } from "./cases.ts";

const { LAWFIT_REAL_COMPILER: real } = process.env;
const { folder } = temporaryFolder();

const robust = { noise: 0.01, loss: { kind: "huber", delta: 0.01 }, residual: "log" } as const;
const law = problemOf(caseOf("chinchilla"), robust);
const line = problemOf(caseOf("linear"), { noise: 0.01 });
const runs: Resampling = {
  population: "runs",
  draw: {
    kind: "groups",
    group: Int32Array.from(line.response, (_, i) => i),
    strata: [line.response.length],
  },
};

/** Fits of a law and a line, and replicates of the line. */
async function solved(): Promise<unknown> {
  const backend = await openBackend("native", 2);
  try {
    const problems = [law, line];
    const fits = await solveProblemsOn(backend, problems, { starts: 64, seed: 2 });
    return [fits, await solveReplicatesOn(backend, line, runs, { replicates: 20 })];
  } finally {
    await backend.close();
  }
}

test.skipIf(real === undefined)(
  "kernels as the suite compiles them give the bits of kernels as users have them (skipped without a C++ compiler)",
  async () => {
    const quick = await solved();
    vi.stubEnv("CXX", real!);
    vi.stubEnv("LAWFIT_CACHE", folder);
    const usual = await solved().finally(() => vi.unstubAllEnvs());
    expect(quick).toEqual(usual);
  },
);

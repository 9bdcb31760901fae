import { describe, expect, it } from "vitest";
import { openBackend } from "../../src/solve/backends.ts";
import { openCuda } from "../../src/solve/cuda/backend.ts";
import type { KernelRequest } from "../../src/solve/kernel.ts";
import { openNative } from "../../src/solve/native.ts";
import { packProblem, variantOf } from "../../src/solve/pack.ts";
import type { Problem } from "../../src/solve/problem.ts";
import { solveReplicatesOn } from "../../src/solve/resample.ts";
import type { Resampling } from "../../src/solve/resampling.ts";
import { solveProblemsOn } from "../../src/solve/solve.ts";
import { caseOf, problemOf } from "../solve/cases.ts";
import { buildStandIn, devicePtx, noStandIn } from "../solve/cuda/stand-in/stand-in.ts";
import { wholeCrosses } from "../whole-crosses.ts";
import { compileDeviceProgram } from "./cuda-host.ts";
import { architectures, hasNvcc, kernelsFor, machineCode } from "./nvcc.ts";
import { compiler } from "./toolchains.ts";

const training = { steps: 40, learningRate: 0.05, weightDecay: 0.01 };
const problem: Problem = { ...problemOf(caseOf("network-5-3"), { noise: 0.02 }), training };

/** A resampling that weighs the points anew, and one that moves the responses. */
const resamplings: Record<string, Resampling> = {
  "groups of points": {
    population: "runs",
    draw: { kind: "groups", group: Int32Array.from({ length: 60 }, (_, i) => i % 12), strata: [12] },
  },
  "wild factors": {
    population: "runs",
    draw: {
      kind: "wild",
      runLengths: [15, 15, 30],
      residual: Float64Array.from({ length: 60 }, (_, i) => 0.02 * Math.sin(5 * i)),
    },
  },
};

describe("training by nvcc", () => {
  // The training itself is the same under every resampling.
  const wanted = wholeCrosses ? architectures : (["sm_90"] as const);
  const resamplings = wholeCrosses ? (["none", "reweighted", "moved"] as const) : (["reweighted"] as const);
  it.skipIf(!hasNvcc).each(resamplings)(
    "network-5-3 is assembled and spills no registers, resampled: %s",
    async (resampling) => {
      const codes = await machineCode({ ...variantOf(problem), resampling }, wanted);
      const found = codes.map(({ architecture, kernel }) => `${architecture} ${kernel}`);
      expect(found.sort()).toEqual(kernelsFor(wanted));
      for (const { architecture, kernel, spills } of codes)
        expect(spills, `${architecture} ${kernel}`).toBe(0);
    },
  );
});

describe("training by the device's source on the host", () => {
  // Without resamples it is trained through the whole backend, below.
  const drawn = wholeCrosses ? [undefined, ...Object.keys(resamplings)] : ["groups of points"];
  const cases = drawn.flatMap((resampled) =>
    [false, true].map((warps) => ({ resampled, warps, who: warps ? "a warp" : "a thread" })),
  );
  it.skipIf(!compiler).each(cases)(
    "$who a fit, resampled by $resampled: as the native backend",
    async ({ resampled, warps }) => {
      const native = await openNative(1);
      if ("reason" in native) throw new Error(native.reason);
      const packed = packProblem(problem, resampled === undefined ? undefined : resamplings[resampled]);
      const variant = variantOf(problem, packed.population);
      const [starts, count] = warps ? [2, 4] : [3, 33];
      const request: KernelRequest = {
        ...packed,
        seed: 3,
        firstStart: 0,
        firstResample: resampled === undefined ? 0 : 9,
        count: resampled === undefined ? starts : count,
        starts,
        each: false,
        limit: training.steps,
        tolerance: 0,
        polish: false,
      };
      const device = await compileDeviceProgram(compiler!, variant);
      const [found] = device([request], { warps, threads: 64, sharedNumbers: 1000 });
      const expected = await (await native.kernel(variant)).solve(request);
      expect(found!.termination).toEqual(expected.termination);
      if (!warps) expect(found).toEqual(expected);
      // Warps add up the points in another order.
      expected.parameters.forEach((value, i) => {
        expect(Math.abs(found!.parameters[i]! / value - 1)).toBeLessThan(1e-9);
      });
    },
  );

  it.skipIf(noStandIn !== undefined)(
    "through the whole backend, with few points and with many, as the native backend",
    async () => {
      const many = Array.from({ length: 520 }, (_, i) =>
        [0.618, 0.414, 0.732, 0.236, 0.646].map((step) => 2 * ((step * (i + 1)) % 1) - 1),
      );
      const short = { ...training, steps: 5 };
      const large = problemOf({ ...caseOf("network-5-3"), points: many }, { noise: 0.02 });
      const problems = [problem, { ...large, training: short, key: "many points" }];
      const driver = await buildStandIn();
      driver.setUp("multiprocessors=2");
      const native = await openBackend("native", 1);
      const backend = await openCuda({ openFallback: () => openBackend("native", 1), ptxFor: devicePtx });
      if ("reason" in backend) throw new Error(backend.reason);
      try {
        const found = await solveProblemsOn(backend, problems, { starts: 5 });
        const wanted = await solveProblemsOn(native, problems, { starts: 5 });
        found.forEach((result, i) => {
          const [a, b] = [result, wanted[i]!].map((one) => {
            if ("skipped" in one) throw new Error(one.skipped.reason);
            return one.solution;
          });
          expect(a).toMatchObject({ termination: "trained", iterations: b!.iterations, starts: 5 });
          b!.parameters.forEach((value, k) => {
            expect(Math.abs(a!.parameters[k]! / value - 1)).toBeLessThan(1e-9);
          });
        });
        const resampling = resamplings["groups of points"]!;
        const options = { replicates: 7, starts: 3 };
        expect(await solveReplicatesOn(backend, problem, resampling, options)).toEqual(
          await solveReplicatesOn(native, problem, resampling, options),
        );
        expect(backend.statistics.fellBack).toBe(0);
      } finally {
        await backend.close();
        const violations = driver.violations();
        driver.remove();
        expect(violations).toEqual([]);
      }
    },
  );
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { defineForm } from "../../../src/forms/define-form.ts";
import { openBackend } from "../../../src/solve/backends.ts";
import { type CudaBackend, type CudaOptions, openCuda } from "../../../src/solve/cuda/backend.ts";
import { requestBytes } from "../../../src/solve/cuda/batch.ts";
import { driverFunctions } from "../../../src/solve/cuda/library.ts";
import type { KernelRequest } from "../../../src/solve/kernel.ts";
import { packProblem, startRangeOf, variantOf } from "../../../src/solve/pack.ts";
import type { Problem, SolveResult } from "../../../src/solve/problem.ts";
import { type ReplicateOptions, solveReplicatesOn } from "../../../src/solve/resample.ts";
import { structuredStarts } from "../../../src/solve/search/structure.ts";
import { solveProblemsOn } from "../../../src/solve/solve.ts";
import { scaleProblem } from "../../../src/solve/units.ts";
import { largeProblem, smallProblems } from "./problems.ts";
import { buildStandIn, hostPtx, noStandIn, type StandIn } from "./stand-in/stand-in.ts";

/** Starts of each problem: more than a request of the cpu's backends has. */
const starts = 140;

describe.skipIf(noStandIn !== undefined)(
  `the cuda backend on a stand-in for libcuda (${noStandIn ?? "built"})`,
  () => {
    let driver: StandIn;
    let warnings: string[];

    beforeAll(async () => {
      driver = await buildStandIn();
    });
    afterAll(() => driver.remove());
    beforeEach(() => {
      driver.setUp();
      warnings = [];
    });
    // Whatever a test does: no rule of the driver is broken, and everything is given back.
    afterEach(() => {
      expect(driver.violations()).toEqual([]);
      expect(driver.alive()).toEqual([]);
    });

    async function open(options: Partial<CudaOptions> = {}): Promise<CudaBackend> {
      const backend = await openCuda({
        openFallback: () => openBackend("native", 2),
        ptxFor: hostPtx,
        onWarning: (line) => warnings.push(line),
        ...options,
      });
      if ("reason" in backend) throw new Error(backend.reason);
      return backend;
    }

    /** Solves on the stand-in, and closes. */
    async function solveOnCuda(
      problems: Problem[],
      settings = "",
      options: Partial<CudaOptions> = {},
    ): Promise<{ results: SolveResult[]; statistics: CudaBackend["statistics"] }> {
      driver.setUp(settings);
      const backend = await open(options);
      try {
        const results = await solveProblemsOn(backend, problems, { starts });
        return { results, statistics: backend.statistics };
      } finally {
        await backend.close();
      }
    }

    async function solveOnNative(problems: Problem[]): Promise<SolveResult[]> {
      const backend = await openBackend("native", 2);
      try {
        return await solveProblemsOn(backend, problems, { starts });
      } finally {
        await backend.close();
      }
    }

    const problems = [...smallProblems(12), largeProblem()];
    let expected: SolveResult[];
    beforeAll(async () => {
      expected = await solveOnNative(problems);
      expect(expected.every((result) => "solution" in result)).toBe(true);
    });

    describe("answers", () => {
      test("are those of the native backend, bit by bit, each start solved once", async () => {
        const { results, statistics } = await solveOnCuda(problems);
        expect(results).toEqual(expected);
        // Those of the forms' structure, and one start more a problem: the best, made exact.
        const structured = problems.map((problem) => structuredStarts(scaleProblem(problem).problem, {}));
        const others = structured.reduce((sum, count) => sum + count + 1, 0);
        expect(statistics.fits).toBe(problems.length * starts + others);
        expect(warnings).toEqual([]);
      });

      test("fits of many points go to warps, of few to threads, with their points in shared memory", async () => {
        await solveOnCuda(problems);
        const launches = driver.log().filter((line) => line.startsWith("launch"));
        const shared = (kernel: string) =>
          new Set(
            launches.flatMap((line) =>
              line.includes(kernel) ? [Number(/shared=(\d+)/.exec(line)![1])] : [],
            ),
          );
        expect(shared("lawfit_threads")).toEqual(new Set([(2 + 2) * 16 * 8]));
        expect(shared("lawfit_warps")).toEqual(new Set([(1 + 2) * 700 * 8]));
      });

      test("a problem too large for shared memory is solved where it is", async () => {
        const wide = largeProblem(6000);
        const { results } = await solveOnCuda([wide]);
        expect(results).toEqual(await solveOnNative([wide]));
        expect(driver.log().filter((line) => line.startsWith("launch"))[0]).toContain("shared=0");
      });

      test("random starts are those of the other backends", async () => {
        const [problem] = smallProblems(1);
        const { problemKey } = packProblem(problem!);
        const wanted = { seed: 3, problemKey, firstStart: 5, count: 200 };
        const variant = variantOf(problem!);
        const cuda = await open();
        const native = await openBackend("native", 1);
        const range = startRangeOf(problem!);
        try {
          expect(await (await cuda.kernel(variant)).starts(wanted, range)).toEqual(
            await (await native.kernel(variant)).starts(wanted, range),
          );
        } finally {
          await cuda.close();
          await native.close();
        }
      });

      test("only the best of each resample comes back, bit by bit that of the native backend", async () => {
        const options: ReplicateOptions = { replicates: 2000, starts: 3 };
        for (const problem of [smallProblems(1)[0]!, largeProblem()]) {
          const points = problem.response.length;
          const few = points < 512 ? options : { ...options, replicates: 60 };
          const group = Int32Array.from({ length: points }, (_, i) => Math.floor((16 * i) / points));
          const draw = { kind: "groups", group, strata: [6, 10] } as const;
          const resampling = { population: "runs", draw };
          const cuda = await open();
          const native = await openBackend("native", 2);
          try {
            const found = await solveReplicatesOn(cuda, problem, resampling, few);
            expect(found).toEqual(await solveReplicatesOn(native, problem, resampling, few));
            const width = problem.form.parameterNames.length;
            const row = 8 * (2 + width) + 16;
            expect(cuda.statistics.fits).toBe(3 * few.replicates);
            expect(cuda.statistics.bytesFromDevice).toBe(few.replicates * (3 * 8 + row));
          } finally {
            await cuda.close();
            await native.close();
          }
        }
        expect(warnings).toEqual([]);
      });

      test("memory that cannot be pinned is copied all the same", async () => {
        const { results } = await solveOnCuda(problems, "pinning=0");
        expect(results).toEqual(expected);
      });
    });

    describe("batches", () => {
      test("what is asked for within a turn goes together, on two streams, in memory that is kept", async () => {
        const many = smallProblems(60);
        const { statistics } = await solveOnCuda(many, "multiprocessors=100");
        expect(statistics.pieces).toBeGreaterThanOrEqual(120);
        expect(statistics.batches).toBeLessThanOrEqual(8);
        const calls = driver.calls();
        expect(calls.get("cuLaunchKernel")).toBe(statistics.batches);
        expect(calls.get("cuMemcpyHtoDAsync_v2")).toBe(statistics.batches);
        expect(calls.get("cuMemcpyDtoHAsync_v2")).toBe(statistics.batches);
        expect(calls.get("cuModuleLoadData")).toBe(1);
        expect(calls.get("cuStreamCreate")).toBe(2);
        expect(calls.get("cuMemAlloc_v2")).toBeLessThanOrEqual(4);
      });

      test("the points of a problem are copied once for all its pieces", async () => {
        const [problem] = smallProblems(1);
        const { statistics } = await solveOnCuda([problem!], "multiprocessors=100");
        const numbers = (2 + 2) * 16 + (4 + 4 * 5 + 2 * 2);
        // The starts in two pieces, then one start given.
        expect(statistics.pieces).toBe(3);
        expect(statistics.batches).toBe(2);
        expect(statistics.bytesToDevice).toBe(requestBytes * 3 + 8 * (2 * numbers + 5));
      });

      test("several devices share the batches", async () => {
        const { results, statistics } = await solveOnCuda(problems, "devices=3");
        expect(results).toEqual(expected);
        expect(statistics.devices).toBe(3);
        const devices = new Set(driver.log().map((line) => /device=(\d)/.exec(line)![1]));
        expect(devices).toEqual(new Set(["0", "1", "2"]));
      });

      test("a device is opened only when there is work for it", async () => {
        const { statistics } = await solveOnCuda(smallProblems(1), "devices=8 multiprocessors=100");
        expect(statistics.devices).toBe(1);
      });

      test("the event loop turns while the device works", async () => {
        const backend = await open();
        let turns = 0;
        const timer = setInterval(() => ++turns, 0);
        try {
          await solveProblemsOn(backend, problems, { starts });
        } finally {
          clearInterval(timer);
          await backend.close();
        }
        expect(turns).toBeGreaterThan(3);
      });
    });

    describe("memory that runs out", () => {
      test.each([
        ["at the first allocations", "cuMemAlloc_v2#1=2 cuMemAlloc_v2#2=2"],
        ["above a size, again and again", "multiprocessors=100 cuMemAlloc_v2>60000=2"],
      ])("%s: the batch is halved and all goes on", async (_, faults) => {
        // The large problem's starts on its grid may be the first batch, which cannot be halved twice.
        const { results, statistics } = await solveOnCuda(smallProblems(12), faults);
        expect(results).toEqual(expected.slice(0, 12));
        expect(statistics.halvings).toBeGreaterThan(0);
        expect(statistics.fellBack).toBe(0);
        expect(warnings).toEqual(["GPU 0 ran out of memory; its batches are halved until they fit"]);
      });

      test("batches are cut to what the device has free", async () => {
        const { results, statistics } = await solveOnCuda(problems, "memory=200000 multiprocessors=1000");
        expect(results).toEqual(expected);
        expect(statistics.fellBack).toBe(0);
        expect(statistics.batches).toBeGreaterThan(4);
      });

      test("a device without room for one start leaves the problem to the cpu, and says so once", async () => {
        const { results, statistics } = await solveOnCuda(problems, "cuMemAlloc_v2=2");
        expect(results).toEqual(expected);
        // Starts on a grid of its own are a request more.
        const gridded = problems.filter((problem) => scaleProblem(problem).problem.gridRange !== undefined);
        expect(statistics.fellBack).toBe(2 * problems.length + gridded.length);
        expect(warnings).toHaveLength(2);
        expect(warnings[1]).toMatch(
          /^GPU 0 has no memory free for one fit of a problem of .+; problems that do not fit are solved on the cpu$/,
        );
      });
    });

    describe("kernels", () => {
      const counted = async (settings: string, options: Partial<CudaOptions> = {}) => {
        driver.setUp(settings);
        const backend = await open(options);
        try {
          await solveProblemsOn(backend, problems, { starts: 2 });
          return backend.kernelCounts();
        } finally {
          await backend.close();
        }
      };
      const ptxFor: CudaOptions["ptxFor"] = async (variant, capability) => {
        return { ...(await hostPtx(variant, capability)), isCompiled: variant.robust && variant.logResidual };
      };

      test("are counted once each, on one device or several, with those that were compiled", async () => {
        expect(await counted("", { ptxFor })).toEqual({ kernels: 2, compiled: 1 });
        expect(await counted("devices=2", { ptxFor })).toEqual({ kernels: 2, compiled: 1 });
      });

      test("of the backend that stands in for a device are counted too", async () => {
        expect(await counted("cuLaunchKernel=719", { ptxFor })).toEqual({ kernels: 4, compiled: 1 });
      });

      test("that no GPU has are the other backend's alone", async () => {
        const none = () => Promise.reject(new Error("no PTX here"));
        expect(await counted("", { ptxFor: none })).toEqual({ kernels: 2, compiled: 0 });
      });
    });

    describe("a device that is lost", () => {
      const names: Record<number, string> = {
        700: "CUDA_ERROR_ILLEGAL_ADDRESS",
        719: "CUDA_ERROR_LAUNCH_FAILED",
        214: "CUDA_ERROR_ECC_UNCORRECTABLE",
        46: "CUDA_ERROR_DEVICE_UNAVAILABLE",
      };
      test.each([
        ["while a kernel runs", "run#1=700", 700],
        ["while a later kernel runs", "run#3=719", 719],
        ["at a launch", "cuLaunchKernel#2=719", 719],
        ["at a copy", "cuMemcpyHtoDAsync_v2#2=214", 214],
        ["at the copy back", "cuMemcpyDtoHAsync_v2#1=214", 214],
        ["when it is opened", "cuDevicePrimaryCtxRetain=46", 46],
      ])("%s: the cpu answers what is left, with one warning, the same bits", async (_, faults, code) => {
        const { results, statistics } = await solveOnCuda(problems, faults);
        expect(results).toEqual(expected);
        expect(warnings).toHaveLength(1);
        expect(warnings[0]).toMatch(/^GPU 0 \(Stand-in\) is no longer used: could not /);
        expect(warnings[0]).toContain(`(${names[code]}, ${code})`);
        expect(warnings[0]).toMatch(/its unfinished problems are solved on the cpu$/);
        expect(statistics.fellBack).toBeGreaterThan(0);
      });

      test("the other devices take over where there are any", async () => {
        const { results, statistics } = await solveOnCuda(problems, "devices=3 run#1=719");
        expect(results).toEqual(expected);
        expect(statistics.fellBack).toBe(0);
        expect(statistics.lostDevices).toBe(1);
        expect(warnings).toHaveLength(1);
        expect(warnings[0]).toMatch(/are solved on the other GPUs$/);
      });

      test("all devices, one after the other", async () => {
        const { results, statistics } = await solveOnCuda(problems, "devices=2 run#1=719 run#4=700");
        expect(results).toEqual(expected);
        expect(statistics.lostDevices).toBe(2);
        expect(warnings).toHaveLength(2);
      });
    });

    describe("a kernel that cannot be had", () => {
      test("one that the driver refuses is solved on the cpu, the others on the device", async () => {
        const { results, statistics } = await solveOnCuda(problems, "cuModuleLoadData#1=222");
        expect(results).toEqual(expected);
        expect(warnings).toHaveLength(1);
        expect(warnings[0]).toContain("CUDA_ERROR_UNSUPPORTED_PTX_VERSION, 222");
        expect(warnings[0]).toContain("update the driver");
        expect(statistics.lostDevices).toBe(0);
        expect(statistics.batches).toBeGreaterThan(0);
      });

      const ptxFor = () => Promise.reject(new Error("no PTX here"));
      test("one without PTX is solved on the cpu, with a warning", async () => {
        const { results } = await solveOnCuda(problems, "", { ptxFor });
        expect(results).toEqual(expected);
        expect(warnings).toEqual(
          Array(2).fill("no kernel for the GPU: no PTX here; its problems are solved on the cpu"),
        );
      });

      test("or an error, where the user asked for the GPU", async () => {
        await expect(solveOnCuda(problems, "", { ptxFor, strict: true })).rejects.toThrow("no PTX here");
      });
    });

    test("no function of the driver is bound that the backend does not call here", async () => {
      driver.setUp("devices=2 run#1=719");
      const backend = await open();
      try {
        const [problem] = smallProblems(1);
        await solveProblemsOn(backend, problems, { starts });
        const kernel = await backend.kernel(variantOf(problem!));
        const { problemKey } = packProblem(problem!);
        await kernel.starts({ seed: 0, problemKey, firstStart: 0, count: 1 }, startRangeOf(problem!));
      } finally {
        await backend.close();
      }
      expect([...driver.calls().keys()].filter((name) => name.startsWith("cu")).sort()).toEqual(
        [...driverFunctions].sort(),
      );
    });

    test("a form of the user's own runs like a built-in one", async () => {
      const x = Float64Array.from({ length: 12 }, (_, i) => i / 4);
      const form = defineForm({
        name: "line-and-wave",
        expression: "y = a + b*x + c*sin(2*x)",
        variables: { x: "x" },
        parameters: { a: { description: "" }, b: { description: "" }, c: { description: "" } },
        startRanges: { default: { a: [-1, 1], b: [-1, 1], c: [-1, 1] } },
        description: "",
        source: "this test",
      });
      const problem: Problem = {
        form,
        variables: [x],
        response: x.map((value) => 0.5 - 0.25 * value + 0.125 * Math.sin(2 * value)),
        loss: { kind: "squared" },
        residual: "plain",
        key: "own",
      };
      const { results } = await solveOnCuda([problem]);
      const [result] = results;
      const found = result && "solution" in result ? [...result.solution.parameters] : [];
      [0.5, -0.25, 0.125].forEach((value, i) => {
        expect(found[i]).toBeCloseTo(value, 10);
      });
    });

    test("arrays of the wrong type are refused, and the rest goes on", async () => {
      const [problem] = smallProblems(1);
      const backend = await open();
      try {
        const kernel = await backend.kernel(variantOf(problem!));
        const packed = packProblem(problem!);
        const request: KernelRequest = {
          ...packed,
          seed: 0,
          firstStart: 0,
          firstResample: 0,
          count: 4,
          starts: 4,
          each: false,
          limit: 600,
          tolerance: 1e-16,
          polish: false,
        };
        const wrong = { ...request, data: Float32Array.from(packed.data) as unknown as Float64Array };
        const [refused, answered] = await Promise.allSettled([kernel.solve(wrong), kernel.solve(request)]);
        expect(refused).toMatchObject({
          status: "rejected",
          reason: new TypeError("data of a request is a Float32Array; it must be a Float64Array"),
        });
        expect(answered.status).toBe("fulfilled");
      } finally {
        await backend.close();
      }
    });

    test("closing with work under way gives everything back and says so to those who wait", async () => {
      const backend = await open();
      const waiting = solveProblemsOn(backend, problems, { starts });
      const outcome = expect(waiting).rejects.toThrow("the cuda backend was closed before it had answered");
      while ((driver.calls().get("cuLaunchKernel") ?? 0) === 0) await new Promise((go) => setImmediate(go));
      await backend.close();
      await outcome;
    });
  },
);

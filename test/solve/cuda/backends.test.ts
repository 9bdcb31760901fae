import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { UserError } from "../../../src/errors.ts";
import { describeBackends, openBackend } from "../../../src/solve/backends.ts";
import { solveProblems } from "../../../src/solve/solve.ts";
import { smallProblems } from "./problems.ts";
import { buildStandIn, hostPtx, noStandIn, type StandIn } from "./stand-in/stand-in.ts";

vi.mock("../../../src/solve/cuda/ptx.ts", () => ({ ptxFor: hostPtx }));

describe("without a driver", () => {
  const { LAWFIT_LIBCUDA: before } = process.env;
  beforeAll(() => {
    process.env.LAWFIT_LIBCUDA = "/nowhere/libcuda.so.1";
  });
  afterAll(() => {
    if (before === undefined) delete process.env.LAWFIT_LIBCUDA;
    else process.env.LAWFIT_LIBCUDA = before;
  });

  test("cuda is a mistake of the user's, in one line that names the library looked for", async () => {
    const opening = openBackend("cuda");
    await expect(opening).rejects.toBeInstanceOf(UserError);
    await expect(opening).rejects.toThrow(
      /^backend cuda: no NVIDIA driver: \/nowhere\/libcuda\.so\.1 \(from LAWFIT_LIBCUDA\) could not be loaded$/,
    );
  });

  test("auto and cpu take the same backend", async () => {
    const [auto, cpu] = await Promise.all([openBackend("auto", 1), openBackend("cpu", 1)]);
    expect(auto.name).toBe(cpu.name);
    expect(auto.name).not.toBe("cuda");
    await Promise.all([auto.close(), cpu.close()]);
  });

  test("the description of cuda says why not", async () => {
    const [cuda] = await describeBackends();
    expect(cuda).toEqual({
      name: "cuda",
      available: false,
      detail: expect.stringContaining("no NVIDIA driver: /nowhere/libcuda.so.1"),
    });
  });
});

test("an unknown backend is named with those there are", async () => {
  await expect(openBackend("gpu" as "cuda")).rejects.toThrow(
    'backend "gpu" is unknown; allowed: auto, cuda, cpu, native, portable',
  );
});

describe.skipIf(noStandIn !== undefined)(`with a driver (${noStandIn ?? "stand-in built"})`, () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await buildStandIn();
  });
  afterAll(() => standIn.remove());
  afterEach(() => {
    expect(standIn.violations()).toEqual([]);
    expect(standIn.alive()).toEqual([]);
  });

  test("problems are solved on cuda by name, with the native backend's answers", async () => {
    standIn.setUp();
    const problems = smallProblems(3);
    const said: string[] = [];
    const onBackend = (description: string) => said.push(description);
    const named = await solveProblems(problems, { onBackend, backend: "cuda" });
    const native = await solveProblems(problems, { onBackend, backend: "native" });
    expect(said[0]).toBe("cuda, Stand-in (2 multiprocessors, 1.0 GB, sm_90), driver for CUDA 12.8");
    expect(said[1]).toMatch(/^cpu/);
    expect(named).toEqual(native);
  });

  test("auto takes cuda, once it has agreed with the processor", async () => {
    standIn.setUp();
    const warnings: string[] = [];
    const backend = await openBackend("auto", 1, { onWarning: (line) => warnings.push(line) });
    expect(backend.name).toBe("cuda");
    // Both kernels have been tried.
    expect(standIn.log().filter((line) => line.startsWith("launch lawfit_warps")).length).toBeGreaterThan(0);
    expect(standIn.log().filter((line) => line.startsWith("launch lawfit_threads")).length).toBeGreaterThan(
      0,
    );
    await backend.close();
    expect(warnings).toEqual([]);
  });

  test.each([
    ["a device that fails", "run#1=719", /^cuda: GPU 0 \(Stand-in\) is no longer used: /],
    [
      "a device that computes wrongly",
      "wrong=1",
      /^cuda: self-test: the objective of chinchilla is .+, on the processor .+/,
    ],
  ])("auto passes %s over, and says why", async (_, settings, reason) => {
    standIn.setUp(settings);
    const said: string[][] = [];
    const backend = await openBackend("auto", 1, {
      onBackend: (_, passedOver) => said.push([...passedOver]),
    });
    expect(backend.name).toBe("native");
    expect(said).toEqual([[expect.stringMatching(reason)]]);
    await backend.close();
  });

  test("a lost device is a warning through the options", async () => {
    standIn.setUp("run#1=719");
    const warnings: string[] = [];
    await solveProblems(smallProblems(2), { backend: "cuda", onWarning: (line) => warnings.push(line) });
    expect(warnings).toEqual([expect.stringContaining("GPU 0 (Stand-in) is no longer used")]);
  });
});

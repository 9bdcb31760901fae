import { describe, expect, it } from "vitest";
import { interpreterOf, interpretingKernel } from "../../src/solve/interpreted/backend.ts";
import type { KernelAnswer, KernelRequest } from "../../src/solve/kernel.ts";
import { openNative } from "../../src/solve/native.ts";
import { packProblem, searchRequest, variantOf } from "../../src/solve/pack.ts";
import type { Loss } from "../../src/solve/problem.ts";
import type { Draw } from "../../src/solve/resampling.ts";
import { conformanceProblem } from "../../src/throughput/conformance-problems.ts";
import { wholeCrosses } from "../whole-crosses.ts";
import { compileDeviceProgram } from "./cuda-host.ts";
import { compiler } from "./toolchains.ts";

describe("kernels/cuda.cu on the host", () => {
  const cases = [
    { name: "chinchilla", residual: "log", kind: "huber", points: 24, warps: false, shared: 1000 },
    { name: "chinchilla", residual: "log", kind: "huber", points: 24, warps: true, shared: 1000 },
    // Beyond 512 points fits begin on every so many-th; and these do not fit the shared memory.
    { name: "sigmoid", residual: "plain", kind: "squared", points: 700, warps: true, shared: 100 },
    { name: "single-step", residual: "log", kind: "huber", points: 24, warps: false, shared: 1000 },
  ] as const;
  // The conformance suite has the other forms by the whole backend; resamples below have many points.
  for (const { name, residual, kind, points, warps, shared } of wholeCrosses ? cases : cases.slice(0, 2)) {
    const who = warps ? "a warp" : "a thread";
    it.skipIf(!compiler)(`${name}, ${points} points, ${who} a fit: as the native backend`, async () => {
      const loss: Loss = kind === "huber" ? { kind, delta: 1e-2 } : { kind };
      const { problem } = conformanceProblem(name, residual, loss, points);
      const native = await openNative(1);
      if ("reason" in native) throw new Error(native.reason);
      const kernel = await native.kernel(variantOf(problem));
      // Two requests of the same problem: the second goes on where the first one's starts end.
      const count = warps ? 6 : 40;
      const requests = [0, count].map(
        (firstStart): KernelRequest => ({
          ...packProblem(problem),
          seed: 3,
          firstStart,
          firstResample: 0,
          count,
          starts: count,
          each: true,
          limit: 600,
          tolerance: 1e-16,
          polish: false,
          structured: 8,
        }),
      );
      const device = await compileDeviceProgram(compiler!, variantOf(problem));
      const found = device(requests, { warps, threads: 64, sharedNumbers: shared });
      for (const [i, request] of requests.entries()) {
        const expected = await kernel.solve(request);
        // Warps add up the points in another order, so there only the bottoms reached are the same.
        expect(Math.min(...found[i]!.objective) / Math.min(...expected.objective)).toBeCloseTo(1, 10);
        if (!warps) expect(found[i]).toEqual(expected);
      }
    });
  }

  it.skipIf(!compiler)("interprets a form with the bits of its own kernel", async () => {
    const { problem } = conformanceProblem("power-law-offset", "log", { kind: "huber", delta: 1e-2 }, 24);
    const native = await openNative(1);
    if ("reason" in native) throw new Error(native.reason);
    const count = 24;
    const starts = { firstStart: 0, firstResample: 0, count, starts: count, each: true, structured: 8 };
    const request = searchRequest(problem, packProblem(problem), { seed: 3 }, starts);
    const expected = await (await native.kernel(variantOf(problem))).solve(request);
    const device = await compileDeviceProgram(compiler!, interpreterOf(variantOf(problem))!);
    const onDevice = async (asked: KernelRequest): Promise<KernelAnswer> =>
      device([asked], { warps: false, threads: 32, sharedNumbers: 1000 })[0]!;
    const kernel = interpretingKernel({ solve: onDevice, starts: () => Promise.reject() }, problem.form);
    expect(await kernel.solve(request)).toEqual(expected);
  });

  type Runs = { runLengths: number[]; residual: Float64Array };
  const schemes: Record<string, (runs: Runs) => Draw> = {
    "groups of points": ({ residual }) => ({
      kind: "groups",
      group: Int32Array.from(residual, (_, i) => i % 12),
      strata: [5, 7],
    }),
    blocks: ({ runLengths }) => ({ kind: "blocks", runLengths, strata: [5, 7], blockLength: 2 }),
    "wild factors": (runs) => ({ kind: "wild", ...runs }),
    residuals: (runs) => ({ kind: "residual", ...runs }),
    "normal noise": (runs) => ({ kind: "parametric", ...runs, betweenRuns: 0.01, withinRuns: 0.02 }),
  };
  const resampled = [
    { ...cases[0], scheme: "groups of points" },
    { ...cases[1], scheme: "blocks" },
    { ...cases[1], points: 700, shared: 100, scheme: "groups of points" },
    { ...cases[2], scheme: "wild factors" },
    { ...cases[2], points: 24, warps: false, scheme: "residuals" },
    { ...cases[2], points: 24, warps: false, scheme: "normal noise" },
  ];
  for (const { name, residual: residualKind, kind, points, warps, shared, scheme } of resampled) {
    const drawOf = schemes[scheme]!;
    const who = warps ? "a warp" : "a thread";
    it.skipIf(!compiler)(
      `${name}, ${points} points, ${who} a fit, ${scheme}: the best of each resample as the native backend`,
      async () => {
        const loss: Loss = kind === "huber" ? { kind, delta: 1e-2 } : { kind };
        const { problem } = conformanceProblem(name, residualKind, loss, points);
        const native = await openNative(1);
        if ("reason" in native) throw new Error(native.reason);
        const [starts, count] = warps ? [2, 6] : [4, 80];
        const runLengths = Array.from({ length: 12 }, () => Math.floor((points - 1) / 12));
        const residual = Float64Array.from({ length: points }, (_, i) => 0.02 * Math.sin(5 * i));
        const draw = drawOf({ runLengths, residual });
        const packed = packProblem(problem, { population: "runs", draw });
        const variant = variantOf(problem, packed.population);
        const kernel = await native.kernel(variant);
        const request: KernelRequest = {
          ...packed,
          seed: 3,
          firstStart: 0,
          firstResample: 9,
          count,
          starts,
          each: false,
          limit: 600,
          tolerance: 1e-16,
          polish: false,
          structured: 2,
        };
        const device = await compileDeviceProgram(compiler!, variant);
        const [found] = device([request], { warps, threads: 64, sharedNumbers: shared });
        const expected = await kernel.solve(request);
        if (!warps) {
          expect(found).toEqual(expected);
          return;
        }
        const best = ({ objective, best: places }: KernelAnswer) =>
          Array.from(places, (place, row) => objective[row * starts + place]!);
        best(found!).forEach((value, row) => {
          expect(value / best(expected)[row]!).toBeCloseTo(1, 9);
        });
      },
    );
  }
});

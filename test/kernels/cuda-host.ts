import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import koffi from "koffi";
import type { KernelAnswer } from "../../src/solve/answer.ts";
import { Batch, makeJob, requestBytes } from "../../src/solve/cuda/batch.ts";
import { type KernelRequest, type KernelVariant, variantMacros } from "../../src/solve/kernel.ts";
import { kernelsFolder } from "../../src/solve/paths.ts";
import { cppFolder } from "./cpp.ts";

/** Parts of the device's source that a host has no word for, and what stands for them. */
const replaced = [
  ["extern __shared__ double points[];", "double* const points = dynamic_shared;"],
  ['asm volatile("" ::"l"(this) : "memory");', 'asm volatile("" ::: "memory");'],
] as const;

export type DeviceProgram = (
  requests: readonly KernelRequest[],
  how: { warps: boolean; threads: number; sharedNumbers: number },
) => KernelAnswer[];

/**
 * kernels/cuda.cu compiled for the host, one block of threads that take turns (cuda-host.cpp): a function that
 * answers the requests of a batch as the device's threads or warps do.
 */
export function compileDeviceProgram(compiler: string, variant: KernelVariant): DeviceProgram {
  const { formSource, parameters } = variant;
  const folder = mkdtempSync(join(tmpdir(), "lawfit-test-"));
  try {
    let source = readFileSync(join(kernelsFolder, "cuda.cu"), "utf8");
    for (const [device, host] of replaced) {
      if (!source.includes(device)) throw new Error(`kernels/cuda.cu has no longer: ${device}`);
      source = source.replaceAll(device, host);
    }
    writeFileSync(join(folder, "device.hpp"), source);
    writeFileSync(join(folder, "form.hpp"), formSource);
    const library = join(folder, "device.so");
    const flags = ["-O2", "-std=c++17", "-ffp-contract=off", "-fno-math-errno", "-shared", "-fPIC"];
    if (process.arch === "x64") flags.push("-mfma");
    const macros = ['-DDEVICE_SOURCE="device.hpp"', '-DLAWFIT_FORM="form.hpp"', ...variantMacros(variant)];
    const includes = [`-I${folder}`, `-I${kernelsFolder}`];
    execFileSync(compiler, [
      ...flags,
      ...macros,
      ...includes,
      "-o",
      library,
      join(cppFolder, "cuda-host.cpp"),
    ]);
    const run = koffi
      .load(library)
      .func(
        "void run_batch(int warps, int threads, int count, int shared_numbers, const void* requests, const double* numbers, double* real, int32_t* whole, void* ended, double* draws)",
      );
    return (requests, { warps, threads, sharedNumbers }) => {
      const answers: KernelAnswer[] = [];
      const batch = new Batch(parameters, sharedNumbers);
      requests.forEach((request, i) => {
        const job = makeJob(
          request,
          parameters,
          (answer) => {
            answers[i] = answer;
          },
          (error) => {
            throw error;
          },
        );
        batch.add({ job, from: 0, count: request.count });
      });
      const input = new ArrayBuffer(batch.inputBytes);
      const output = new ArrayBuffer(batch.outputBytes);
      batch.write(input, 0);
      const table = new Uint8Array(input, 0, requestBytes * requests.length);
      const numbers = new Float64Array(input, table.byteLength);
      const real = new Float64Array(output, 0, batch.wholesAt / 8);
      const whole = new Int32Array(output, batch.wholesAt);
      const ended = new Uint8Array(batch.endedBytes);
      const draws = new Float64Array(threads * batch.drawn);
      run(Number(warps), threads, requests.length, sharedNumbers, table, numbers, real, whole, ended, draws);
      batch.read(output, 0);
      return answers;
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

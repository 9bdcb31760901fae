import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import koffi from "koffi";
import type { Compiler } from "../../src/solve/compiler.ts";
import { Batch, makeJob, requestBytes } from "../../src/solve/cuda/batch.ts";
import {
  type KernelAnswer,
  type KernelRequest,
  type KernelVariant,
  sizeMacros,
  variantMacros,
} from "../../src/solve/kernel.ts";
import { kernelHash, kernelsFolder } from "../../src/solve/paths.ts";
import { compiledLibrary } from "./compiled-library.ts";
import { cppFolder } from "./cpp.ts";

/** Parts of the device's source that a host has no word for, and what stands for them. */
const replaced = [
  ["extern __shared__ double points[];", "double* const points = dynamic_shared;"],
  ['asm volatile("" ::"l"(shared) : "memory");', 'asm volatile("" ::: "memory");'],
] as const;

export type DeviceProgram = (
  requests: readonly KernelRequest[],
  how: { warps: boolean; threads: number; sharedNumbers: number },
) => KernelAnswer[];

/**
 * kernels/cuda.cu compiled for the host, one block of threads that take turns (cuda-host.cpp): a shared library in the
 * cache of kernels, compiled there if it is not yet, and whether it was.
 */
export async function deviceBuild(
  compiler: Compiler,
  variant: KernelVariant,
): Promise<{ path: string; isCompiled: boolean }> {
  const { formSource } = variant;
  let source = readFileSync(join(kernelsFolder, "cuda.cu"), "utf8");
  for (const [device, host] of replaced) {
    if (!source.includes(device)) throw new Error(`kernels/cuda.cu has no longer: ${device}`);
    source = source.replaceAll(device, host);
  }
  const program = join(cppFolder, "cuda-host.cpp");
  const flags = [
    "-Og",
    "-std=c++17",
    "-ffp-contract=off",
    "-fno-math-errno",
    ...(process.arch === "x64" ? ["-mfma"] : []),
    '-DDEVICE_SOURCE="device.hpp"',
    '-DLAWFIT_FORM="form.hpp"',
    ...variantMacros(variant),
    ...sizeMacros(variant),
  ];
  const { command, version } = compiler;
  const hash = kernelHash(formSource, source, readFileSync(program, "utf8"), command, version, ...flags);
  const files = { "device.hpp": source, "form.hpp": formSource };
  return compiledLibrary(hash, compiler, relative(kernelsFolder, program), flags, files);
}

/** A function that answers the requests of a batch as the device's threads or warps do. */
export async function compileDeviceProgram(
  compiler: Compiler,
  variant: KernelVariant,
): Promise<DeviceProgram> {
  const { parameters } = variant;
  const run = koffi
    .load((await deviceBuild(compiler, variant)).path)
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
}

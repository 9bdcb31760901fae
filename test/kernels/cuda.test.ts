import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import { kernelsFolder } from "../../src/solve/paths.ts";
import { answers, cppFolder } from "./cpp.ts";

/** Compiles the solver of a form for a GPU and gives what the assembler says of registers and spills. */
function compileForGpu(form: string, architecture: string): { status: number | null; messages: string } {
  const folder = mkdtempSync(join(tmpdir(), "lawfit-cuda-"));
  try {
    writeFileSync(join(folder, "form.hpp"), getForm(form).kernelSource);
    writeFileSync(join(folder, "solve.cu"), readFileSync(join(cppFolder, "solve.cu"), "utf8"));
    const flags = [
      "-std=c++17",
      "--fmad=false",
      "--expt-relaxed-constexpr",
      `-arch=${architecture}`,
      "-Xptxas",
      "-v",
    ];
    const { status, stderr } = spawnSync(
      "nvcc",
      [...flags, "-cubin", `-I${folder}`, `-I${kernelsFolder}`, "-o", "solve.cubin", "solve.cu"],
      { cwd: folder, encoding: "utf8" },
    );
    return { status, messages: stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(!answers("nvcc"))("the kernels as CUDA C++ (skipped without nvcc)", () => {
  test.each([
    ["chinchilla", "sm_80"],
    ["chinchilla", "sm_90"],
    ["sigmoid", "sm_80"],
    ["sigmoid", "sm_90"],
  ])("%s for %s: compiles, and all stays in registers", (form, architecture) => {
    const { status, messages } = compileForGpu(form, architecture);
    expect(status, messages).toBe(0);
    const spills = [...messages.matchAll(/(\d+) bytes spill (stores|loads)/g)].map((match) =>
      Number(match[1]),
    );
    expect(spills.length).toBeGreaterThan(0);
    expect(
      spills.every((bytes) => bytes === 0),
      messages,
    ).toBe(true);
  });
});

import { expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import { instructionSets, nativeMaking } from "../../src/solve/native.ts";

function flagsFor(version: string): string[] {
  const variant = {
    ...{ formSource: getForm("linear").kernelSource, parameters: 2 },
    ...{ logResidual: false, robust: false, resampling: "none" as const },
  };
  const compiler = { command: "c++", program: "c++", words: [], version };
  return nativeMaking(variant, compiler, instructionSets.scalar!)[3];
}

test.each([
  "g++ (Debian 12.2.0-14) 12.2.0",
  "c++ (GCC) 14.1.0",
  "x86_64-conda-linux-gnu-c++ (conda-forge gcc 13.2.0) 13.2.0",
])("GCC is spared what does not make fits faster: %s", (version) => {
  expect(flagsFor(version)).toContain("-fno-gcse");
});

test.each(["Debian clang version 14.0.6", "Apple clang version 15.0.0", "nvc++ 24.1-0", "noting 1.0"])(
  "a compiler that may not know GCC's options gets none of them: %s",
  (version) => {
    expect(flagsFor(version).filter((flag) => /gcse|param|schedule/.test(flag))).toEqual([]);
  },
);

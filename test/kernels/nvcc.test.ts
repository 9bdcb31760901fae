import { describe, expect, it } from "vitest";
import { forms, getForm, laws } from "../../src/forms/registry.ts";
import { findNvcc, ptxForOlderDrivers } from "../../src/solve/cuda/ptx-compiler.ts";
import { ptxOptions } from "../../src/solve/cuda/ptx-files.ts";
import { inParallel } from "../../src/solve/in-parallel.ts";
import { interpreterOf } from "../../src/solve/interpreted/backend.ts";
import type { KernelVariant } from "../../src/solve/kernel.ts";
import { wholeCrosses } from "../whole-crosses.ts";
import { compiledAlone, entriesOf, nameInPtx } from "./device-forms.ts";
import { architectures, entryPoints, hasNvcc, kernelsFor, machineCode } from "./nvcc.ts";

type Kind = Pick<KernelVariant, "logResidual" | "robust" | "resampling">;
const huber: Kind = { logResidual: true, robust: true, resampling: "none" };
const squared: Kind = { logResidual: false, robust: false, resampling: "none" };

/** What the ladder fits: losses under Huber's loss of logarithms, scores under the squared loss. */
const ladder: readonly (readonly [form: string, kind: Kind])[] = [
  // Resamples: of runs, and of responses. The loss and the residual change nothing of them, and without resamples a form needs less.
  ["chinchilla", { ...huber, resampling: "reweighted" }],
  ["single-step", huber],
  ["chinchilla", huber],
  ["sigmoid", squared],
  ["chinchilla", { ...huber, resampling: "moved" }],
  ["power-law-offset", huber],
  ["log-sigmoid", squared],
  ["linear", squared],
  ["single-step-compute", huber],
  ["single-step", { ...huber, resampling: "reweighted" }],
  ["sigmoid", { ...squared, resampling: "reweighted" }],
  ["sigmoid", { ...squared, resampling: "moved" }],
];

function builtIn(name: string, kind: Kind): KernelVariant {
  const form = getForm(name);
  return { formSource: form.kernelSource, parameters: form.parameterNames.length, ...kind };
}

/** Runs tasks, two at a time: nvcc takes a core each. */
async function inPairs<T, R>(items: readonly T[], task: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  await inParallel(2, items.length, async (i) => {
    results[i] = await task(items[i]!);
  });
  return results;
}

describe("kernels/cuda.cu by nvcc", () => {
  it.skipIf(!hasNvcc)("what a built-in form or a law of the library is made of compiles to PTX", async () => {
    // Laws are written in C++ by one writer: `npm run test:all` has each of them, and else every tenth is compiled.
    const some = Array.from(laws.keys()).filter((_, place) => wholeCrosses || place % 10 === 0);
    const all = [...forms.keys(), ...some].map((name) => getForm(name));
    expect(await compiledAlone(all)).toEqual(all.map(({ name }) => nameInPtx(name)).sort());
  });

  it.skipIf(!hasNvcc)("the solver of a form compiles to PTX, whatever its number of parameters", async () => {
    const nvcc = await findNvcc();
    if ("reason" in nvcc) throw new Error(nvcc.reason);
    // Nothing of a form's own depends on the loss or the architecture: these take turns. The ladder's forms are in the next test, of
    // `npm run test:all`; `npm test` has resamples of a form of fewest parameters, and the interpreter.
    const others = Array.from(forms.keys()).filter(
      (name) => wholeCrosses && !ladder.some(([form]) => form === name),
    );
    const variants = [
      builtIn("linear", { ...squared, resampling: "reweighted" }),
      ...others.map((name, i) => builtIn(name, i % 2 ? squared : huber)),
    ];
    const interpreter = interpreterOf({ ...builtIn("power-law", squared), form: getForm("power-law") })!;
    const made = await inPairs(
      [...variants, interpreter].map((variant, i) => [variant, i] as const),
      ([variant, i]) => nvcc.compile(variant, ptxOptions(variant, i % 4 < 2 ? "compute_80" : "compute_90")),
    );
    for (const ptx of made) expect(entriesOf(ptx)).toEqual(entryPoints);
    // What the oldest driver for the device takes.
    expect(ptxForOlderDrivers(made[0]!)).toContain(".version 7.0\n.target sm_80\n");
  });

  // The assembler takes most of the time.
  const isAssembled = hasNvcc && wholeCrosses;
  it.runIf(isAssembled)("the ladder's forms are assembled, in the registers that they may use", async () => {
    const made = await inPairs(ladder, ([name, kind]) => machineCode(builtIn(name, kind)));
    made.forEach((codes, i) => {
      const [name, { resampling }] = ladder[i]!;
      const found = codes.map(({ architecture, kernel }) => `${architecture} ${kernel}`);
      expect(found.sort()).toEqual(kernelsFor(architectures));
      for (const { architecture, kernel, registers, spills } of codes) {
        const what = `${name}, ${resampling}, ${architecture}: ${kernel}`;
        expect(spills, what).toBe(0);
        // Three blocks of 128 threads share 65,536 registers only up to 168 a thread, and two up to 256 (kernels/cuda/work.hpp).
        const blocks = name === "single-step" ? 2 : 3;
        expect(128 * blocks * 8 * Math.ceil(registers / 8), what).toBeLessThanOrEqual(65_536);
      }
    });
  });
});

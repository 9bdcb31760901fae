import { describe, expect, test } from "vitest";
import { openBackend } from "../../../src/solve/backends.ts";
import { selfTest } from "../../../src/solve/cuda/self-test.ts";
import type { Backend, KernelAnswer, KernelVariant } from "../../../src/solve/kernel.ts";
import { cxx } from "../../kernels/toolchains.ts";

/** The processor's backend as a device that changes its answers. */
function lying(cpu: Backend, change: (answer: KernelAnswer, variant: KernelVariant) => void): Backend {
  return {
    ...cpu,
    name: "cuda",
    async kernel(variant) {
      const kernel = await cpu.kernel(variant);
      return {
        starts: kernel.starts.bind(kernel),
        async solve(request) {
          const answer = await kernel.solve(request);
          change(answer, variant);
          return answer;
        },
      };
    },
    kernelCounts: () => cpu.kernelCounts(),
  };
}

describe.skipIf(cxx === undefined)("a device (skipped without a C++ compiler)", () => {
  const said = async (change: Parameters<typeof lying>[1]): Promise<string | undefined> => {
    const cpu = await openBackend("cpu", 1);
    try {
      return await selfTest(lying(cpu, change), cpu, []);
    } finally {
      await cpu.close();
    }
  };

  test("that tells the truth passes", async () => {
    expect(await said(() => {})).toBeUndefined();
  });

  test("whose parameters are 1 % off is found, though its objectives are right", async () => {
    const change = ({ parameters }: KernelAnswer) => parameters.set(parameters.map((x) => 1.01 * x));
    expect(await said(change)).toMatch(
      /^self-test: the kernel of form chinchilla on .+ gives parameters whose objective is/,
    );
  });

  test("whose resampling kernels alone are wrong is found", async () => {
    const change = ({ parameters }: KernelAnswer, { resampling }: KernelVariant) => {
      if (resampling !== "none") parameters.set(parameters.map((x) => 1.01 * x));
    };
    expect(await said(change)).toMatch(/^self-test: replicate 1 of chinchilla has parameters of objective/);
  });

  test("that does nothing is found", async () => {
    const change = (answer: KernelAnswer) => {
      answer.parameters.fill(0);
      answer.objective.fill(0);
    };
    expect(await said(change)).toMatch(/^self-test: the kernel of form chinchilla on .+ says that it is 0/);
  });
});

import { expect, test } from "vitest";
import { openBackend } from "../../src/solve/backends.ts";
import { solveProblemsOn } from "../../src/solve/solve.ts";
import { caseOf, problemOf } from "./cases.ts";

test("a kernel that does nothing gives an error and no number", async () => {
  const cpu = await openBackend("cpu", 1);
  const idle = {
    ...cpu,
    kernelCounts: () => cpu.kernelCounts(),
    kernel: async (variant: Parameters<typeof cpu.kernel>[0]) => {
      const kernel = await cpu.kernel(variant);
      return {
        starts: kernel.starts.bind(kernel),
        solve: async (request: Parameters<typeof kernel.solve>[0]) => {
          const answer = await kernel.solve(request);
          for (const values of Object.values(answer)) values.fill(0);
          return answer;
        },
      };
    },
  };
  try {
    const problem = problemOf(caseOf("chinchilla"), { noise: 0.01 });
    await expect(solveProblemsOn(idle, [problem], { starts: 8 })).rejects.toThrow(
      /^the kernel of form chinchilla on .* gives parameters whose objective is .*, and says that it is 0: it is not to be trusted/,
    );
    await expect(solveProblemsOn(cpu, [problem], { starts: 8 })).resolves.toMatchObject([{ solution: {} }]);
  } finally {
    await cpu.close();
  }
});

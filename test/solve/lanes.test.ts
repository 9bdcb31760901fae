import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { openBackend } from "../../src/solve/backends.ts";
import type { KernelAnswer } from "../../src/solve/kernel.ts";
import { packProblem, variantOf } from "../../src/solve/pack.ts";
import type { Problem, SolveOptions, StartResults } from "../../src/solve/problem.ts";
import { solveStarts } from "../../src/solve/solve.ts";
import { scaleProblem } from "../../src/solve/units.ts";
import { runCpp } from "../kernels/cpp.ts";
import { cxx, hasPortable, setsHere, toolchains } from "../kernels/toolchains.ts";
import { wholeCrosses } from "../whole-crosses.ts";
import { caseOf, problemOf } from "./cases.ts";

const robust = { noise: 0.02, residual: "log", loss: { kind: "huber", delta: 0.01 } } as const;
const manyPoints = Array.from({ length: 700 }, (_, i) => [0.4 + 0.002 * i]);

/** Each goes another way through the solver: a cap and a valley, many points, no cap, a form of a user's own. */
const problems: Record<string, Problem> = {
  chinchilla: problemOf(caseOf("chinchilla"), robust),
  "sigmoid of 700 points": problemOf({ ...caseOf("sigmoid"), points: manyPoints }, { noise: 0.02 }),
  ...(wholeCrosses && {
    "single-step": problemOf(caseOf("single-step"), robust),
    "a user's form": problemOf(caseOf("saturation"), robust),
  }),
};

const options: SolveOptions = { starts: 75, seed: 9, backend: "native", threads: 1 };
const { LAWFIT_INSTRUCTION_SET } = process.env;

afterEach(() => {
  if (LAWFIT_INSTRUCTION_SET === undefined) delete process.env.LAWFIT_INSTRUCTION_SET;
  else process.env.LAWFIT_INSTRUCTION_SET = LAWFIT_INSTRUCTION_SET;
});

async function solveWith(set: string, problem: Problem): Promise<StartResults> {
  process.env.LAWFIT_INSTRUCTION_SET = set;
  return solveStarts(problem, options);
}

describe.skipIf(cxx === undefined)("native kernels (skipped without a C++ compiler)", () => {
  const [best = "none"] = setsHere;
  describe.each(Object.entries(problems))("%s", (_, problem) => {
    for (const set of ["avx512", "avx2", "neon", "scalar-fma"].filter((name) => name !== best)) {
      test.skipIf(!setsHere.includes(set))(
        `${set} gives the bits of ${best} (skipped where this processor lacks it)`,
        async () => {
          expect(await solveWith(set, problem)).toEqual(await solveWith(best, problem));
        },
      );
    }
  });
});

/** What solve.cpp gives when a toolchain compiles it for a processor. */
function emulate({
  toolchain,
  problem,
}: {
  toolchain: (typeof toolchains)[number]["toolchain"];
  problem: Problem;
}): Uint8Array {
  const { points, data, scalars } = packProblem(problem);
  const robust = problem.loss.kind === "huber";
  const input = Float64Array.from([
    points,
    problem.residual === "log" ? 1 : 0,
    10,
    200,
    1e-16,
    ...data,
    ...scalars,
  ]);
  const { compiler, flags, ...rest } = toolchain!;
  const all = [
    ...flags,
    '-DLAWFIT_FORM="form.hpp"',
    `-DLF_LOG=${Number(problem.residual === "log")}`,
    `-DLF_ROBUST=${Number(robust)}`,
    "-DLF_RESAMPLING=0",
  ];
  return runCpp("solve.cpp", { compiler, flags: all, ...rest }, new Uint8Array(input.buffer), {
    "form.hpp": problem.form.kernelSource,
  });
}

describe("processors of another kind", () => {
  const here = toolchains.find(({ toolchain }) => toolchain && !toolchain.runner);
  const others = toolchains.filter(
    ({ name, toolchain }) => name === "neon" && (toolchain === undefined || toolchain.runner),
  );
  for (const { name, toolchain } of others) {
    test.skipIf(!toolchain || !here)(
      `${name} gives the bits of ${here?.name} (skipped without QEMU and a cross compiler)`,
      () => {
        const problem = problems.chinchilla!;
        expect(emulate({ toolchain, problem })).toEqual(emulate({ toolchain: here!.toolchain, problem }));
      },
    );
  }
});

describe.each(["native", "portable"] as const)("%s backend", (backend) => {
  const absent = backend === "native" ? cxx === undefined : !hasPortable;
  const problem = problems.chinchilla!;

  describe.skipIf(absent)("(skipped where it is absent)", () => {
    let whole: StartResults;
    beforeAll(async () => {
      whole = await solveStarts(problem, { ...options, backend, starts: 300 });
    });

    test.each(wholeCrosses ? [2, 3] : [3])("%i threads give the bits of one", async (threads) => {
      expect(await solveStarts(problem, { ...options, backend, starts: 300, threads })).toEqual(whole);
    });

    test("the first 100 of 300 starts are a run of 100 starts", async () => {
      const few = await solveStarts(problem, { ...options, backend, starts: 100 });
      expect(few).toEqual({
        objective: whole.objective.slice(0, 100),
        gradientNorm: whole.gradientNorm.slice(0, 100),
        iterations: whole.iterations.slice(0, 100),
        termination: whole.termination.slice(0, 100),
        parameters: whole.parameters.slice(0, 500),
      });
    });

    test("starts cut into requests of any size give the bits of one request", async () => {
      const opened = await openBackend(backend, 1);
      try {
        const kernel = await opened.kernel(variantOf(problem));
        const manner = {
          seed: 9,
          limit: 600,
          tolerance: 1e-16,
          polish: false,
          each: false,
          firstResample: 0,
        };
        const own = scaleProblem(problem);
        const request = { ...packProblem(own.problem), ...manner };
        const found: number[] = [];
        for (
          let firstStart = 0, count = 1;
          firstStart < 75;
          firstStart += count, count = Math.min(count + 4, 75 - firstStart)
        ) {
          const answer: KernelAnswer = await kernel.solve({ ...request, firstStart, count, starts: count });
          found.push(...own.answerOf(answer).objective);
        }
        expect(Float64Array.from(found)).toEqual(whole.objective.slice(0, 75));
      } finally {
        await opened.close();
      }
    });

    test("another seed gives other starts", async () => {
      const other = await solveStarts(problem, { ...options, backend, seed: 10 });
      expect(other.parameters).not.toEqual(whole.parameters.slice(0, 75 * 5));
    });
  });
});

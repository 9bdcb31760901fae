import { describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { openBackend } from "../../src/solve/backends.ts";
import { KernelError } from "../../src/solve/check-kernel.ts";
import type { Backend, KernelAnswer } from "../../src/solve/kernel.ts";
import type { Problem } from "../../src/solve/problem.ts";
import { solveReplicatesOn } from "../../src/solve/resample.ts";
import type { Draw } from "../../src/solve/resampling.ts";
import { solveProblemsOn } from "../../src/solve/solve.ts";
import { caseOf, problemOf } from "./cases.ts";

/** Does something with the processor's backend, whose kernels change what they answer. */
async function withKernels<Result>(
  change: (answer: KernelAnswer) => void,
  use: (backend: Backend) => Promise<Result>,
): Promise<Result> {
  const cpu = await openBackend("cpu", 1);
  const kernel: Backend["kernel"] = async (variant) => {
    const own = await cpu.kernel(variant);
    return {
      starts: own.starts.bind(own),
      async solve(request) {
        const answer = await own.solve(request);
        change(answer);
        return answer;
      },
    };
  };
  try {
    return await use({ ...cpu, kernel, kernelCounts: () => cpu.kernelCounts() });
  } finally {
    await cpu.close();
  }
}

const law = problemOf(caseOf("chinchilla"), { noise: 0.01 });
const link = problemOf(caseOf("sigmoid"), { noise: 0.01 });
const network: Problem = {
  ...problemOf(caseOf("network-5-3"), { noise: 0.02 }),
  training: { steps: 60, learningRate: 0.05, weightDecay: 0.01 },
};

/** Six groups of points side by side, or runs of as many points. */
function drawOf(kind: Draw["kind"], { response }: Problem): Draw {
  const points = response.length;
  const group = Int32Array.from({ length: points }, (_, i) => Math.floor((6 * i) / points));
  const runLengths = Array.from({ length: 6 }, (_, g) => group.filter((one) => one === g).length);
  const residual = response.map((_, i) => 0.02 * Math.sin(5 * i));
  switch (kind) {
    case "groups":
      return { kind, group, strata: [6] };
    case "blocks":
      return { kind, runLengths, strata: [6], blockLength: 2 };
    case "parametric":
      return { kind, runLengths, residual, betweenRuns: 0.01, withinRuns: 0.02 };
    default:
      return { kind, runLengths, residual };
  }
}

const lies: Record<string, (answer: KernelAnswer) => void> = {
  "does nothing": (answer) => {
    for (const values of Object.values(answer)) values.fill(0);
  },
  "gives parameters 1 % off": ({ parameters }) => parameters.set(parameters.map((x) => 1.01 * x)),
  "says that the objective is 1 % less": ({ objective }) => objective.set(objective.map((x) => 0.99 * x)),
  "gives no numbers": ({ parameters }) => parameters.fill(Number.NaN),
};

const plain: Record<string, Problem> = { law, link, "trained network": network };
const kinds = ["groups", "blocks", "wild", "residual", "parametric"] as const;
const resampled = [
  ...kinds.map((kind) => [kind, "law", law] as const),
  ["groups", "link", link] as const,
  ["groups", "trained network", network] as const,
];

const replicatesOf = (backend: Backend, kind: Draw["kind"], problem: Problem) =>
  solveReplicatesOn(
    backend,
    problem,
    { population: "runs", draw: drawOf(kind, problem) },
    { replicates: 3, starts: 8, seed: 7 },
  );

describe.each(Object.entries(lies))("a kernel that %s gives an error and no number", (_, change) => {
  test.each(Object.entries(plain))("of the data: %s", async (_, problem) => {
    const solving = withKernels(change, (backend) => solveProblemsOn(backend, [problem], { starts: 8 }));
    await expect(solving).rejects.toThrow(KernelError);
    await expect(solving).rejects.toThrow(
      /^the kernel of form \S+ on .+: its results cannot be trusted; try another --backend, or another compiler \(\$CXX\)$/,
    );
  });

  test.each(resampled)("of replicates by %s: %s", async (kind, _, problem) => {
    const solving = withKernels(change, (backend) => replicatesOf(backend, kind, problem));
    await expect(solving).rejects.toThrow(KernelError);
    await expect(solving).rejects.toThrow(
      /^(replicate 1 of|the kernel of form) .+: its results cannot be trusted; /,
    );
  });
});

describe("an honest kernel is believed", () => {
  test.each(Object.entries(plain))("of the data: %s", async (_, problem) => {
    const solving = withKernels(
      () => {},
      (backend) => solveProblemsOn(backend, [problem], { starts: 8 }),
    );
    await expect(solving).resolves.toMatchObject([{ solution: {} }]);
  });

  test.each(resampled)("of replicates by %s: %s", async (kind, _, problem) => {
    const solving = withKernels(
      () => {},
      (backend) => replicatesOf(backend, kind, problem),
    );
    await expect(solving).resolves.toMatchObject({ objective: { length: 3 } });
  });
});

test("resamples that are not drawn are found: replicates that are the fit of the data", async () => {
  const cpu = await openBackend("cpu", 1);
  try {
    const kernel: Backend["kernel"] = async (variant) => {
      const own = await cpu.kernel(variant);
      return {
        starts: own.starts.bind(own),
        solve: (request) => own.solve({ ...request, firstResample: 0 }),
      };
    };
    const lying = { ...cpu, kernel };
    await expect(replicatesOf(lying, "groups", law)).rejects.toThrow(
      /^replicate 1 of chinchilla has parameters of objective/,
    );
  } finally {
    await cpu.close();
  }
});

describe("parameters out of their bounds", () => {
  /** The last parameter of the law is E >= 0. */
  const negative = ({ parameters, best }: KernelAnswer) => {
    for (let row = 0; row < best.length; row++) parameters[5 * row + 4] = -1;
  };

  test("are an error, whatever their objective, which names the parameter", async () => {
    await expect(
      withKernels(negative, (backend) => solveProblemsOn(backend, [law], { starts: 8 })),
    ).rejects.toThrow(
      /^the kernel of form chinchilla on .+ gives E = -\S+, which is not within its bounds, 0 to Infinity: its results cannot be trusted/,
    );
    await expect(withKernels(negative, (backend) => replicatesOf(backend, "groups", law))).rejects.toThrow(
      /gives E = -\S+, which is not within its bounds/,
    );
  });

  test("are looked for in every answer, not in the first alone", async () => {
    let answers = 0;
    const later = (answer: KernelAnswer) => {
      if (++answers > 6) negative(answer);
    };
    const many = Array.from({ length: 20 }, (_, i) => ({ ...law, key: `law ${i}` }));
    await expect(
      withKernels(later, (backend) => solveProblemsOn(backend, many, { starts: 8 })),
    ).rejects.toThrow(/which is not within its bounds/);
  });
});

test("the error is one line with exit code 2, as that of a backend that does not work here", () => {
  expect(new KernelError("x")).toBeInstanceOf(UserError);
  expect(new KernelError("x").name).toBe("KernelError");
});

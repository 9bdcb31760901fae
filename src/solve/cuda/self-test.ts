import { getForm } from "../../forms/registry.ts";
import { replicateMaker } from "../draw-resample.ts";
import type { Backend } from "../kernel.ts";
import { objectiveOf } from "../objective.ts";
import type { Problem, SolveResult } from "../problem.ts";
import { solveReplicatesOn } from "../resample.ts";
import type { Resampling } from "../resampling.ts";
import { solveProblemsOn } from "../solve.ts";

/** Largest relative difference between the objectives of host and device. */
const agreement = 1e-9;

/** A law through 16 points, of which a thread solves a fit, and a sigmoid through 600, of which a warp does. */
function testProblems(): Problem[] {
  const n = Float64Array.from({ length: 16 }, (_, i) => 1e8 * 4 ** (i % 4));
  const d = Float64Array.from({ length: 16 }, (_, i) => 1e10 * 3 ** Math.floor(i / 4));
  const x = Float64Array.from({ length: 600 }, (_, i) => 0.4 + 0.002 * i);
  return [
    {
      form: getForm("chinchilla"),
      variables: [n, d],
      response: n.map((size, i) => 400 / size ** 0.34 + 300 / d[i]! ** 0.28 + 1.7 + 0.01 * Math.sin(i + 1)),
      loss: { kind: "huber", delta: 1e-3 },
      residual: "log",
      key: "self-test: law",
    },
    {
      form: getForm("sigmoid"),
      variables: [x],
      response: x.map((value, i) => 0.25 + 0.6 / (1 + Math.exp(9 * (value - 0.9))) + 0.01 * Math.sin(7 * i)),
      loss: { kind: "squared" },
      residual: "plain",
      key: "self-test: link",
    },
  ];
}

/**
 * Solves two small problems, and a few resamples of them, on a GPU and on the processor, and compares the objectives, which are
 * computed here from the parameters.
 *
 * @param warnings of the GPU's backend; after one the processor may have answered in its place, and the comparison proves nothing
 * @returns the difference, in a line; undefined where they agree
 */
export async function selfTest(
  cuda: Backend,
  cpu: Backend,
  warnings: readonly string[],
): Promise<string | undefined> {
  const problems = testProblems();
  const options = { starts: 64 };
  const expected = await solveProblemsOn(cpu, problems, options);
  // The solver also checks that a device's objectives are those of its parameters, and throws where they are not.
  try {
    const actual = await solveProblemsOn(cuda, problems, options);
    if (warnings.length > 0) return warnings[0];
    return (
      differentObjectives(actual, expected, problems) ?? (await differentReplicates(cuda, cpu, problems))
    );
  } catch (error) {
    return `self-test: ${(error as Error).message}`;
  }
}

/** Compares the minimum of each problem with that of the processor. */
function differentObjectives(
  actual: readonly SolveResult[],
  expected: readonly SolveResult[],
  problems: readonly Problem[],
): string | undefined {
  for (const [i, problem] of problems.entries()) {
    const { name } = problem.form;
    const [device, host] = [reported(actual[i]!), reported(expected[i]!)];
    if (!(Math.abs(device / host - 1) <= agreement)) {
      return `self-test: the objective of ${name} is ${device}, on the processor ${host}`;
    }
  }
  return undefined;
}

/** The same for replicates, whose starts and the last digits of whose draws may differ. */
const replicateAgreement = 1e-6;
const replicates = 4;

/** Compares the objective of each replicate with that of the processor. */
async function differentReplicates(
  cuda: Backend,
  cpu: Backend,
  problems: readonly Problem[],
): Promise<string | undefined> {
  for (const problem of problems) {
    const points = problem.response.length;
    const group = Int32Array.from({ length: points }, (_, i) => Math.floor((8 * i) / points));
    const resampling: Resampling = { population: "self-test", draw: { kind: "groups", group, strata: [8] } };
    const options = { replicates, starts: 16, seed: 0 };
    const [actual, expected] = await Promise.all(
      [cuda, cpu].map((backend) => solveReplicatesOn(backend, problem, resampling, options)),
    );
    const width = problem.form.parameterNames.length;
    const replicateOf = replicateMaker(problem, resampling, options.seed);
    for (let r = 0; r < replicates; r++) {
      const device = objectiveOf(replicateOf(r + 1), actual!.parameters.slice(r * width, (r + 1) * width));
      const host = expected!.objective[r]!;
      if (Math.abs(device / host - 1) <= replicateAgreement) continue;
      return `self-test: replicate ${r + 1} of ${problem.form.name} has parameters of objective ${device}, on the processor ${host}`;
    }
  }
  return undefined;
}

function reported(result: SolveResult): number {
  return "solution" in result ? result.solution.objective : Number.NaN;
}

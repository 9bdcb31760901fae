import { getForm } from "../../forms/registry.ts";
import { replicateMaker } from "../draw-resample.ts";
import type { Backend } from "../kernel.ts";
import { objectiveOf } from "../objective.ts";
import type { Problem, SolveResult } from "../problem.ts";
import { solveReplicatesOn } from "../resample.ts";
import type { Resampling } from "../resampling.ts";
import { solveProblemsOn } from "../solve.ts";

/** Relative difference of objectives that host and device may have. */
const agreement = 1e-9;

/** A law through 16 points, a thread a fit, and a sigmoid through 600, a warp a fit. */
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
 * Solves two small problems, and a few resamples of them, on a GPU and on the processor. Objectives are worked out here from the parameters
 * that come back.
 *
 * @param warnings what the GPU's backend has warned of; a problem that the processor answered in its place says nothing
 * @returns what differs, in a line; undefined where they agree
 */
export async function selfTest(
  cuda: Backend,
  cpu: Backend,
  warnings: readonly string[],
): Promise<string | undefined> {
  const problems = testProblems();
  const options = { starts: 64 };
  const expected = await solveProblemsOn(cpu, problems, options);
  // What a device says of its own answer proves nothing of the parameters that come back: the solver holds them against it.
  try {
    const found = await solveProblemsOn(cuda, problems, options);
    if (warnings.length > 0) return warnings[0];
    return differentObjectives(found, expected, problems) ?? (await differentReplicates(cuda, cpu, problems));
  } catch (error) {
    return `self-test: ${(error as Error).message}`;
  }
}

/** Whether a problem has another minimum than on the processor. */
function differentObjectives(
  found: readonly SolveResult[],
  expected: readonly SolveResult[],
  problems: readonly Problem[],
): string | undefined {
  for (const [i, problem] of problems.entries()) {
    const { name } = problem.form;
    const [ours, theirs] = [reported(found[i]!), reported(expected[i]!)];
    if (!(Math.abs(ours / theirs - 1) <= agreement)) {
      return `self-test: the objective of ${name} is ${ours}, on the processor ${theirs}`;
    }
  }
  return undefined;
}

/** Relative difference of objectives that other starts and other last digits of the draws may make. */
const replicateAgreement = 1e-6;
const replicates = 4;

/** Whether resampling kernels bring back parameters of other objectives than the processor's, of every replicate. */
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
    const [found, expected] = await Promise.all(
      [cuda, cpu].map((backend) => solveReplicatesOn(backend, problem, resampling, options)),
    );
    const width = problem.form.parameterNames.length;
    const replicateOf = replicateMaker(problem, resampling, options.seed);
    for (let r = 0; r < replicates; r++) {
      const ours = objectiveOf(replicateOf(r + 1), found!.parameters.slice(r * width, (r + 1) * width));
      const theirs = expected!.objective[r]!;
      if (Math.abs(ours / theirs - 1) <= replicateAgreement) continue;
      return `self-test: replicate ${r + 1} of ${problem.form.name} has parameters of objective ${ours}, on the processor ${theirs}`;
    }
  }
  return undefined;
}

function reported(result: SolveResult): number {
  return "solution" in result ? result.solution.objective : Number.NaN;
}

import { getForm } from "../../forms/registry.ts";
import type { Backend } from "../kernel.ts";
import type { Problem, SolveResult } from "../problem.ts";
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
 * Solves two small problems on a GPU and on the processor.
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
  const [found, expected] = await Promise.all([
    solveProblemsOn(cuda, problems, options),
    solveProblemsOn(cpu, problems, options),
  ]);
  if (warnings.length > 0) return warnings[0];
  for (const [i, { form }] of problems.entries()) {
    const [ours, theirs] = [objectiveOf(found[i]!), objectiveOf(expected[i]!)];
    if (Math.abs(ours / theirs - 1) <= agreement) continue;
    return `self-test: the objective of ${form.name} is ${ours}, on the processor ${theirs}`;
  }
  return undefined;
}

function objectiveOf(result: SolveResult): number {
  return "solution" in result ? result.solution.objective : Number.NaN;
}

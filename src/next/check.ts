import type { Solver } from "../plan/solver.ts";
import { randomStream } from "../random.ts";
import type { Problem } from "../solve/problem.ts";
import { meanOf, median } from "../statistics.ts";
import { type Knowledge, predicted } from "./posterior.ts";

/** A fit, about which outcomes are simulated. */
export interface SimulatedFit {
  /** As it was solved, with its points in the order of the runs that are known. */
  problem: Problem;
  parameters: Float64Array;
  knowledge: Knowledge;
}

/** Simulated tables of each comparison. */
export const REFITS = 400;

/**
 * How much of the spread of a law's predictions is left with further runs, by refits: the measured runs and the further ones are simulated from the
 * fit with their noise, and fitted with and without the further ones, the same errors in both.
 *
 * @param sets inputs of the runs that are added: a list a set
 * @param targets inputs of the predictions
 * @returns of each set the mean absolute deviation of the predictions over that without it: an array a set, a number a target; NaN where fits fail
 */
export async function leftByRefits(
  { problem, parameters, knowledge }: SimulatedFit,
  sets: readonly (readonly (readonly number[])[])[],
  targets: readonly (readonly number[])[],
  solve: Solver,
): Promise<Float64Array[]> {
  if (sets.length === 0) return [];
  const measured = knowledge.runs.map(({ inputs }) => inputs);
  const all = [...measured, ...sets.flat()];
  const expected = all.map((inputs) => predicted(knowledge, parameters, inputs));
  const noises = all.map((_, i) => Math.sqrt(knowledge.runs[i]?.noise ?? knowledge.noise));
  const tables = Array.from({ length: REFITS }, (_, table) => {
    const { normal } = randomStream(`next ${problem.key} ${table}`);
    return expected.map((value, i) => responseOf(knowledge, value + noises[i]! * normal()));
  });
  let first = measured.length;
  const places = [[], ...sets.map((set) => set.map(() => first++))];
  const problems = places.flatMap((added, s) =>
    tables.map((table, t) =>
      withRuns(problem, parameters, table, {
        ...{ inputs: added.map((i) => all[i]!), responses: added.map((i) => table[i]!) },
        key: `${problem.key} next ${s} ${t}`,
      }),
    ),
  );
  const results = await solve(problems, { starts: STARTS });
  const spreads = places.map((_, s) => {
    const solved = results.slice(s * REFITS, (s + 1) * REFITS);
    return Float64Array.from(targets, (target) =>
      deviation(
        solved.flatMap((result) => {
          const value =
            "skipped" in result ? Number.NaN : predicted(knowledge, result.solution.parameters, target);
          return Number.isFinite(value) ? [value] : [];
        }),
      ),
    );
  });
  return spreads.slice(1).map((spread) => spread.map((value, t) => value / spreads[0]![t]!));
}

/** Random starts of a refit, besides the fit itself. */
const STARTS = 1;

const responseOf = ({ isLog }: Knowledge, value: number): number => (isLog ? Math.exp(value) : value);

/** Mean absolute deviation from the median, which a few refits in another basin do not decide. */
function deviation(values: readonly number[]): number {
  if (values.length < REFITS / 2) return Number.NaN;
  const centre = median(values);
  return meanOf(values, (value) => Math.abs(value - centre));
}

/** A problem with simulated responses, and with further runs, whose weights and errors are the median ones. */
function withRuns(
  problem: Problem,
  parameters: Float64Array,
  responses: readonly number[],
  added: { inputs: readonly (readonly number[])[]; responses: readonly number[]; key: string },
): Problem {
  const { variables, response, weights, sigma } = problem;
  const grown = (values: Float64Array) =>
    Float64Array.of(...values, ...added.inputs.map(() => median(values)));
  return {
    ...problem,
    key: added.key,
    variables: variables.map((values, v) =>
      Float64Array.of(...values, ...added.inputs.map((inputs) => inputs[v]!)),
    ),
    response: Float64Array.of(...responses.slice(0, response.length), ...added.responses),
    ...(weights && { weights: grown(weights) }),
    ...(sigma && { sigma: grown(sigma) }),
    givenStarts: [parameters],
  };
}

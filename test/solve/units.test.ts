import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBackend } from "../../src/solve/backends.ts";
import type { Backend } from "../../src/solve/kernel.ts";
import type { Problem, Solution } from "../../src/solve/problem.ts";
import { solveReplicatesOn } from "../../src/solve/resample.ts";
import { solveProblemsOn } from "../../src/solve/solve.ts";
import { cases, problemOf } from "./cases.ts";

let backend: Backend;
beforeAll(async () => {
  backend = await openBackend("cpu", 2);
});
afterAll(() => backend.close());

const withUnits = cases.filter(({ form }) => form.record.units !== undefined);

/** Factors of the inputs and of the output: counts as any power of ten, losses as bits, nats, or per cent. */
const anyFactor = fc.integer({ min: -150, max: 150 }).map((tenths) => 10 ** (tenths / 10));
const lossFactor = fc.integer({ min: -20, max: 20 }).map((tenths) => 10 ** (tenths / 10));

/** Inputs that are sizes; the others are losses, and are multiplied as losses are. */
const isSize = (name: string): boolean => /^[NDC]\d*$/.test(name);

interface Factors {
  sizes: Record<string, number>;
  loss: number;
}

const factorsOf = (names: readonly string[]): fc.Arbitrary<Factors> =>
  fc.record({
    sizes: fc
      .tuple(anyFactor, anyFactor, anyFactor)
      .map(([N, D, C]) => Object.fromEntries(names.map((name) => [name, { N, D, C }[name[0]!]!]))),
    loss: lossFactor,
  });

function inOtherUnits(problem: Problem, { sizes, loss }: Factors): Problem {
  const { form, residual } = problem;
  const output = form.record.units!.output ? loss : 1;
  const inUnit = residual === "log" ? 1 : output;
  return {
    ...problem,
    variables: problem.variables.map((values, v) => {
      const name = form.variableNames[v]!;
      return values.map((x) => x * (isSize(name) ? sizes[name]! : loss));
    }),
    response: problem.response.map((y) => y * output),
    loss:
      problem.loss.kind === "huber" ? { kind: "huber", delta: problem.loss.delta * inUnit } : problem.loss,
  };
}

async function solve(problem: Problem): Promise<Solution> {
  const [result] = await solveProblemsOn(backend, [problem], { starts: 64, seed: 1 });
  if (!("solution" in result!)) throw new Error(result!.skipped.reason);
  return result.solution;
}

/** The fit at its points and at a target ten times as far. */
function predictions({ form, variables }: Problem, { parameters }: Pick<Solution, "parameters">): number[] {
  const last = variables[0]!.length - 1;
  const at = [
    ...Array.from({ length: last + 1 }, (_, i) => variables.map((values) => values[i]!)),
    variables.map((values, v) => values[last]! * (isSize(form.variableNames[v]!) ? 10 : 1.1)),
  ];
  return at.map((point) => form.value(parameters, point));
}

function expectSame(given: number[], wanted: number[], where: string): void {
  const size = Math.max(...wanted.map(Math.abs));
  given.forEach((value, i) => {
    expect(Math.abs(value - wanted[i]!) / size, `${where}, point ${i}`).toBeLessThan(1e-9);
  });
}

describe.each(withUnits.map((one) => [one.form.name, one] as const))("%s", (_, one) => {
  const { form, truth, points } = one;
  const { units } = form.record;
  const outputOf = (loss: number): number => (units!.output ? loss : 1);

  test("its parameters follow the units: the same curve at the same points", () => {
    fc.assert(
      fc.property(factorsOf(form.variableNames), ({ sizes, loss }) => {
        const by = {
          ...Object.fromEntries(form.variableNames.map((name) => [name, isSize(name) ? sizes[name]! : loss])),
          [form.output]: outputOf(loss),
        };
        const named = Object.fromEntries(form.parameterNames.map((name, p) => [name, truth[p]!]));
        const moved = Object.values({ ...named, ...units!.rescaled(named, by) });
        for (const point of points) {
          const there = form.variableNames.map((name, v) => point[v]! * by[name]!);
          const value = form.value(truth, point);
          expect(form.value(moved, there) / outputOf(loss)).toBeCloseTo(value, 9);
        }
      }),
      { numRuns: 20 },
    );
  });

  test.each(one.fits)(
    "the same predictions in any unit, $residual residuals, $loss.kind loss",
    async (how) => {
      const problem = problemOf(one, { noise: 0.01, ...how });
      const wanted = predictions(problem, await solve(problem));
      await fc.assert(
        fc.asyncProperty(factorsOf(form.variableNames), async (factors) => {
          const other = inOtherUnits(problem, factors);
          const given = predictions(other, await solve(other)).map((value) => value / outputOf(factors.loss));
          expectSame(given, wanted, JSON.stringify(factors));
        }),
        { numRuns: 4, seed: 3 },
      );
    },
  );
});

test("resamples of moved responses are the same in any unit", async () => {
  const problem = problemOf(cases.find(({ form }) => form.name === "chinchilla")!, { noise: 0.01 });
  const residual = problem.response.map((_, i) => 0.01 * Math.sin(i));
  const replicates = async (given: Problem, by: number) => {
    const runLengths = Array.from(given.response, () => 1);
    const draw = {
      kind: "parametric",
      runLengths,
      residual: residual.map((r) => r * by),
      betweenRuns: 0.01 * by,
      withinRuns: 0.005 * by,
    } as const;
    const found = await solveReplicatesOn(
      backend,
      given,
      { population: "p", draw },
      { replicates: 20, starts: 8 },
    );
    return predictions(given, { parameters: found.parameters.subarray(0, 5) }).map((value) => value / by);
  };
  const wanted = await replicates(problem, 1);
  const other = inOtherUnits(problem, { sizes: { N: 1e-9, D: 1e-9 }, loss: 30 });
  // Replicates are not made exact as the reported fit is.
  (await replicates(other, 30)).forEach((value, i) => {
    expect(Math.abs(value / wanted[i]! - 1)).toBeLessThan(1e-6);
  });
});

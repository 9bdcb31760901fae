import { beforeAll, describe, expect, test } from "vitest";
import { openBackend } from "../../src/solve/backends.ts";
import { objectiveOf } from "../../src/solve/objective.ts";
import type { Problem, Solution } from "../../src/solve/problem.ts";
import { solveProblemsOn } from "../../src/solve/solve.ts";
import { conformanceProblem, lawForms } from "../../src/throughput/conformance-problems.ts";
import { cxx } from "../kernels/toolchains.ts";
import { wholeCrosses } from "../whole-crosses.ts";

const squared = { kind: "squared" } as const;

/**
 * Laws on data of their examples: without a disturbance, with one, and that in other units of the inputs that may have them. The solver
 * is the same for all: `npm run test:all` has each of them, and else every twentieth is solved.
 */
const rows = lawForms
  .filter((_, place) => wholeCrosses || place % 20 === 0)
  .map(({ form, truth }) => {
    const of = (isDisturbed: boolean): Problem => {
      const { problem } = conformanceProblem(form.name, "plain", squared, 60, isDisturbed);
      return { ...problem, key: `${form.name} ${isDisturbed ? "disturbed" : "clean"}` };
    };
    const { units } = form.record;
    const inBillions: Problem = {
      ...of(true),
      variables: of(true).variables.map((values, v) =>
        units === undefined || units.held?.includes(form.variableNames[v]!)
          ? values
          : values.map((x) => x / 1e9),
      ),
    };
    return {
      name: form.name,
      truth: Float64Array.from(truth),
      clean: of(false),
      disturbed: of(true),
      inBillions,
    };
  });

describe.skipIf(cxx === undefined)("the library of laws (skipped without a C++ compiler)", () => {
  const found = new Map<Problem, Solution>();
  beforeAll(async () => {
    const backend = await openBackend("native", 2);
    const problems = rows.flatMap(({ clean, disturbed, inBillions }) => [clean, disturbed, inBillions]);
    try {
      const results = await solveProblemsOn(backend, problems, { seed: 3 });
      results.forEach((result, i) => {
        if ("skipped" in result) throw new Error(`${problems[i]!.form.name}: ${result.skipped.reason}`);
        found.set(problems[i]!, result.solution);
      });
    } finally {
      await backend.close();
    }
  });

  test.each(rows)("$name: data without noise give the parameters back", ({ clean, truth }) => {
    const { parameters } = found.get(clean)!;
    truth.forEach((value, i) => {
      expect(Math.abs(parameters[i]! / value - 1), clean.form.parameterNames[i]!).toBeLessThan(1e-6);
    });
  });

  test.each(rows)("$name: disturbed data are fitted better than by the truth", ({ disturbed, truth }) => {
    const { parameters, objective, gradientNorm } = found.get(disturbed)!;
    expect(Math.abs(objective / objectiveOf(disturbed, parameters) - 1)).toBeLessThan(1e-10);
    expect(objective).toBeLessThan(objectiveOf(disturbed, truth));
    expect(gradientNorm).toBeLessThan(1e-6);
  });

  test.each(rows)("$name: a table in billions is the same problem", ({ disturbed, inBillions }) => {
    const { objective } = found.get(inBillions)!;
    expect(Math.abs(objective / found.get(disturbed)!.objective - 1)).toBeLessThan(1e-8);
  });
});

test.each(lawForms.filter(({ form }) => form.record.units !== undefined))(
  "$form.name: its parameters follow the units of a table in billions",
  ({ form, truth }) => {
    const { rescaled, held = [] } = form.record.units!;
    const by = Object.fromEntries(form.variableNames.map((name) => [name, held.includes(name) ? 1 : 1e-9]));
    const named = Object.fromEntries(form.parameterNames.map((name, p) => [name, truth[p]!]));
    const moved = Object.values({ ...named, ...rescaled(named, { ...by, [form.output]: 1 }) });
    const { variables, response } = conformanceProblem(form.name, "plain", squared, 24, false).problem;
    response.forEach((value, i) => {
      const point = form.variableNames.map((name, v) => variables[v]![i]! * by[name]!);
      expect(form.value(moved, point) / value).toBeCloseTo(1, 9);
    });
  },
);

import { describe, expect, test } from "vitest";
import { computeOptimal, sizeLawOf } from "../../src/forms/compute-optimal.ts";
import { getForm } from "../../src/forms/registry.ts";
import { optimumJudge } from "../../src/identifiability/open-optimum.ts";

const form = getForm("chinchilla");
const parameters = Float64Array.of(Math.log(406.4), Math.log(410.7), 0.34, 0.28, 1.69);
const sizes = [1e8, 2e8, 4e8, 8e8, 1.6e9, 3.2e9];

/** Why points of these sizes leave the best size of a budget open. */
function whyOpen(points: readonly (readonly [n: number, d: number])[], budget: number): string | undefined {
  const variables = [0, 1].map((v) => Float64Array.from(points, (point) => point[v]!));
  const response = Float64Array.from(points, (point) => form.value(parameters, [...point]) * 1.001);
  const runs = { runs: points.map((_, i) => `r${i}`), runLengths: points.map(() => 1) };
  const problem = {
    form,
    variables,
    response,
    loss: { kind: "squared" },
    residual: "plain",
    key: "",
  } as const;
  return optimumJudge({ problem, parameters, runs })({
    places: [computeOptimal(form, parameters, budget)],
    inputsAt: sizeLawOf(form)!.variablesAt,
    valueAt: (moved) => computeOptimal(form, moved, budget).n,
  });
}

describe("whether points say where the best size of a budget is", () => {
  test("points of many sizes and tokens do", () => {
    expect(
      whyOpen(
        sizes.flatMap((n) => [5, 20, 80].map((ratio) => [n, ratio * n] as const)),
        1e24,
      ),
    ).toBeUndefined();
  });

  test.each([
    ["one ratio", (n: number) => [n, 20 * n] as const, "N and D in one ratio"],
    ["one size", (n: number) => [5e8, 20 * n] as const, "N = 500000000"],
    ["one number of tokens", (n: number) => [n, 1e10] as const, "D = 10000000000"],
  ])("points of %s do not", (_, sizeOf, reason) => {
    expect(whyOpen(sizes.map(sizeOf), 1e22)).toContain(reason);
  });

  test("those of one budget do for that budget alone", () => {
    const points = sizes.map((n) => [n, 1e21 / (6 * n)] as const);
    expect(whyOpen(points, 1e21)).toBeUndefined();
    expect(whyOpen(points, 1e23)).toContain("N and D on one line of their logarithms");
  });

  test("those of two sizes do not: three parameters follow from two numbers", () => {
    const points = [1e8, 1e9].flatMap((n) => sizes.map((d) => [n, 20 * d] as const));
    expect(whyOpen(points, 1e22)).toMatch(/other A, .*alpha.* fit as well and say another/);
  });
});

import { describe, expect, test } from "vitest";
import { computeOptimal, sizeLawOf } from "../../src/forms/compute-optimal.ts";
import { getForm } from "../../src/forms/registry.ts";
import { optimumJudge, placeOf } from "../../src/identifiability/open-optimum.ts";
import { randomStream } from "../../src/random.ts";

const form = getForm("chinchilla");
const parameters = Float64Array.of(Math.log(406.4), Math.log(410.7), 0.34, 0.28, 1.69);
const sizes = [1e8, 2e8, 4e8, 8e8, 1.6e9, 3.2e9];

/** Noise of which the error of a law by the points of a curve, its form taken for granted, is small. */
const LITTLE = 1e-6;

type Points = readonly (readonly [n: number, d: number])[];

/** The judge of points of these sizes, whose responses scatter by a share. */
function judgeOf(points: Points, noise = 0.001) {
  const stream = randomStream("open optimum");
  const variables = [0, 1].map((v) => Float64Array.from(points, (point) => point[v]!));
  const response = Float64Array.from(
    points,
    (point) => form.value(parameters, [...point]) * (1 + noise * stream.normal()),
  );
  const runs = { runs: points.map((_, i) => `r${i}`), runLengths: points.map(() => 1) };
  const problem = {
    form,
    variables,
    response,
    loss: { kind: "squared" },
    residual: "plain",
    key: "",
  } as const;
  return optimumJudge({ problem, parameters, runs });
}

/** Why points of these sizes leave the best size of a budget open. */
function whyOpen(points: Points, budget: number, noise?: number): string | undefined {
  const sizeAt = (moved: Float64Array) => computeOptimal(form, moved, budget).n;
  const best = computeOptimal(form, parameters, budget);
  return judgeOf(
    points,
    noise,
  )({
    places: [placeOf((n, d) => sizeLawOf(form)!.at(parameters, n, d), best, sizeAt)],
    valueAt: sizeAt,
  });
}

/**
 * Sizes and tokens whose product grows by a factor of 1e5, in a ratio D/N that follows from N D but for a factor, by turns up and down.
 */
const along = (ratioAt: (product: number) => number, off: number): Points =>
  Array.from({ length: 24 }, (_, i) => {
    const product = 1e17 * 1e5 ** (i / 23);
    const ratio = ratioAt(product) * off ** (i % 4 < 2 ? 1 : -1);
    return [Math.sqrt(product / ratio), Math.sqrt(product * ratio)] as const;
  });

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

  test("points of a curve do not where the law that is mirrored about it fits as well and has another best", () => {
    const bent = (product: number) => 2 * Math.exp(0.05 * Math.log(product / 3e19) ** 2);
    expect(whyOpen(along(bent, 1), 1e23, LITTLE)).toContain(
      "all 24 points have N and D on one curve, about which a law with their places changed fits as well",
    );
    expect(whyOpen(along(bent, 3), 1e23, LITTLE)).toBeUndefined();
  });

  test("points near the best sizes do: the mirrored law has its best there too", () => {
    const best = (product: number) => {
      const { n, d } = computeOptimal(form, parameters, 6 * product);
      return d / n;
    };
    expect(whyOpen(along(best, 2), 1e22, 0.01)).toBeUndefined();
  });

  test("an expression of exponents is open where points keep to a curve, one of what no input is in is not", () => {
    const exponent = { places: [], valueAt: (p: Float64Array) => p[3]! / (p[2]! + p[3]!) };
    const offset = { places: [], valueAt: (p: Float64Array) => 2 * p[4]! };
    const near = judgeOf(
      along(() => 2, 1),
      LITTLE,
    );
    expect(near(exponent)).toContain("N and D on one curve");
    expect(near(offset)).toBeUndefined();
    expect(
      judgeOf(
        along(() => 2, 3),
        LITTLE,
      )(exponent),
    ).toBeUndefined();
  });
});

import { expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import { randomStream } from "../../src/random.ts";
import { CLAIM, superiorTo } from "../../src/search-laws/compare.ts";
import { cutsOf, type SearchData, sortedRows } from "../../src/search-laws/data.ts";
import { describeFound } from "../../src/search-laws/found.ts";
import { type SearchRequest, searchForms } from "../../src/search-laws/search.ts";
import { searchSchema } from "../../src/search-laws/spec.ts";
import { stackingWeights } from "../../src/search-laws/stacking.ts";
import { linearSolver } from "./linear-solver.ts";

const ROWS = 60;

/** Rows of two inputs, the costliest last, with a response that the function gives. */
function rows(response: (n: number, d: number, noise: number) => number, seed = "rows"): SearchData {
  const stream = randomStream(seed);
  const sizes = Array.from({ length: ROWS }, () => [
    Math.exp(stream.uniform(15, 21)),
    Math.exp(stream.uniform(20, 27)),
  ]);
  const column = (i: number) => Float64Array.from(sizes, (size) => size[i]!);
  return {
    name: "rows",
    inputs: new Map([
      ["N", column(0)],
      ["D", column(1)],
    ]),
    response: Float64Array.from(sizes, ([n, d]) => response(n!, d!, stream.normal())),
    cost: Float64Array.from(sizes, ([n, d]) => 6 * n! * d!),
  };
}

/** Polynomials in logarithms, which are linear in their parameters. */
const settings = searchSchema.parse({
  grammar: { factors: ["ln(x)"], links: ["S"], laws: [], parameters: 4 },
  tries: 40,
  keep: 6,
  resamples: 100,
});
const requestOf = (references: readonly string[]): SearchRequest => ({
  ...{ settings, references, loss: { kind: "squared" }, residual: "plain", seed: 0, where: "test" },
  context: { form: (name) => getForm(name) },
});
const TRUE = "E + A*ln(N) + B*ln(D)";

async function found(data: SearchData, references: readonly string[]) {
  const request = requestOf(references);
  const end = await searchForms(data, request, { solve: linearSolver });
  const places = [
    {
      name: "far",
      inputs: new Map([
        ["N", 1e10],
        ["D", 1e13],
      ]),
    },
  ];
  return describeFound(end, request, { test: undefined, places, level: 0.9 }, { solve: linearSolver });
}

test("a law that is there is found, and a law that is not the right one is said to be beaten", async () => {
  const data = rows((n, d, noise) => 9 - 0.2 * Math.log(n) - 0.1 * Math.log(d) + 0.02 * noise);
  const { laws, said, average } = await found(data, [TRUE, "E + A*ln(N)"]);
  const [right, wrong] = [TRUE, "E + A*ln(N)"].map((name) => laws.find((law) => law.name === name)!);
  expect(right!.details!.rivals.p).toBeGreaterThan(CLAIM);
  expect(wrong!.details!.rivals.p).toBeLessThan(CLAIM);
  expect(said).toMatch(/E \+ A\*ln\(N\) \+ B\*ln\(D\) (is within noise of|is) the best of \d+ forms/);
  expect(said).toMatch(/predicts larger rows better than E \+ A\*ln\(N\) \(error 0\.\d+ beside 0\.0\d+/);
  const truth = 9 - 0.2 * Math.log(1e10) - 0.1 * Math.log(1e13);
  const { value, lower, upper } = right!.details!.predictions[0]!;
  expect(Math.abs(value - truth)).toBeLessThan(0.05);
  expect(lower).toBeLessThan(value);
  expect(upper).toBeGreaterThan(value);
  expect(right!.judgement.error).toBeGreaterThan(0.015);
  expect(right!.judgement.error).toBeLessThan(0.03);
  expect(average!.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
});

test("in noise nothing is found", async () => {
  let claims = 0;
  for (let table = 0; table < 3; table++) {
    const { constant, said } = await found(
      rows((_, __, noise) => 3 + 0.1 * noise, `noise ${table}`),
      [TRUE],
    );
    if (constant!.p < CLAIM) claims++;
    else expect(said).toContain("nothing is found: none of");
  }
  expect(claims).toBeLessThanOrEqual(1);
});

test("the order of the rows changes nothing", async () => {
  const data = rows((n, d, noise) => 9 - 0.2 * Math.log(n) - 0.1 * Math.log(d) + 0.02 * noise);
  const turned = (values: Float64Array) => values.toReversed();
  const other = {
    ...data,
    inputs: new Map(Array.from(data.inputs, ([name, values]) => [name, turned(values)])),
    ...{ response: turned(data.response), cost: turned(data.cost) },
  };
  const [one, two] = [await found(data, [TRUE]), await found(other, [TRUE])];
  expect(two.laws.map(({ name, judgement }) => [name, judgement.error])).toEqual(
    one.laws.map(({ name, judgement }) => [name, judgement.error]),
  );
});

test("rows of one cost are on one side of a cut", () => {
  const cost = Float64Array.from({ length: 20 }, (_, i) => Math.floor(i / 5));
  const data = sortedRows({ name: "t", inputs: new Map(), response: cost, cost });
  expect(cutsOf(data, 3)).toEqual([
    { rows: 10, cost: 1 },
    { rows: 15, cost: 2 },
  ]);
});

test("a form is not beaten by its own copies, and is by one that is better in every resample", () => {
  const stream = randomStream("superior");
  const draws = Float32Array.from({ length: 300 }, () => stream.normal());
  const reference = { data: 0, draws };
  const copies = Array.from({ length: 50 }, () => {
    return { data: 0.1 * stream.normal(), draws: draws.map((draw) => draw + 0.1 * stream.normal()) };
  });
  expect(superiorTo(reference, copies).p).toBeGreaterThan(0.05);
  const better = { data: -2, draws: draws.map((draw) => draw - 2 + 0.1 * stream.normal()) };
  expect(superiorTo(reference, [...copies, better])).toEqual({ p: 1 / 301, gain: 2 });
});

test("stacking weighs independent errors by their inverse variances and leaves out what adds nothing", () => {
  const residuals = [Float64Array.of(1, 0, 0, 0), Float64Array.of(0, 2, 0, 0), Float64Array.of(3, 0, 0, 0)];
  const weights = stackingWeights(residuals, Float64Array.of(1, 1, 1, 1));
  expect([...weights]).toEqual(
    [0.8, expect.closeTo(0.2, 9), 0].map((value) =>
      typeof value === "number" ? expect.closeTo(value, 9) : value,
    ),
  );
});

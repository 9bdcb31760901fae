import { expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import type { Solver } from "../../src/plan/solver.ts";
import { randomStream } from "../../src/random.ts";
import { knownLaws } from "../../src/search-laws/answer.ts";
import { lawCandidate, variablesOf } from "../../src/search-laws/candidates.ts";
import { CLAIM, superiorTo } from "../../src/search-laws/compare.ts";
import { cutsOf, type SearchData, sortedRows } from "../../src/search-laws/data.ts";
import { describeFound } from "../../src/search-laws/found.ts";
import { Judge } from "../../src/search-laws/judge.ts";
import {
  CONSTANT,
  fitsOfSearch,
  type SearchRequest,
  searchForms,
  type Tried,
} from "../../src/search-laws/search.ts";
import { searchSchema } from "../../src/search-laws/spec.ts";
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
  expect(average!.error).toBeLessThan(0.03);
  expect([right!.choice, wrong!.choice]).toEqual([1, undefined]);
});

test("where no law that stands by itself is as good, the average is to go on with", async () => {
  const data = rows((n, d, noise) => 9 - 0.2 * Math.log(n) - 0.1 * Math.log(d) + 0.02 * noise);
  const { laws, said, isAverageBest } = await found(data, ["E + A*ln(N)"]);
  expect(isAverageBest).toBe(true);
  expect(laws.every(({ choice }) => choice === undefined)).toBe(true);
  expect(said).toMatch(/every law that stands by itself is beaten: go on with the average of \d+ forms/);
});

test("in noise nothing is found", async () => {
  let claims = 0;
  for (let table = 0; table < 3; table++) {
    const { constant, said, laws } = await found(
      rows((_, __, noise) => 3 + 0.1 * noise, `noise ${table}`),
      [TRUE],
    );
    if (constant!.p < CLAIM) claims++;
    else {
      expect(said).toContain("nothing is found: none of");
      expect(laws.every(({ choice }) => choice === undefined)).toBe(true);
    }
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

test("a law that has too few rows is said not to be judged, and the best is named", async () => {
  const all = rows((n, d) => 9 - 0.2 * Math.log(n) - 0.1 * Math.log(d));
  const first = (values: Float64Array) => values.slice(0, 12);
  const data = {
    ...all,
    inputs: new Map(Array.from(all.inputs, ([name, values]) => [name, first(values)])),
    response: first(all.response),
    cost: first(all.cost),
  };
  const powers = [1, 2, 3, 4, 5, 6, 7].map((p) => `c${p}*ln(N)^${p}`).join(" + ");
  const { said } = await found(data, [powers]);
  expect(said).toContain(`${powers} is not judged: it cannot be fitted to the 6 rows up to the first cut`);
  expect(said).toMatch(/ is the best of \d+ forms/);
});

test("costs that differ by rounding are one, and rows without weight are none", () => {
  const data = rows(() => 1);
  const sizes = Float64Array.from({ length: ROWS }, (_, i) => 1e8 * 1.1 ** i);
  const cost = sizes.map((size) => 6 * size * (1e19 / size));
  expect(new Set(cost).size).toBeGreaterThan(1);
  expect(cutsOf(sortedRows({ ...data, cost }), 3)).toEqual([]);
  const weights = Float64Array.from({ length: ROWS }, (_, i) => (i < 20 ? 1 : 0));
  const sorted = sortedRows({ ...data, cost: sizes, weights });
  expect(sorted.cost).toEqual(sizes.slice(0, 20));
  expect(cutsOf(sorted, 3).map((cut) => cut.rows)).toEqual([10, 13, 16]);
});

/** A form with errors of which only the logarithm of the error counts; a member of the grammar, or a law that stands by itself. */
const tried = (name: string, error: number, isMember: boolean): Tried => {
  const errors = { data: error, draws: Float32Array.from([-0.1, 0.1, -0.1, 0.1], (draw) => error + draw) };
  const member = isMember ? { link: 0, hasOffset: false, terms: [] } : undefined;
  return { name, member, errors } as unknown as Tried;
};

test("the laws to go on with are those that stand by themselves within two standard errors of the best form, or that no form beats", () => {
  const [best, constant] = [tried("best", 0, true), tried(CONSTANT, 0.05, false)];
  // The standard error is 0.1, that of draws of -0.1 and 0.1.
  const near = [best, constant, tried("known", 0.15, false), tried("known too", 0.19, false)];
  const far = tried("far", 0.3, false);
  const beaten = () => ({ p: 0.01, gain: 0.3 });
  expect(knownLaws(near, beaten).map(({ name }) => name)).toEqual(["known", "known too"]);
  expect(knownLaws([best, constant, far], beaten)).toEqual([]);
  expect(knownLaws([best, constant, far], () => ({ p: 0.05, gain: 0.3 }))).toEqual([far]);
  expect(knownLaws([], beaten)).toEqual([]);
});

test("a linear step that leaves what was measured is made shorter, counted and said", async () => {
  const cost = Float64Array.from({ length: 30 }, (_, i) => i + 1);
  const stream = randomStream("runaway");
  const data = {
    ...{ name: "rows", inputs: new Map([["N", cost]]), cost },
    response: cost.map(() => 3 + 0.1 * stream.normal()),
  };
  const law = "E + A*exp(0.8*N)";
  const { laws, said } = await found(data, [law]);
  const { judgement } = laws.find(({ name }) => name === law)!;
  expect(judgement.shortened).toBeGreaterThan(0.05);
  expect(Math.max(...judgement.draws)).toBeLessThan(3 * judgement.error);
  expect(said).toContain("nothing is found");
});

test("a search makes about as many fits as its dry run says", async () => {
  let fits = 0;
  const counting: Solver = (problems, options) => {
    fits += problems.length * Number(options.starts);
    return linearSolver(problems, options);
  };
  const data = rows((n, d, noise) => 9 - 0.2 * Math.log(n) - 0.1 * Math.log(d) + 0.02 * noise);
  const request = requestOf([TRUE]);
  const end = await searchForms(data, request, { solve: counting });
  await describeFound(end, request, { test: undefined, places: [], level: 0.9 }, { solve: counting });
  const said = fitsOfSearch({ ...settings, tries: end.count }, ["N", "D"], [TRUE]);
  expect(Math.abs(Math.log(said / fits))).toBeLessThan(0.2);
});

test("among forms that are exact the errors of rounding decide nothing", () => {
  const sorted = sortedRows(rows((n, d) => 9 - 0.2 * Math.log(n) - 0.1 * Math.log(d)));
  const { form } = lawCandidate(TRUE, ["N", "D"], { form: (name) => getForm(name) });
  const cuts = cutsOf(sorted, 1);
  const judge = new Judge(sorted, cuts, requestOf([]), { resamples: 50, seed: 0 });
  const errorOf = (E: number) => {
    const values: Record<string, number> = { E, A: -0.2, B: -0.1 };
    const parameters = Float64Array.from(form.parameterNames, (name) => values[name]!);
    return judge.judge(form, variablesOf(form, sorted), [parameters])!.error;
  };
  expect(errorOf(9 + 2e-15)).toBe(errorOf(9));
  expect(errorOf(9 + 1e-9)).toBeCloseTo(1e-9, 14);
});

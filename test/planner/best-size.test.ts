import { describe, expect, test } from "vitest";
import { computeOptimal } from "../../src/forms/compute-optimal.ts";
import { defineForm } from "../../src/forms/define-form.ts";
import type { Form } from "../../src/forms/form.ts";
import { getForm } from "../../src/forms/registry.ts";
import { type HeldInputs, inputsOf } from "../../src/forms/size-inputs.ts";
import { bestOnPath, flatRegion, type Limits, pathOf } from "../../src/planner/best-size.ts";
import { checkCost, readCost } from "../../src/planner/cost.ts";

const ANY: Limits = { n: [0, Number.POSITIVE_INFINITY], d: [0, Number.POSITIVE_INFINITY] };
const NONE: HeldInputs = { at: {}, uniqueTokens: undefined };

/** Hoffmann et al. (2022), the printed law, and others of other exponents: ln A, ln B, alpha, beta, E. */
const CHINCHILLA = [
  [Math.log(406.4), Math.log(410.7), 0.34, 0.28, 1.69],
  [Math.log(482), Math.log(2085), 0.348, 0.366, 1.82],
  [6, 7, 0.1, 0.9, 1],
];
const KAPLAN = [(0.43 / 0.48) * Math.log(5.96e7), 0.43 / 0.48, Math.log(8.2e8), 0.48, 2];
const REPEATED = [6.26, 7.31, 0.353, 0.353, 1.87, 15.4];

/** The search for the best size of a law, whatever closed form it has. */
function search(
  form: Form,
  values: readonly number[],
  budget: number,
  { held = NONE, cost, used, limits = ANY, isLeast = true }: Partial<Search> = {},
) {
  const inputs = inputsOf(form, held);
  if ("reason" in inputs) throw new Error(inputs.reason);
  const path = pathOf(readCost(cost, used === undefined ? {} : { T: used }, "cost"), budget, limits);
  if (path === undefined) return undefined;
  const parameters = Float64Array.from(values);
  const surface = {
    valueAt: (n: number, d: number) => form.value(parameters, inputs.at(parameters, n, d)),
    isLeast,
  };
  return { surface, path, best: bestOnPath(surface, path)! };
}

interface Search {
  held: HeldInputs;
  cost: string;
  used: number;
  limits: Limits;
  isLeast: boolean;
}

const off = (value: number, wanted: number): number => Math.abs(value / wanted - 1);

describe("without a closed form", () => {
  test.each(CHINCHILLA.flatMap((law) => [1e18, 1e21, 1e24, 1e27].map((budget) => ({ law, budget }))))(
    "chinchilla's law $law at $budget FLOPs is that of the closed form to 1e-9",
    ({ law, budget }) => {
      const closed = computeOptimal(getForm("chinchilla"), Float64Array.from(law), budget);
      const { best } = search(getForm("chinchilla"), law, budget)!;
      expect(off(best.n, closed.n)).toBeLessThan(1e-9);
      expect(off(best.d, closed.d)).toBeLessThan(1e-9);
      expect(off(best.value, closed.loss)).toBeLessThan(1e-12);
      expect(best).toMatchObject({ edges: [], others: [] });
    },
  );

  // SciPy 1.17: brentq on the derivative of the loss by ln N along the budget, by complex steps, xtol=1e-14.
  test.each([
    ["kaplan-offset", KAPLAN, 1e20, {}, 1219056554.6916742, 2.37128697048168],
    ["kaplan-offset", KAPLAN, 1e23, {}, 46605957668.44181, 2.077494369367416],
    ["kaplan-offset", KAPLAN, 1e26, {}, 1781800263353.6267, 2.0161744897103784],
    ["chinchilla", CHINCHILLA[0]!, 1e24, { used: 1e12 }, 35475645700.3534, 1.9138595701477852],
    ["chinchilla", CHINCHILLA[0]!, 1e24, { used: 1e13 }, 17245309222.454376, 1.9313592645724307],
    ["chinchilla", CHINCHILLA[0]!, 1e23, { cost: "6*N*D + 1e12*N" }, 11376658473.479164, 2.011488506038436],
    ["repeated-data", REPEATED, 1e23, unique(1e11), 34559092391.40254, 2.0858356056915803],
    ["repeated-data", REPEATED, 1e24, unique(1e11), 140962618236.83133, 2.0216177579851116],
    ["repeated-data", REPEATED, 1e22, unique(1e12), 9226117554.681738, 2.1877325813256636],
  ] as const)("%s %j at %d FLOPs with %j agrees with SciPy", (name, law, budget, options, n, value) => {
    const { best } = search(getForm(name), law, budget, options)!;
    expect(off(best.n, n)).toBeLessThan(1e-9);
    expect(off(best.value, value)).toBeLessThan(1e-12);
  });
});

function unique(uniqueTokens: number): { held: HeldInputs } {
  return { held: { at: {}, uniqueTokens } };
}

describe("limits", () => {
  const chinchilla = getForm("chinchilla");
  const law = CHINCHILLA[0]!;
  const free = search(chinchilla, law, 1e24)!.best;

  test("of size and tokens that do not bind change nothing", () => {
    const limits: Limits = { n: [1e9, 1e12], d: [1e9, 1e14] };
    expect(off(search(chinchilla, law, 1e24, { limits })!.best.n, free.n)).toBeLessThan(1e-9);
  });

  test.each([
    ["n", [0, 7e9], "n-max", 7e9],
    ["n", [2e11, Number.POSITIVE_INFINITY], "n-min", 2e11],
    ["d", [1e13, Number.POSITIVE_INFINITY], "d-min", 1e24 / 6e13],
  ] as const)("of %s %j are where the best size is", (name, ends, edge, n) => {
    const { best } = search(chinchilla, law, 1e24, { limits: { ...ANY, [name]: ends } })!;
    expect(best.edges).toEqual([edge]);
    expect(off(best.n, n)).toBeLessThan(1e-9);
    expect(off(6 * best.n * best.d, 1e24)).toBeLessThan(1e-9);
  });

  test("of tokens alone leave the best size at the bend, and with one of size a part of the budget", () => {
    const limits = { ...ANY, d: [0, 1e12] as const };
    const { best } = search(chinchilla, law, 1e24, { limits })!;
    expect(best).toMatchObject({ edges: ["d-max"], d: 1e12 });
    expect(off(best.n, 1e24 / 6e12)).toBeLessThan(1e-9);
    const both = search(chinchilla, law, 1e24, { limits: { n: [0, 7e9], d: [0, 1e12] } })!.best;
    expect(both).toMatchObject({ n: 7e9, d: 1e12, edges: ["n-max", "d-max"] });
  });

  test("that the budget does not pay for leave nothing", () => {
    expect(search(chinchilla, law, 1e20, { limits: { n: [1e10, 1e12], d: [1e10, 1e12] } })).toBeUndefined();
  });
});

test("the sizes within a share of the best have that loss at their ends", () => {
  const { surface, path, best } = search(getForm("chinchilla"), CHINCHILLA[0]!, 1e24)!;
  for (const share of [0.001, 0.005, 0.01]) {
    const { n, d } = flatRegion(surface, path, best, share);
    n.forEach((size, end) => {
      expect(off(surface.valueAt(size, d[end]!), best.value * (1 + share))).toBeLessThan(1e-9);
      expect(off(6 * size * d[end]!, 1e24)).toBeLessThan(1e-9);
    });
    expect(n[0] < best.n && best.n < n[1]).toBe(true);
  }
});

/** A law that a user writes, with parameters p and q. */
const own = (expression: string) =>
  defineForm({
    ...{ name: "own-law", expression, parameters: { p: {}, q: {} }, variables: { N: "", D: "" } },
    ...{ startRanges: { default: { p: [0, 1], q: [0, 1] } }, description: "", source: "lawfit" },
  });

test("a law without a best size, one with two and one of a score are known for what they are", () => {
  const falls = search(own("loss = p + 0*N + q/D^0.3"), [1, 400], 1e21)!.best;
  expect(falls).toMatchObject({ n: 1, edges: ["one-parameter"] });
  const two = search(own("loss = p + q*(ln(N/1e9)^2 - 4)^2 + 0*D"), [1, 1], 1e21)!.best;
  expect(two.edges).toEqual([]);
  expect([two.n, ...two.others].map((n) => Math.round(Math.log(n / 1e9))).sort()).toEqual([-2, 2]);
  const score = search(own("acc = p - 40/N^0.3 - q/D^0.3"), [1, 40], 1e21, { isLeast: false })!.best;
  expect(off(score.n, Math.sqrt(1e21 / 6))).toBeLessThan(1e-9);
});

test.each([
  ["6*N*D - 1e18", "is -4e+17"],
  ["1e30/(N*D)", "does not rise with D"],
  ["D*1e12/N", "falls with N"],
  ["ln(N - 1e9)*D", "is NaN"],
])("a cost %s is refused", (expression, problem) => {
  const cost = readCost(expression, {}, "runs: cost");
  const message = `runs: cost: "${expression}" ${problem}`;
  expect(() => checkCost(cost, { n: [1e8, 1e12], d: [1e9, 1e13] }, "runs: cost")).toThrow(message);
});

test("a cost names inputs alone", () => {
  expect(() => readCost("6*N*DD", { K: 8 }, "cost")).toThrow('unknown name "DD"; allowed: N, D, K, pi');
});

describe("inputs of a law", () => {
  test("are known by their names, in the unit that they say", () => {
    const { variables: _, ...record } = own("loss = p + q*N + D").record;
    const form = defineForm({
      ...record,
      expression: "loss = p + q/tokens_b + 1/params",
      variables: { tokens_b: "", params: "" },
    });
    const inputs = inputsOf(form, NONE);
    if ("reason" in inputs) throw new Error(inputs.reason);
    expect(inputs.at([1, 1], 7e9, 2e12)).toEqual([2000, 7e9]);
    expect(inputs.sizeOf([2000, 7e9])).toEqual({ n: 7e9, d: 2e12 });
  });

  test("over-training takes FLOPs and tokens per parameter", () => {
    const inputs = inputsOf(getForm("over-training"), NONE);
    if ("reason" in inputs) throw new Error(inputs.reason);
    const [c, m] = inputs.at([], 1e9, 2e10);
    expect([c, m]).toEqual([1.2e20, 20]);
    const { n, d } = inputs.sizeOf([c!, m!]);
    expect([off(n, 1e9), off(d, 2e10)].every((part) => part < 1e-12)).toBe(true);
  });

  test("excess parameters are counted from the size that the unique tokens are worth", () => {
    const parameters = [6.26, 7.31, 0.353, 0.3, 1.87, 15.4, 5.3];
    const inputs = inputsOf(getForm("repeated-data-excess"), { at: {}, uniqueTokens: 1e11 });
    if ("reason" in inputs) throw new Error(inputs.reason);
    const worth = (0.353 * Math.exp(6.26) * 1e11 ** 0.3) / (0.3 * Math.exp(7.31));
    expect(off(inputs.at(parameters, 1e12, 1e13)[1]!, worth ** (1 / 0.353))).toBeLessThan(1e-12);
    expect(inputs.at(parameters, 1e6, 1e13)).toEqual([1e6, 1e6, 1e13, 1e11]);
    // A run that is shorter than the unique tokens repeats nothing.
    expect(inputs.at(parameters, 1e6, 1e9)[3]).toBe(1e9);
  });

  test.each([
    ["tokens", { at: {}, uniqueTokens: 1e10 }],
    ["the unit of the name", { at: { unique_tokens_b: 10 }, uniqueTokens: undefined }],
  ])("unique tokens in %s reach the law in the unit of its name", (_, held) => {
    const form = defineForm({
      name: "repeated-in-billions",
      expression: "loss = E + A/N^alpha + B/D^beta + C/unique_tokens_b^gamma",
      parameters: { E: {}, A: {}, alpha: {}, B: {}, beta: {}, C: {}, gamma: {} },
      variables: { N: "", D: "", unique_tokens_b: "" },
      startRanges: {
        default: { E: [0, 1], A: [0, 1], alpha: [0, 1], B: [0, 1], beta: [0, 1], C: [0, 1], gamma: [0, 1] },
      },
      description: "",
      source: "",
    });
    const inputs = inputsOf(form, held);
    if ("reason" in inputs) throw new Error(inputs.reason);
    expect(inputs.at([], 1e9, 1e12)).toEqual([1e9, 1e12, 10]);
    expect(inputs.at([], 1e9, 4e9)).toEqual([1e9, 4e9, 4]);
  });

  test.each([
    ["repeated-data", NONE, "it takes unique tokens U: --unique-tokens gives them"],
    ["granular-experts", NONE, "it takes G: --at G=VALUE holds it"],
    ["power-law", NONE, "it is no law of model size N and tokens D"],
  ])("of %s that are missing are named", (name, held, reason) => {
    expect(inputsOf(getForm(name), held)).toEqual({ reason: expect.stringContaining(reason) });
  });
});

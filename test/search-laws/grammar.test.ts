import { expect, test } from "vitest";
import { forms, getForm, laws } from "../../src/forms/registry.ts";
import { keyOfForm, lawCandidate, libraryOf } from "../../src/search-laws/candidates.ts";
import {
  expressionOf,
  extensions,
  keyOf,
  type Member,
  members,
  parametersOf,
  readyGrammar,
} from "../../src/search-laws/enumerate.ts";
import { defaultGrammar } from "../../src/search-laws/grammar.ts";

const readyFor = (inputs: readonly string[], response = [2, 3]) =>
  readyGrammar(
    defaultGrammar,
    {
      inputs: new Map(inputs.map((name) => [name, Float64Array.of(1, 100)])),
      response: Float64Array.from(response),
    },
    "test",
  );

test.each([
  ["E + A*N^(-a) + B/D^b", "exp(k - p*ln(D)) + exp(m - q*ln(N)) + c"],
  ["A*N^(-a)*D^(-b)", "exp(c + p*ln(N) + q*ln(D))"],
  ["A*N^(-a)*D^(-b)", "exp(c - q*ln(D))/N^p"],
  ["(C0/N)^a", "A*N^p"],
  ["A*ln(N*D) + E", "E2 + B*ln(D) + B*ln(N)"],
  ["f + (t - f)*sigmoid(k*(N - m))", "a - b/(1 + exp(-c*N + d))"],
  ["A*(1 + exp(ln(N) - s))^(-p)", "B*(1 + r*N)^q"],
  ["(A*N^(-p))^q", "B*N^c"],
])("equal laws have one key: %s and %s", (one, other) => {
  expect(keyOf(one, ["N", "D"])).toBe(keyOf(other, ["N", "D"]));
});

test.each([
  ["E + A*N^(-a) + B*D^(-b)", "E + A*N^(-a) + B*D^(-a)"],
  ["E + A*N^(-a)", "A*N^(-a)"],
  ["A*N^(-a)", "A*D^(-a)"],
  ["E + A*ln(N)", "E + A*ln(N)*ln(D)"],
])("different laws have different keys: %s and %s", (one, other) => {
  expect(keyOf(one, ["N", "D"])).not.toBe(keyOf(other, ["N", "D"]));
});

test.each(
  [...forms.keys(), ...laws.keys()].filter((name) => !(forms.get(name) ?? laws.get(name))!.example.hasKinks),
)("%s is a member of the grammar of its inputs", (name) => {
  expect(libraryOf(getForm(name).variableNames)).toContain(name);
});

/** The law as a member that the rules make, and not by its name. */
const madeOf = (name: string, member: Member, inputs: readonly string[]) => {
  const ready = readyFor(inputs, [0.2, 0.8]);
  const form = getForm(name);
  expect(keyOf(expressionOf(ready, member), inputs)).toBe(keyOfForm(form, inputs));
};

test.each([
  ["chinchilla", ["N", "D"], 0, true, [[[0, 0]], [[0, 1]]]],
  [
    "learning-rate",
    ["N", "D"],
    0,
    false,
    [
      [
        [0, 0],
        [0, 1],
      ],
    ],
  ],
  ["negative-log-score", ["N", "D"], 1, false, [[[0, 0]], [[0, 1]]]],
  ["power-law-offset", ["C"], 0, true, [[[0, 0]]]],
  ["linear", ["x"], 0, true, [[[2, 0]]]],
  ["sigmoid", ["L"], 3, true, [[[2, 0]]]],
] as const)("the rules make %s", (name, inputs, link, hasOffset, terms) => {
  const own = terms.map((term) => term.map(([factor, input]) => ({ factor, inputs: [input] })));
  madeOf(name, { link, hasOffset, terms: own }, inputs);
});

test("members come in one order, the smaller first, and equal ones are told by their keys", () => {
  const ready = readyFor(["N", "D"]);
  const all = [...members(ready, 2)];
  const texts = all.map((member) => expressionOf(ready, member));
  expect([...members(readyFor(["N", "D"]), 2)].map((member) => expressionOf(ready, member))).toEqual(texts);
  const sizes = all.map((member) => parametersOf(ready, member));
  expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
  expect(texts.slice(0, 3)).toEqual(["A*ln(N)", "A*ln(D)", "A*ln(N)*ln(N)"]);
  expect(texts).toContain("A*N^(-p)");
  const keys = new Set(texts.map((text) => keyOf(text, ["N", "D"])));
  expect(keys.size).toBeLessThan(texts.length);
  expect(keys.size).toBeGreaterThan(60);
});

test("one step leads from a power with an offset to chinchilla", () => {
  const ready = readyFor(["N", "D"]);
  const power: Member = { link: 0, hasOffset: true, terms: [[{ factor: 0, inputs: [0] }]] };
  const next = [...extensions(ready, power)].map((member) => keyOf(expressionOf(ready, member), ["N", "D"]));
  expect(next).toContain(keyOfForm(getForm("chinchilla"), ["N", "D"]));
});

test("an interaction is the same family of functions in other units of its inputs", () => {
  const interaction: Member = { link: 0, hasOffset: false, terms: [[{ factor: 7, inputs: [0, 1] }]] };
  const [one, other] = [1, 1000].map((unit) => {
    const inputs = new Map([
      ["N", Float64Array.of(unit, 100 * unit)],
      ["D", Float64Array.of(1, 100)],
    ]);
    const ready = readyGrammar(defaultGrammar, { inputs, response: Float64Array.of(2, 3) }, "test");
    return lawCandidate(expressionOf(ready, interaction), ["N", "D"], { form: (name) => getForm(name) });
  });
  expect(one!.name).toBe("A*(N^(-p)*D^(-q)*exp(r*ln(N/10.0)*ln(D/10.0)))");
  const [A, p, q, r] = [2, 0.3, 0.2, 0.05];
  expect(other!.form.value([A * 1000 ** p, p, q, r], [7000, 3])).toBeCloseTo(
    one!.form.value([A, p, q, r], [7, 3]),
    12,
  );
});

test("a factor without an input is refused", () => {
  const values = { inputs: new Map([["N", Float64Array.of(1, 2)]]), response: Float64Array.of(1, 2) };
  expect(() => readyGrammar({ ...defaultGrammar, factors: ["p*q"] }, values, "sweep.yaml")).toThrow(
    'sweep.yaml: factors: "p*q" has no x; allowed: an expression in x and z, such as x^(-p)',
  );
});

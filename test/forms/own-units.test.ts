import { describe, expect, test } from "vitest";
import { defineForm } from "../../src/forms/define-form.ts";
import { ownUnits } from "../../src/forms/own-units.ts";
import { parseForm } from "../../src/forms/parse.ts";

/** Expressions with their inputs, the inputs that keep their unit, and whether the output does. */
const EXPRESSIONS: [expression: string, inputs: string[], held: string[], output: boolean][] = [
  ["L = E + A/N^alpha + B/D^beta", ["N", "D"], [], true],
  ["L = E + A*N^(-alpha) + B*D^(-beta)", ["N", "D"], [], true],
  ["L = exp(a - alpha*ln(N)) + exp(b - beta*ln(D)) + E", ["N", "D"], [], true],
  ["L = ((A/N)^r + B/D)^beta", ["N", "D"], [], true],
  ["L = L0 + B/(N^alpha*K^beta)", ["N", "K"], [], true],
  ["L = L0 + K*(N^alpha*M^beta)^(-gamma)", ["N", "M"], [], true],
  ["L = (A/(N*(k*ln(S) + 1)))^alpha + E", ["N", "S"], ["S"], true],
  ["L = (A*N^(-alpha) + E)*S^(-beta)", ["N", "S"], [], true],
  ["L = A/N^alpha + B/(U^gamma*D^(1 - gamma))^beta + E", ["N", "U", "D"], [], true],
  ["L = p0 + exp(p1 + p2*ln(M) + p3*ln(N)) + p5*N", ["M", "N"], [], true],
  ["L = c + A*(N/1e9)^(-alpha)*((1 + B*M^gamma)/(1 + B))^(-beta)", ["N", "M"], ["M"], true],
  ["L = a*exp(-k*x) + c", ["x"], [], true],
  ["y = 1/(1 + exp(-k*(x - x0)))", ["x"], [], false],
  ["y = 1 - exp(-(x/s)^k)", ["x"], [], false],
  ["y = c1*(N^(-alpha) + S^(-beta))", ["N", "S"], ["N", "S"], true],
  ["y = ln(x)*k + c*z", ["x", "z"], ["x"], true],
  ["L = a0 + a1*ln(N) - a2*ln(N)^2 + B/D^beta + a3*ln(N)*ln(N)^2", ["N", "D"], [], true],
  ["L = a0 + a1*ln(N) + a2*ln(N)^2 + b1*ln(D/1e9) + b2*ln(D/1e9)^2", ["N", "D"], [], true],
  ["L = exp(a2*ln(N)^2 + a1*ln(N) + a0) + E", ["N"], [], true],
  ["L = a0 + a2*ln(N)^2", ["N"], ["N"], true],
  ["y = a*sqrt(x) + b*max(x, z)", ["x", "z"], ["x", "z"], true],
];

describe.each(EXPRESSIONS)("%s", (text, variables, held, output) => {
  const names = [...new Set(text.slice(text.indexOf("=")).match(/(?<![\w.])[A-Za-z]\w*/g))].filter(
    (name) => !["exp", "ln", "sqrt", "max"].includes(name) && !variables.includes(name),
  );
  const parsed = parseForm(text, { form: "law", parameterNames: names, variableNames: variables });
  const { units } = ownUnits(parsed.output, parsed.expression, { parameters: names, variables });
  const form = defineForm({
    name: "law",
    expression: text,
    parameters: Object.fromEntries(names.map((name) => [name, {}])),
    variables: Object.fromEntries(variables.map((name) => [name, name])),
    startRanges: { default: units.start },
    description: "",
    source: "",
  });

  test("no more inputs keep their unit than must", () => {
    expect(units.held).toEqual(held);
    expect(units.output).toBe(output);
  });

  test("in other units it is the same law", () => {
    const parameters = names.map((_, p) => 0.3 + 0.17 * p);
    const inputs = variables.map((_, v) => 1.7 + 0.4 * v);
    const by = Object.fromEntries(
      variables.map((name, v) => [name, held.includes(name) ? 1 : 10 ** (v + 1)]),
    );
    by[form.output] = output ? 3 : 1;
    const named = Object.fromEntries(names.map((name, p) => [name, parameters[p]!]));
    const changed = units.rescaled(named, by);
    const moved = names.map((name, p) => changed[name] ?? parameters[p]!);
    const there = form.value(
      moved,
      inputs.map((value, v) => value * by[variables[v]!]!),
    );
    expect(there / (by[form.output]! * form.value(parameters, inputs))).toBeCloseTo(1, 10);
  });
});

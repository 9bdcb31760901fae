import { describe, expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { compileExpression, formatExpression } from "../../src/forms/expression.ts";
import { parseForm } from "../../src/forms/parse.ts";

const context = { form: "f", parameterNames: ["a", "alpha", "E"], variableNames: ["N", "D"] };
const evaluated = (text: string): number =>
  compileExpression(parseForm(`y = ${text}`, context).expression)([2, 0.5, 3], [10, 100]);

test("reads the output's name", () => {
  expect(parseForm("loss = a + N", context).output).toBe("loss");
});

test.each<[string, number]>([
  ["a + alpha*N - E", 4],
  ["-a^2", -4],
  ["a^alpha^2", 2 ** 0.25],
  ["a - (alpha - E)", 4.5],
  ["N/a/5", 1],
  ["2*pi*a", 4 * Math.PI],
  ["1e-3*N + .5", 0.51],
  ["log(N) - ln(N)", 0],
  ["log10(D) + log2(a)", 3],
  ["pow(a, E)", 8],
  ["relu(-a) + relu(a)", 2],
  ["min(a, E, alpha)", 0.5],
  ["logsigmoid(0) + ln(2)", 0],
  ["softplus(0) - ln(2)", 0],
  ["+a\n  + E", 5],
])("%s has the value %d", (text, expected) => {
  expect(evaluated(text)).toBeCloseTo(expected, 14);
});

test.each(["-(a - N)*-E", "(a*N)^-E", "a/(N/E)", "a - (N + E)", "-(-a)", "(-a)^2 + (a^2)^E"])(
  "%s written out and read again is the same",
  (text) => {
    const { expression } = parseForm(`y = ${text}`, context);
    const written = formatExpression(expression, context.parameterNames, context.variableNames);
    expect(parseForm(`y = ${written}`, context).expression).toEqual(expression);
  },
);

describe("a bad expression gives one line with the place", () => {
  test.each<[string, string]>([
    ["L = exp(a", 'form "f": parenthesis ) expected, at column 10 at the end of "L = exp(a"'],
    ["L = a +* N", 'form "f": value expected, at column 8 near "* N"'],
    [
      "L = a + alhpa*N",
      'unknown name "alhpa"; allowed: a, alpha, E, N, D, pi; did you mean "alpha"?, at column 9',
    ],
    [
      "L = a*e",
      'unknown name "e"; allowed: a, alpha, E, N, D, pi (for Euler\'s number write "exp(1)"), at column 7',
    ],
    ["L = sigmod(a)", 'unknown function "sigmod"; allowed: exp, ln, log10'],
    ["L = sigmod(a)", 'did you mean "sigmoid"?, at column 5 near "sigmod(a)"'],
    ["L = constructor(a)", 'unknown function "constructor"; allowed: exp, ln, log10'],
    ["L = a(N)", '("a" is not a function: write a*(...)), at column 5'],
    ["L = 2 N", 'write * between factors: "2 N" has none'],
    [
      "L = a + N!",
      '"!" is not part of the notation (allowed: names, numbers, + - * / ^ ( ) , =), at column 10',
    ],
    ["L = a[1]", '"[" is not part of the notation'],
    ["a + N", 'the expression must read "output = expression", as in "L = a + b*x"'],
    ["L = b = 2", "is not part of the notation"],
    ["L = exp(a, N)", '"exp" takes 1 argument, not 2, at column 5'],
    ["L = pow(a)", '"pow" takes 2 arguments, not 1, at column 5'],
    ["L = min(a)", '"min" takes 2 arguments, not 1, at column 5'],
    ["L = a*1e999", "Infinity is not a finite number"],
    ["L = a mod N", 'operator "mod" is not part of the notation (allowed: + - * / ^)'],
  ])("%s", (text, message) => {
    expect(() => parseForm(text, context)).toThrow(UserError);
    expect(() => parseForm(text, context)).toThrow(message);
  });
});

import { formatExpression } from "../forms/expression.ts";
import type { Form } from "../forms/form.ts";
import { formatNumber } from "../text.ts";

const NUMBER = String.raw`-?\d[\d.]*(?:e[-+]?\d+)?`;

/** exp(a - b*ln(N)), a power law with the logarithm of its scale. */
const POWER = new RegExp(String.raw`exp\((${NUMBER}) - (${NUMBER})\*ln\((\w+)\)\)`, "g");

/** A law with its numbers: `loss = 1.69 + 406.4/N^0.34 + 410.7/D^0.28`. */
export function formatEquation(form: Form, parameters: ArrayLike<number>): string {
  const numbers = form.parameterNames.map((_, p) => {
    const text = formatNumber(parameters[p]!);
    return text.startsWith("-") ? `(${text})` : text;
  });
  const right = formatExpression(form.expression, numbers, form.variableNames)
    .replaceAll("+ (-", "- (")
    .replaceAll(/(?<![\w)])\((-[\d.e+]+)\)(?![\^\w])/g, "$1")
    .replaceAll(/- \((\d[\d.]*(?:e[-+]?\d+)?)\)/g, "- $1")
    .replaceAll(POWER, (_, level: string, exponent: string, name: string) => {
      return `${formatNumber(Math.exp(Number(level)))}/${name}^${exponent}`;
    });
  return `${form.output} = ${right}`;
}

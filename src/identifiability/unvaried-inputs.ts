import type { Problem } from "../solve/problem.ts";

/** Spread of an input relative to its size that is nothing but rounding. */
const ROUNDING = 1e-9;

/**
 * What of the inputs does not vary, or varies only together, at the points of a problem, in words: `all 12 points have D = 1.1e9`.
 * Empty where each varies on its own.
 */
export function unvariedInputs({ form, variables, response }: Problem): string {
  const points = response.length;
  const spreads = variables.map(centredLogarithms);
  const constant = spreads.findIndex(({ spread }) => spread <= ROUNDING);
  if (constant >= 0) {
    const name = form.variableNames[constant]!;
    return `all ${points} points have ${name} = ${Number(variables[constant]![0]!.toPrecision(6))}`;
  }
  for (let a = 0; a < spreads.length; a++) {
    for (let b = 0; b < a; b++) {
      const [x, y] = [spreads[b]!, spreads[a]!];
      const dot = x.values.reduce((sum, value, i) => sum + value * y.values[i]!, 0);
      const slope = dot / (x.spread * x.spread * points);
      const apart = Math.sqrt(
        y.values.reduce((sum, value, i) => sum + (value - slope * x.values[i]!) ** 2, 0) / points,
      );
      if (apart > ROUNDING ** 0.5 * y.spread) continue;
      const names = `${form.variableNames[b]} and ${form.variableNames[a]}`;
      const how = Math.abs(slope - 1) < ROUNDING ** 0.5 ? "in one ratio" : "on one line of their logarithms";
      return `all ${points} points have ${names} ${how}`;
    }
  }
  return "";
}

/** Logarithms less their mean, of an input that is not positive its values less theirs; and their standard deviation. */
function centredLogarithms(values: Float64Array): { values: Float64Array; spread: number } {
  const own = values.every((x) => x > 0) ? values.map(Math.log) : values;
  const mean = own.reduce((sum, x) => sum + x, 0) / own.length;
  const centred = own.map((x) => x - mean);
  return { values: centred, spread: Math.sqrt(centred.reduce((sum, x) => sum + x * x, 0) / own.length) };
}

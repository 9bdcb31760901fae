// Simulated tables whose law is known, for bench/search.mjs: laws of the library at their example's parameters, sizes spread evenly in
// logarithms over two decades below the largest of their ranges, and noise of the response's logarithm.
import { forms, getForm, laws } from "#lawfit/forms/registry.js";
import { randomStream } from "#lawfit/random.js";

/** Laws, and what their rows are cut by. */
export const LAWS = [
  ["power-law-offset", (v) => v.C],
  ["chinchilla", (v) => 6 * v.N * v.D],
  ["kaplan-offset", (v) => 6 * v.N * v.D],
  ["over-training", (v) => v.C],
  ["vocabulary", (v) => 6 * (v.N + v.V) * v.D],
  ["repeated-data", (v) => 6 * v.N * v.D],
  ["learning-rate", (v) => 6 * v.N * v.D],
  ["negative-log-score", (v) => 6 * v.N * v.D],
  ["broken-power-law", (v) => v.x],
  ["granular-experts", (v) => 6 * v.N * v.D],
];

/** Inputs that do not grow with the cost of a run. */
const HELD = new Set(["M", "V", "G", "U"]);

/**
 * A table of a law.
 *
 * @param noise standard deviation of the response's logarithm
 * @returns its rows, and ten times the largest cost: inputs that are predicted, with the law's value there
 */
export function simulated(name, costOf, { rows, noise, seed }) {
  const { variables, example } = forms.get(name) ?? laws.get(name);
  const form = getForm(name);
  const stream = randomStream(`search ${name} ${noise} ${seed}`);
  const names = Object.keys(variables);
  const parameters = Object.keys(form.record.parameters).map((one) => example.parameters[one]);
  const inputs = Object.fromEntries(names.map((one) => [one, []]));
  const response = [];
  const cost = [];
  for (let row = 0; row < rows; row++) {
    const values = Object.fromEntries(
      names.map((one) => {
        const [low, high] = example.inputs[one];
        const isScale = high > 20 * low;
        const value = isScale
          ? Math.exp(stream.uniform(Math.log(low), Math.log(high)))
          : stream.uniform(low, high);
        return [one, value];
      }),
    );
    for (const one of names) inputs[one].push(values[one]);
    const exact = form.value(
      parameters,
      names.map((one) => values[one]),
    );
    response.push(exact * Math.exp(noise * stream.normal()));
    cost.push(costOf(values));
  }
  const growing = names.filter((one) => !HELD.has(one));
  const factor = 10 ** (1 / growing.length);
  const far = Object.fromEntries(
    names.map((one) => {
      const [low, high] = example.inputs[one];
      return [one, growing.includes(one) ? high * factor : Math.sqrt(low * high)];
    }),
  );
  return {
    name,
    names,
    inputs,
    response,
    cost,
    far,
    truth: form.value(
      parameters,
      names.map((one) => far[one]),
    ),
  };
}

import { describe, expect, test } from "vitest";
import { computeOptimal } from "../../src/forms/compute-optimal.ts";
import { getForm } from "../../src/forms/registry.ts";

/** Laws as the papers print them: A, B, alpha, beta, E of two published fits. */
const LAWS: [string, number[]][] = [
  ["chinchilla", [Math.log(406.4), Math.log(410.7), 0.34, 0.28, 1.69]],
  ["chinchilla", [Math.log(2830), Math.log(11700), 0.46, 0.47, 2.03]],
  ["kaplan", [(0.43 / 0.48) * Math.log(5.96e7), 0.43 / 0.48, Math.log(8.2e8), 0.48]],
  ["kaplan-offset", [(0.43 / 0.48) * Math.log(5.96e7), 0.43 / 0.48, Math.log(8.2e8), 0.48, 2]],
];

describe.each(LAWS)("%s with %j", (name, values) => {
  const form = getForm(name);
  const parameters = Float64Array.from(values);
  const c = 1e21;
  const best = computeOptimal(form, parameters, c);

  test("spends the budget", () => {
    expect((6 * best.n * best.d) / c).toBeCloseTo(1, 12);
    expect(best.loss).toBe(form.value(parameters, [best.n, best.d]));
  });

  test("no other size has a lower loss", () => {
    for (const factor of [0.1, 0.5, 0.9, 0.999, 1.001, 1.1, 2, 10]) {
      const n = best.n * factor;
      expect(form.value(parameters, [n, c / (6 * n)]), String(factor)).toBeGreaterThan(best.loss);
    }
  });

  test("the best size grows as the budget to the exponent", () => {
    const more = computeOptimal(form, parameters, 100 * c);
    expect(Math.log(more.n / best.n) / Math.log(100)).toBeCloseTo(best.exponent, 12);
  });
});

test("the exponent is beta/(alpha + beta) by both kinds of law", () => {
  const [, chinchilla] = LAWS[1]!;
  const [, offset] = LAWS[3]!;
  expect(computeOptimal(getForm("chinchilla"), Float64Array.from(chinchilla), 1e20).exponent).toBeCloseTo(
    0.47 / 0.93,
    12,
  );
  expect(computeOptimal(getForm("kaplan-offset"), Float64Array.from(offset), 1e20).exponent).toBeCloseTo(
    0.48 / 0.91,
    12,
  );
});

test("other forms, budgets and exponents are refused", () => {
  const chinchilla = getForm("chinchilla");
  const law = Float64Array.of(5, 6, 0.3, 0.3, 1);
  expect(() => computeOptimal(getForm("power-law"), Float64Array.of(1, 1), 1e20)).toThrow(
    "form power-law has no known best model size; allowed: chinchilla, kaplan, kaplan-offset",
  );
  expect(() => computeOptimal(chinchilla, law, 0)).toThrow("a budget of 0 FLOPs; allowed: a number > 0");
  expect(() => computeOptimal(chinchilla, Float64Array.of(5, 6, 0, 0.3, 1), 1e20)).toThrow(
    "an exponent is 0",
  );
});

import { describe, expect, test } from "vitest";
import { readQuantity } from "../../src/derived/quantity.ts";
import { computeOptimal } from "../../src/forms/compute-optimal.ts";
import { defineForm } from "../../src/forms/define-form.ts";
import { inferenceOptimal } from "../../src/forms/optimum.ts";
import { getForm } from "../../src/forms/registry.ts";

const chinchilla = getForm("chinchilla");
/** Hoffmann et al. (2022), the printed law: ln A, ln B, alpha, beta, E. */
const law = Float64Array.of(Math.log(406.4), Math.log(410.7), 0.34, 0.28, 1.69);

/** The same law as a user writes it, of which no closed form is known. */
const own = defineForm({
  name: "own-law",
  expression: "loss = E + A/N^alpha + B/D^beta",
  parameters: { A: {}, B: {}, alpha: {}, beta: {}, E: {} },
  variables: { N: "parameters", D: "tokens" },
  startRanges: { default: { A: [1, 2], B: [1, 2], alpha: [0, 1], beta: [0, 1], E: [0, 1] } },
  description: "",
  source: "lawfit",
});
const ownLaw = Float64Array.of(406.4, 410.7, 0.34, 0.28, 1.69);

/** Of a loss of 2.1 and 1e12 tokens of use. */
const REF_N = 4039413316.2713404;
const REF_D = 815607672096.95;
const REF_C = 2.7846285581671614e22;

test.each([1e18, 1e21, 3e25])("at %d FLOPs the search finds the closed form's optimum", (c) => {
  const closed = computeOptimal(chinchilla, law, c);
  const found = computeOptimal(own, ownLaw, c);
  for (const name of ["n", "d", "loss", "exponent"] as const) {
    expect(Math.abs(found[name] / closed[name] - 1), name).toBeLessThan(1e-8);
  }
});

test("a law that only falls with the size has no best one", () => {
  const free = Float64Array.of(406.4, 0, 0.34, 0.28, 1.69);
  expect(() => computeOptimal(own, free, 1e21)).toThrow("its loss has no minimum");
});

describe("the model that costs the least to train and to use", () => {
  const lossAt = (n: number, d: number): number => chinchilla.value(law, [n, d]);

  test("without use is the best of its budget", () => {
    const { n, d, loss } = computeOptimal(chinchilla, law, 1e22);
    const found = inferenceOptimal(lossAt, loss, 0)!;
    expect(Math.abs(found.n / n - 1)).toBeLessThan(1e-7);
    expect(Math.abs(found.d / d - 1)).toBeLessThan(1e-7);
    expect(Math.abs(found.c / 1e22 - 1)).toBeLessThan(1e-9);
  });

  test("with a trillion tokens of use is the least of 6 N D + 2 N T (mpmath, 40 digits)", () => {
    const found = inferenceOptimal(lossAt, 2.1, 1e12)!;
    expect(Math.abs(found.n / REF_N - 1)).toBeLessThan(1e-7);
    expect(Math.abs(found.d / REF_D - 1)).toBeLessThan(1e-7);
    expect(Math.abs(found.c / REF_C - 1)).toBeLessThan(1e-9);
  });

  test("is none where the law does not reach the loss", () => {
    expect(inferenceOptimal(lossAt, 1.6, 1e12)).toBeUndefined();
  });
});

describe("a quantity", () => {
  const read = (expression: string) => readQuantity("q", expression, "sweep.yaml: derived");

  test("of parameters", () => {
    expect(read("beta/(alpha + beta)").valueAt(chinchilla, law)).toBeCloseTo(0.28 / 0.62, 14);
    expect(read("exp(a)").valueAt(chinchilla, law)).toBeCloseTo(406.4, 10);
  });

  test("of the solution, in an expression", () => {
    const { n, d, loss } = computeOptimal(chinchilla, law, 1e21);
    expect(read("N_opt(1e21)").valueAt(chinchilla, law)).toBe(n);
    expect(read("D_opt(1e21)/N_opt(1e21)").valueAt(chinchilla, law)).toBeCloseTo(d / n, 10);
    expect(read("L_opt(1e21) - E").valueAt(chinchilla, law)).toBeCloseTo(loss - 1.69, 12);
    expect(read("N_inference(2.1, 1e12)").valueAt(chinchilla, law) / REF_N).toBeCloseTo(1, 7);
  });

  test("says which forms lack it", () => {
    expect(read("gamma*2").missingIn(chinchilla)).toContain(
      'unknown parameter "gamma"; allowed: a, b, alpha, beta, E',
    );
    expect(read("N_opt(1e21)").missingIn(getForm("sigmoid"))).toBe("form sigmoid is no loss by N and D");
    expect(read("alpha").missingIn(chinchilla)).toBeUndefined();
  });

  test.each([
    ["N_opt(C)", "sweep.yaml: derived.q: N_opt(C) is not allowed; N_opt takes a number, as in N_opt(1e21)"],
    ["N_inference(2)", "N_inference takes a loss and a number of tokens, as in N_inference(2.5, 1e12)"],
    ["2*3", "sweep.yaml: derived.q: 2*3 has no parameter of a form"],
    ["beta/(alpha +", "sweep.yaml: derived.q: "],
  ])("%s is refused", (expression, message) => {
    expect(() => read(expression)).toThrow(message);
  });
});

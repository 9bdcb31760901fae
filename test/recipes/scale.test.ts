import { expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import { factorAt, lastCrossing, scaleLine } from "../../src/recipes/scale.ts";
import { sharedForm, sharedParameters } from "../../src/recipes/shared-form.ts";

test("the compute at which a law has a value is found, or is never there", () => {
  const law = (factor: number) => 2 + 3 * factor ** -0.5;
  expect(factorAt(law, 3.5, 1)).toBeCloseTo(4, 9);
  expect(factorAt(law, 1.9, 1)).toBe(Number.POSITIVE_INFINITY);
  expect(factorAt((factor) => 1 - factor ** -0.5, 0.75, -1)).toBeCloseTo(16, 8);
});

test("the last crossing of two laws is found, and none where there is none", () => {
  const difference = (factor: number) => (Math.log10(factor) - 1) * (Math.log10(factor) - 2.5);
  expect(Math.log10(lastCrossing(difference, 1, 1e4))).toBeCloseTo(2.5, 6);
  expect(lastCrossing(() => 1, 1, 1e4)).toBeNaN();
});

test("compute grows by both sizes in their ratio, by FLOPs alone, and by one size alone", () => {
  const at = scaleLine(["params_b", "D", "experts"], [7, 2e12, 8])!.at(4);
  expect(at).toEqual([14, 4e12, 8]);
  expect(scaleLine(["C"], [1e22])!.at(4)).toEqual([4e22]);
  expect(scaleLine(["x"], [1])).toBeUndefined();
});

test.each([
  ["chinchilla", ["alpha", "beta"]],
  ["power-law-offset", ["alpha"]],
  ["kaplan", ["beta", "r"]],
  ["sigmoid", []],
  ["linear", []],
])("recipes may share of %s what no unit changes", (name, expected) => {
  const form = getForm(name);
  expect(
    sharedParameters(form)
      .map((p) => form.parameterNames[p])
      .sort(),
  ).toEqual(expected);
});

test("a law of several recipes has the value of each recipe's law", () => {
  const law = getForm("chinchilla");
  const laws = [
    [5.2, 6.1, 0.31, 0.27, 0.55],
    [5.6, 6.3, 0.35, 0.25, 0.6],
  ].map((values) => Float64Array.from(values));
  const joint = sharedForm(law, 2, sharedParameters(law), true);
  const packed = joint.pack(laws);
  const at = [1e9, 2e10];
  laws.forEach((own, r) => {
    const inputs = [...at, r === 0 ? 1 : 0, r === 1 ? 1 : 0];
    expect(joint.form.value(packed, inputs)).toBeCloseTo(law.value(own, at), 12);
    joint.unpack(packed)[r]!.forEach((value, p) => {
      expect(value).toBeCloseTo(own[p]!, 12);
    });
  });
});

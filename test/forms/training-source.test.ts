import { expect, test } from "vitest";
import { forms, getForm } from "../../src/forms/registry.ts";

test.each([...forms.keys()])("%s: the text for training leaves that for least squares as it is", (name) => {
  const before = getForm(name).kernelSource;
  const form = getForm(name);
  const training = form.trainingSource;
  expect(form.kernelSource).toBe(before);
  expect(training).toContain(`static constexpr int parameters = ${form.parameterNames.length};`);
  expect(training).toContain(`static constexpr int columns = ${form.columns.length};`);
  // One sum of each parameter is written, from itself.
  form.parameterNames.forEach((_, i) => {
    expect(training.split(`    g[${i}] = `)).toHaveLength(2);
  });
});

test("a network's weight takes one multiply-add a point, and a unit what its weights share once", () => {
  const { trainingSource } = getForm("network-5-3");
  const count = (what: RegExp): number => trainingSource.match(what)?.length ?? 0;
  // Forward 15 weights and 3 outputs; back 15 weights, 3 biases and 3 outputs.
  expect(count(/lf::fma/g)).toBe(39);
  // The slope times each output weight, and times whether the unit is on.
  expect(count(/ = \w+(\[\d+\])? \* \w+(\[\d+\])?;/g)).toBe(6);
  expect(count(/lf::relu/g)).toBe(3);
  expect(count(/lf::step/g)).toBe(3);
});

import { expect, test } from "vitest";
import { type DefinedForm, defineForm } from "../../src/forms/define-form.ts";
import { forms } from "../../src/forms/registry.ts";
import { everyFunction, quickForm, randomPoints } from "./helpers.ts";

/** More than one block of rows, and a part of another. */
const ROWS = 600;

const every: readonly (readonly [string, DefinedForm])[] = [
  ...Array.from(forms, ([name]) => name).map((name) => [name, defineForm(forms.get(name)!)] as const),
  ["every function of the notation", defineForm(everyFunction)],
  ["a constant", quickForm("y = 2 + 0*a*x", "a")],
];

test.each(every)("many rows of %s have the values that one has, to the last bit", (_, form) => {
  const points = randomPoints(form, ROWS);
  const width = form.parameterNames.length;
  const parameters = new Float64Array(ROWS * width);
  points.forEach(({ p }, i) => {
    parameters.set(p, i * width);
  });
  const columns = form.variableNames.map((_, v) => Float64Array.from(points, (point) => point.v[v]!));
  const out = new Float64Array(ROWS);

  form.valueOfRows(parameters, columns, out);
  expect(out).toEqual(Float64Array.from(points, ({ p, v }) => form.value(p, v)));

  const [first] = points;
  form.valueOfRows(parameters, [...first!.v], out);
  expect(out).toEqual(Float64Array.from(points, ({ p }) => form.value(p, first!.v)));

  form.valueOfRows(first!.p, columns, out);
  expect(out).toEqual(Float64Array.from(points, ({ v }) => form.value(first!.p, v)));

  const mixed = columns.map((column, v) => (v === 0 ? column : first!.v[v]!));
  form.valueOfRows(parameters, mixed, out);
  expect(out).toEqual(Float64Array.from(points, ({ p, v }) => form.value(p, first!.v.with(0, v[0]!))));
});

import { describe, expect, test } from "vitest";
import { type DefinedForm, defineForm } from "../../src/forms/define-form.ts";
import { forms, laws } from "../../src/forms/registry.ts";
import { everyFunction, pointsNear, quickForm, randomPoints } from "./helpers.ts";

/** Central difference of fourth order of f with respect to p[i], whose size is taken for `least` where it is below. */
function difference(f: (p: Float64Array) => number, p: Float64Array, i: number, least: number): number {
  const step = 3e-4 * Math.max(least, Math.abs(p[i]!));
  const at = (multiple: number): number => f(p.with(i, p[i]! + multiple * step));
  return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * step);
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function checkDerivatives(
  form: DefinedForm,
  points: { p: Float64Array; v: Float64Array }[],
  least = 1,
): void {
  const size = form.parameterNames.length;
  const gradient = new Float64Array(size);
  const again = new Float64Array(size);
  const hessian = new Float64Array((size * (size + 1)) / 2);
  for (const { p, v } of points) {
    const value = form.gradient(p, v, gradient);
    expect(form.value(p, v)).toBe(value);
    expect(form.hessian(p, v, again, hessian)).toBe(value);
    expect(again).toEqual(gradient);
    for (let i = 0; i < size; i++) {
      const numeric = difference((q) => form.value(q, v), p, i, least);
      const message = `d${form.output}/d${form.parameterNames[i]} at p = [${p}], v = [${v}]`;
      expect(Math.abs(numeric - gradient[i]!), message).toBeLessThanOrEqual(
        1e-6 * Math.abs(gradient[i]!) + 1e-10 * Math.abs(value) + 1e-12,
      );
      for (let j = 0; j <= i; j++) {
        const slope = (q: Float64Array): number => {
          form.gradient(q, v, again);
          return again[i]!;
        };
        const second = difference(slope, p, j, least);
        const analytic = hessian[(i * (i + 1)) / 2 + j]!;
        expect(Math.abs(second - analytic), `${message}, d${form.parameterNames[j]}`).toBeLessThanOrEqual(
          1e-4 * Math.abs(analytic) + 1e-9 * largest(gradient) + 1e-12,
        );
      }
    }
  }
}

describe.each([...forms.values(), everyFunction])(
  "derivatives of $name agree with finite differences",
  (record) => {
    const form = defineForm(record);
    test("at random points of the start range", () => {
      checkDerivatives(form, randomPoints(form, 40));
    });
  },
);

test.each([...laws.values()])("derivatives of the law $name agree with finite differences", (record) => {
  const form = defineForm(record);
  checkDerivatives(form, pointsNear(form, record.example, 20), 0.01);
});

test.each([...forms.values(), everyFunction])("$name at many points has the bits of each point", (record) => {
  const form = defineForm(record);
  const size = form.parameterNames.length;
  const points = randomPoints(form, 300);
  const variables = form.variableNames.map((_, i) => Float64Array.from(points, ({ v }) => v[i]!));
  const gradient = new Float64Array(size);
  for (const { p } of points.slice(0, 3)) {
    const values = new Float64Array(points.length);
    form.valueAt(p, variables, values);
    expect(values).toEqual(Float64Array.from(points, ({ v }) => form.value(p, v)));
    const slopes = new Float64Array(size * points.length);
    form.gradientAt(p, variables, values.fill(0), slopes);
    const expected = slopes.slice().fill(0);
    const again = points.map(({ v }, q) => {
      const value = form.gradient(p, v, gradient);
      for (let i = 0; i < size; i++) expected[i * points.length + q] = gradient[i]!;
      return value;
    });
    expect(values).toEqual(Float64Array.from(again));
    expect(slopes).toEqual(expected);
  }
});

test.each([
  ["y = b1*(1 - exp(-b2*x))", "b1 b2"],
  ["y = b1/(1 + exp(b2 - b3*x))^(1/b4)", "b1 b2 b3 b4"],
  ["y = b1*(b2 + x)^(-1/b3)", "b1 b2 b3"],
  ["y = (b1 + b2*x + b3*x^2)/(1 + b4*x + b5*x^2)", "b1 b2 b3 b4 b5"],
  ["y = b1 + b2*cos(2*pi*x/12) + b3*sin(2*pi*x/b4)", "b1 b2 b3 b4"],
  ["y = b1*exp(-(x - b2)^2/b3^2)", "b1 b2 b3"],
  ["y = b1 - atan(b2/(x - b3 - 9))/pi", "b1 b2 b3"],
])("derivatives of %s agree with finite differences", (expression, parameters) => {
  const form = quickForm(expression, parameters);
  checkDerivatives(form, randomPoints(form, 20));
});

describe("far outside the data everything stays finite", () => {
  test.each([-800, -40, 0, 40, 800])("saturating functions at an argument of %d", (argument) => {
    const expressions = [
      "y = a/(1 + exp(-k*x))",
      "y = a*sigmoid(k*x)",
      "y = a*softplus(k*x)",
      "y = a*log_sigmoid(k*x)",
      "y = a*tanh(k*x)",
      "y = a*ln(1 + exp(k*x))",
      "y = a*exp(k*x)/(1 + exp(k*x))",
    ];
    for (const expression of expressions) {
      const form = quickForm(expression, "a k");
      const gradient = new Float64Array(2);
      const hessian = new Float64Array(3);
      const value = form.hessian([0.5, argument], [1], gradient, hessian);
      expect([value, ...gradient, ...hessian].every(Number.isFinite), `${expression}: ${value}`).toBe(true);
    }
  });

  test("sigmoid and log-sigmoid keep their slopes at both ends", () => {
    const gradient = new Float64Array(3);
    const form = quickForm("y = 1 - a*log_sigmoid(-k*(x - m))", "a m k");
    form.gradient([-0.1, 0, 400], [2], gradient);
    expect([...gradient]).toEqual([800, 40, -0.2]);
    form.gradient([-0.1, 0, 400], [-2], gradient);
    expect(Math.abs(gradient[1]!)).toBeLessThan(1e-300);
  });
});

test("relu has slope 0 up to 0 and 1 above, and no curvature", () => {
  const form = quickForm("y = a*relu(b + c*x)", "a b c");
  const gradient = new Float64Array(3);
  const hessian = new Float64Array(6);
  const at = (b: number): { value: number; gradient: number[]; hessian: number[] } => {
    const value = form.hessian([2, b, 0.5], [3], gradient, hessian);
    return { value, gradient: [...gradient], hessian: [...hessian] };
  };
  expect(at(1)).toEqual({ value: 5, gradient: [2.5, 2, 6], hessian: [0, 1, 0, 3, 0, 0] });
  for (const b of [-1.5, -4]) {
    expect(at(b)).toEqual({ value: 0, gradient: [0, 0, 0], hessian: [0, 0, 0, 0, 0, 0] });
  }
});

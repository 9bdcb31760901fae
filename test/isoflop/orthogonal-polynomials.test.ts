import { expect, test } from "vitest";
import { fitPolynomial } from "../../src/isoflop/interpolations.ts";

const x = [16.5, 16.975, 17.2, 17.645, 18.07, 18.275, 18.78, 19.165, 19.5];
const y = x.map((one) => 3 - 0.1 * (one - 18) + 0.05 * (one - 18) ** 2 + 0.01 * Math.sin(7 * one));

test("residuals are NumPy's", () => {
  // y - numpy.polyval(numpy.polyfit(x - 18, y, 3), x - 18) of NumPy 2.4.6.
  const expected = [
    0.00028999109136185197, -0.005146877586255094, 0.009413080785443118, -0.008732544503939454,
    0.004348659019461909, 0.0035971563464327616, -0.009050562777195736, 0.007659651214273477,
    -0.002378553589636123,
  ];
  const { residuals } = fitPolynomial(Float64Array.from(x), Float64Array.from(y), 3);
  for (const [i, residual] of residuals.entries()) expect(residual).toBeCloseTo(expected[i]!, 13);
});

test("a polynomial of that degree leaves nothing", () => {
  const cubic = x.map((one) => 5 - one + 0.3 * (one - 18) ** 3);
  const { residuals, coefficients } = fitPolynomial(Float64Array.from(x), Float64Array.from(cubic), 3);
  expect(Math.max(...residuals.map(Math.abs))).toBeLessThan(1e-13);
  expect(coefficients[3]).toBeCloseTo(0.3, 12);
});

/** A polynomial fitted by least squares, in polynomials that are orthogonal on the points. */
export interface PolynomialFit {
  /** Of the orthogonal polynomials of degree 0, 1, ...: each has 1 before its highest power. */
  coefficients: Float64Array;
  /** Of the recurrence p[k+1](x) = (x - centres[k]) p[k](x) - ratios[k] p[k-1](x); ratios[0] is 0. */
  centres: Float64Array;
  ratios: Float64Array;
  /** What the fit leaves of each value. */
  residuals: Float64Array;
}

/**
 * Least squares of a polynomial by orthogonal polynomials (Forsythe, 1957): no normal equations, so no digits are lost where
 * the x are far from 0, as logarithms of sizes are.
 *
 * @param x more different values than the degree
 * @param y as many
 */
export function fitPolynomial(x: Float64Array, y: Float64Array, degree: number): PolynomialFit {
  const coefficients = new Float64Array(degree + 1);
  const centres = new Float64Array(degree + 1);
  const ratios = new Float64Array(degree + 1);
  const residuals = y.slice();
  let before = new Float64Array(x.length);
  let now = new Float64Array(x.length).fill(1);
  let lastSquares = 1;
  for (let k = 0; k <= degree; k++) {
    let [squares, moment, product] = [0, 0, 0];
    for (let i = 0; i < x.length; i++) {
      const square = now[i]! * now[i]!;
      squares += square;
      moment += square * x[i]!;
      // Of the residuals, not of y: they are the same but for rounding, and this loses less of it.
      product += now[i]! * residuals[i]!;
    }
    const coefficient = product / squares;
    const centre = moment / squares;
    const ratio = k === 0 ? 0 : squares / lastSquares;
    coefficients[k] = coefficient;
    centres[k] = centre;
    ratios[k] = ratio;
    const next = new Float64Array(x.length);
    for (let i = 0; i < x.length; i++) {
      residuals[i]! -= coefficient * now[i]!;
      next[i] = (x[i]! - centre) * now[i]! - ratio * before[i]!;
    }
    [before, now, lastSquares] = [now, next, squares];
  }
  return { coefficients, centres, ratios, residuals };
}

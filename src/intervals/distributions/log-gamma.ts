/** Coefficients of Stirling's series in 1/x^2 (DLMF 5.11.1), from the lowest power up. */
const stirling = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];

/** From here on Stirling's series is exact to rounding. */
const stirlingStart = 12;

/** What Stirling's series adds to (x - 1/2) ln x - x + ln(2 pi)/2, for x >= `stirlingStart`. */
function stirlingCorrection(x: number): number {
  let series = 0;
  for (let k = stirling.length - 1; k >= 0; k--) series = series / (x * x) + stirling[k]!;
  return series / x;
}

/** Natural logarithm of the gamma function at x > 0: Stirling's series, reached by the recurrence from below. */
export function logGamma(x: number): number {
  let product = 1;
  let z = x;
  for (; z < stirlingStart; z++) product *= z;
  return (
    (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + stirlingCorrection(z) - Math.log(product)
  );
}

/** Natural logarithm of the beta function at a, b > 0. */
export function logBeta(a: number, b: number): number {
  const large = Math.max(a, b);
  const small = Math.min(a, b);
  if (large < stirlingStart) return logGamma(a) + logGamma(b) - logGamma(a + b);
  // The difference of the two large terms is taken on paper: as numbers they would cancel.
  return (
    logGamma(small) +
    small -
    (large - 0.5) * Math.log1p(small / large) -
    small * Math.log(a + b) +
    stirlingCorrection(large) -
    stirlingCorrection(a + b)
  );
}

/**
 * How far the parameters of a fit may be off: independent parts that their error is the sum of. The covariance is
 * parts' parts.
 */
export interface Spread {
  /** parts x parameters, row-major; 0 for parameters that are held. */
  parts: Float64Array;
  /** Parameters of the form. */
  width: number;
  /** Run that each part comes from: parts of one run in several fits move together. Without, all are parts of their own. */
  runs?: readonly string[];
  /** Degrees of freedom of the Student's t to multiply a standard error by; infinity is the normal. */
  freedom: number;
}

/** Standard error of each parameter; 0 for those that are held. */
export function standardErrors({ parts, width }: Spread): Float64Array {
  const squares = new Float64Array(width);
  parts.forEach((part, i) => {
    squares[i % width]! += part * part;
  });
  return squares.map(Math.sqrt);
}

/** Covariance of two parameters. */
export function covariance({ parts, width }: Spread, a: number, b: number): number {
  let sum = 0;
  for (let i = 0; i < parts.length; i += width) sum += parts[i + a]! * parts[i + b]!;
  return sum;
}

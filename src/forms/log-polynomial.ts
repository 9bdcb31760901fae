import { contains, type Expression, expressionKey, factorsOf, type Part } from "./expression.ts";

/** A polynomial in a logarithm whose coefficients are parameters that occur nowhere else. */
export interface LogPolynomial {
  /** What the logarithm is of; it has no parameter. */
  of: Expression;
  /** Parameter and sign of each power, the constant first. */
  coefficients: readonly { index: number; sign: 1 | -1 }[];
}

/** Polynomials of a sum, and its terms that are in none but as their constant. */
export interface FoundPolynomials {
  polynomials: readonly LogPolynomial[];
  others: readonly Part[];
}

/**
 * The polynomials of degree 2 and more among the terms of a sum, such as `a0 + a1*ln(N) + a2*ln(N)^2`: those of which all powers are there. In another
 * unit of N they are polynomials with other coefficients, so that it can be chosen: by powers of ln(N) themselves, for N of 1e7 to 1e10, the coefficients
 * of degree 8 are told apart to one part in 1e11, by those of the logarithm of N over its mean to one in 1e4.
 *
 * @param isFree whether a parameter occurs once and has no change yet
 */
export function logPolynomials(
  terms: readonly Part[],
  isFree: (parameter: number) => boolean,
): FoundPolynomials {
  const freeOf = ({ node }: Part): number | undefined =>
    node.kind === "parameter" && isFree(node.index) ? node.index : undefined;
  const constant = terms.find((term) => freeOf(term) !== undefined);
  if (constant === undefined) return { polynomials: [], others: terms };
  const found = new Map<
    string,
    { of: Expression; powers: Map<number, { term: Part; index: number; sign: 1 | -1 }> }
  >();
  for (const term of terms) {
    const power = powerOf(term, isFree);
    if (power === undefined) continue;
    const key = expressionKey(power.of);
    const own = found.get(key) ?? { of: power.of, powers: new Map() };
    found.set(key, own);
    // Two coefficients of one power are not told apart.
    if (own.powers.has(power.degree)) return { polynomials: [], others: terms };
    own.powers.set(power.degree, { term, index: power.index, sign: power.sign });
  }
  const whole = [...found.values()].filter(({ powers }) => {
    return powers.size > 1 && Math.max(...powers.keys()) === powers.size;
  });
  const taken = new Set(whole.flatMap(({ powers }) => Array.from(powers.values(), ({ term }) => term)));
  return {
    polynomials: whole.map(({ of, powers }) => ({
      of,
      coefficients: [
        { index: freeOf(constant)!, sign: constant.sign },
        ...Array.from(powers, (_, k) => powers.get(k + 1)!).map(({ index, sign }) => ({ index, sign })),
      ],
    })),
    others: terms.filter((term) => !taken.has(term)),
  };
}

/** A free parameter times a power of a logarithm. */
function powerOf(
  { node, sign }: Part,
  isFree: (parameter: number) => boolean,
): { of: Expression; degree: number; index: number; sign: 1 | -1 } | undefined {
  let of: Expression | undefined;
  let degree = 0;
  let index: number | undefined;
  for (const { node: factor, sign: exponent } of factorsOf(node)) {
    const [base, times] =
      factor.kind === "binary" && factor.operator === "^" && factor.right.kind === "number"
        ? [factor.left, factor.right.value]
        : [factor, 1];
    if (exponent < 0) return undefined;
    if (base.kind === "parameter" && times === 1 && index === undefined && isFree(base.index))
      index = base.index;
    else if (base.kind === "call" && base.function === "ln" && Number.isInteger(times) && times > 0) {
      const argument = base.arguments[0]!;
      if (contains(argument, "parameter")) return undefined;
      if (of !== undefined && expressionKey(of) !== expressionKey(argument)) return undefined;
      of = argument;
      degree += times;
    } else return undefined;
  }
  return of === undefined || index === undefined ? undefined : { of, degree, index, sign };
}

/** Coefficients by powers of x + by of the polynomial with these by powers of x, constants first: by repeated division (Horner). */
export function shiftedCoefficients(coefficients: readonly number[], by: number): number[] {
  const shifted = [...coefficients];
  for (let low = 0; low < shifted.length - 1; low++) {
    for (let k = shifted.length - 2; k >= low; k--) shifted[k] = shifted[k]! - by * shifted[k + 1]!;
  }
  return shifted;
}

import { all, type BigNumber, create } from "mathjs";
import { runCpp, type Toolchain } from "./cpp.ts";

const { bignumber, exp, log, sqrt, sin, cos, atan, tanh, divide, multiply, add, pow, subtract, abs } = create(
  all!,
  {
    number: "BigNumber",
    precision: 45,
  },
);

/** Functions in the order that functions.cpp writes them, each to 45 digits. */
export const truths = {
  exp: (x: BigNumber) => exp(x),
  log: (x: BigNumber) => log(x) as BigNumber,
  log_inverse: (x: BigNumber) => divide(1, x) as BigNumber,
  reciprocal: (x: BigNumber) => divide(1, x) as BigNumber,
  rough_reciprocal: (x: BigNumber) => divide(1, x) as BigNumber,
  sqrt: (x: BigNumber) => sqrt(x) as BigNumber,
  sin: (x: BigNumber) => sin(x),
  cos: (x: BigNumber) => cos(x),
  atan: (x: BigNumber) => atan(x) as BigNumber,
  tanh: (x: BigNumber) => tanh(x),
  sigmoid: (x: BigNumber) => divide(1, add(1, exp(x.neg()))) as BigNumber,
  sigmoid_beside_softplus: (x: BigNumber) => divide(1, add(1, exp(x.neg()))) as BigNumber,
  softplus: (x: BigNumber) => log(add(1, exp(x)) as BigNumber) as BigNumber,
  log_sigmoid: (x: BigNumber) => (log(add(1, exp(x.neg())) as BigNumber) as BigNumber).neg(),
} as const;

export type FunctionName = keyof typeof truths;
export const functionNames = Object.keys(truths) as FunctionName[];

/** A float64 number as it is, digit for digit. */
export function exactly(x: number): BigNumber {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const mantissa = (bits & 0xfffffffffffffn) | (exponent > 0 ? 1n << 52n : 0n);
  const size = multiply(bignumber(mantissa), pow(bignumber(2), bignumber(Math.max(exponent, 1) - 1075)));
  return (x < 0 ? (size as BigNumber).neg() : size) as BigNumber;
}

/** Distance of two float64 neighbours at |x|. */
export function unitInLastPlace(x: number): number {
  return 2 ** (Math.max(Math.floor(Math.log2(Math.abs(x))), -1022) - 52);
}

/** Error of `found` in units in the last place of the true value. */
export function ulps(found: number, truth: BigNumber): number {
  const off = abs(subtract(exactly(found), truth)) as BigNumber;
  return (divide(off, exactly(unitInLastPlace(truth.toNumber()))) as BigNumber).toNumber();
}

/** What kernels compiled with a toolchain give: each function at each of the numbers (a multiple of 8 of them). */
export function kernelValues(numbers: Float64Array, toolchain: Toolchain): FunctionValues {
  const bytes = runCpp("functions.cpp", toolchain, new Uint8Array(numbers.buffer));
  return byFunction(new Float64Array(bytes.buffer));
}

export type FunctionValues = Record<FunctionName, Float64Array>;

/** Values of one function after another, by its name. */
export function byFunction(values: Float64Array): FunctionValues {
  const count = values.length / functionNames.length;
  const entries = functionNames.map((name, f) => [name, values.slice(f * count, (f + 1) * count)] as const);
  return Object.fromEntries(entries) as FunctionValues;
}

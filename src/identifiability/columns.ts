/**
 * Inner products of one column with the first `count` of some others, each summed from the first point to the last. Four sums at a time: an addition
 * has to wait for the one before it, and those of other sums fill the wait.
 *
 * @param into takes them from place `at` on
 */
export function innerProducts(
  column: Float64Array,
  others: readonly Float64Array[],
  count: number,
  into: Float64Array,
  at: number,
): void {
  const points = column.length;
  let c = 0;
  for (; c + 4 <= count; c += 4) {
    const [x0, x1, x2, x3] = [others[c]!, others[c + 1]!, others[c + 2]!, others[c + 3]!];
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let i = 0; i < points; i++) {
      const y = column[i]!;
      s0 += y * x0[i]!;
      s1 += y * x1[i]!;
      s2 += y * x2[i]!;
      s3 += y * x3[i]!;
    }
    into[at + c] = s0;
    into[at + c + 1] = s1;
    into[at + c + 2] = s2;
    into[at + c + 3] = s3;
  }
  for (; c + 2 <= count; c += 2) {
    const [x0, x1] = [others[c]!, others[c + 1]!];
    let [s0, s1] = [0, 0];
    for (let i = 0; i < points; i++) {
      const y = column[i]!;
      s0 += y * x0[i]!;
      s1 += y * x1[i]!;
    }
    into[at + c] = s0;
    into[at + c + 1] = s1;
  }
  if (c < count) into[at + c] = dot(column, others[c]!);
}

/** Inner product of two arrays of one length. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Products of two arrays of one length, number by number. */
export function times(a: Float64Array, b: Float64Array): Float64Array {
  const products = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) products[i] = a[i]! * b[i]!;
  return products;
}

/** Divides an array in place. */
export function divide(column: Float64Array, by: number): void {
  for (let i = 0; i < column.length; i++) column[i]! /= by;
}

/** Sum of the products of three arrays, from the first number to the last. */
export function sumOfProducts(a: Float64Array, b: Float64Array, c: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]! * c[i]!;
  return sum;
}

/** Sum of an array, from the first number to the last. */
export function sumOf(a: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]!;
  return sum;
}

/**
 * Solves a small square system by LU with partial pivoting, in place: thousands of systems of a few equations each, for which a
 * library's matrices take ten times as long.
 *
 * @param system row-major, overwritten
 * @param right its right-hand side, which the solution takes the place of
 * @returns whether the system has one solution
 */
export function solveSquare(system: Float64Array, right: Float64Array): boolean {
  const size = right.length;
  for (let j = 0; j < size; j++) {
    let pivot = j;
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let k = 0; k < Math.min(i, j); k++) sum += system[i * size + k]! * system[k * size + j]!;
      system[i * size + j]! -= sum;
      if (i > j && Math.abs(system[i * size + j]!) > Math.abs(system[pivot * size + j]!)) pivot = i;
    }
    if (system[pivot * size + j] === 0) return false;
    if (pivot !== j) exchangeRows(system, right, pivot, j);
    for (let i = j + 1; i < size; i++) system[i * size + j]! /= system[j * size + j]!;
  }
  for (let k = 0; k < size; k++) {
    for (let i = k + 1; i < size; i++) right[i]! -= right[k]! * system[i * size + k]!;
  }
  for (let k = size - 1; k >= 0; k--) {
    right[k]! /= system[k * size + k]!;
    for (let i = 0; i < k; i++) right[i]! -= right[k]! * system[i * size + k]!;
  }
  return true;
}

function exchangeRows(system: Float64Array, right: Float64Array, a: number, b: number): void {
  const size = right.length;
  for (let k = 0; k < size; k++) {
    const value = system[a * size + k]!;
    system[a * size + k] = system[b * size + k]!;
    system[b * size + k] = value;
  }
  const value = right[a]!;
  right[a] = right[b]!;
  right[b] = value;
}

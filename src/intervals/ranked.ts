/** Values in ascending order, which are read by their rank: a sorted array, or values of which few ranks are ever asked for. */
export interface Ascending {
  readonly length: number;
  /** @param rank from 0; negative ranks count from the end */
  at(rank: number): number | undefined;
}

/** Parts of at most this many values are sorted as a whole. */
const FEW = 24;

/**
 * Values by their rank, without sorting all of them: only the parts in which a rank was asked for are divided further (Hoare, 1961,
 * algorithm 65). The values that it gives are those of the sorted array; zeros of either sign are the same number.
 */
export class Ranked implements Ascending {
  /** No value before a cut is larger than one after it. */
  readonly #cuts: number[];
  readonly #values: Float64Array;

  /** @param values that are numbers, infinite ones among them; they are moved about in place */
  constructor(values: Float64Array) {
    this.#values = values;
    this.#cuts = [0, values.length];
  }

  get length(): number {
    return this.#values.length;
  }

  at(rank: number): number | undefined {
    const values = this.#values;
    const place = rank < 0 ? values.length + rank : rank;
    if (!(place >= 0 && place < values.length)) return undefined;
    const cuts = this.#cuts;
    let after = 1;
    while (cuts[after]! <= place) after++;
    // A part that will not shrink is sorted, so that no order of the values takes long.
    for (let divisions = 2 * Math.ceil(Math.log2(values.length)); ; divisions--) {
      const first = cuts[after - 1]!;
      const end = cuts[after]!;
      if (end - first <= FEW) sortFew(values, first, end);
      else if (divisions === 0) values.subarray(first, end).sort();
      else {
        const cut = divide(values, first, end);
        cuts.splice(after, 0, cut);
        if (cut <= place) after++;
        continue;
      }
      return values[place];
    }
  }
}

/** Sorts a part by insertion; one that is sorted already is only read. */
function sortFew(values: Float64Array, first: number, end: number): void {
  for (let i = first + 1; i < end; i++) {
    const value = values[i]!;
    let to = i;
    for (; to > first && values[to - 1]! > value; to--) values[to] = values[to - 1]!;
    values[to] = value;
  }
}

/** Divides a part at the median of three of its values; returns where the larger ones begin, which is within the part. */
function divide(values: Float64Array, first: number, end: number): number {
  const [a, b, c] = [values[first]!, values[(first + end) >>> 1]!, values[end - 1]!];
  const pivot = Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  let i = first - 1;
  let j = end;
  for (;;) {
    do i++;
    while (values[i]! < pivot);
    do j--;
    while (values[j]! > pivot);
    if (i >= j) return j + 1;
    const value = values[i]!;
    values[i] = values[j]!;
    values[j] = value;
  }
}

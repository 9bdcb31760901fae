/** Most that is kept. */
const MOST_KEPT = 24;

/** Keeps what was made of columns of numbers, of those that were asked for last: many fits of a sweep have the same runs. */
export class KeptOfColumns<Made> {
  readonly #kept: { columns: readonly ArrayLike<number>[]; made: Made }[] = [];

  /** @param columns that nobody changes, and that all that is made follows from */
  of(columns: readonly ArrayLike<number>[], make: () => Made): Made {
    const place = this.#kept.findIndex((one) => areEqual(one.columns, columns));
    const kept = place < 0 ? { columns, made: make() } : this.#kept.splice(place, 1)[0]!;
    this.#kept.unshift(kept);
    if (this.#kept.length > MOST_KEPT) this.#kept.pop();
    return kept.made;
  }
}

function areEqual(some: readonly ArrayLike<number>[], others: readonly ArrayLike<number>[]): boolean {
  if (some.length !== others.length) return false;
  for (let c = 0; c < some.length; c++) {
    const [a, b] = [some[c]!, others[c]!];
    if (a === b) continue;
    if (a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  }
  return true;
}

/**
 * Counts the steps by which a form is multiplied out, differentiated and split into operations, and ends them beyond a limit. The
 * count hangs on the form alone, so that one that is refused is refused on every machine.
 */
export class StepBudget {
  readonly #most: number;
  readonly #refuse: (most: number) => never;
  #spent = 0;

  /** @param refuse throws the error that says what takes more than `most` steps */
  constructor(most: number, refuse: (most: number) => never) {
    this.#most = most;
    this.#refuse = refuse;
  }

  spend(steps: number): void {
    this.#spent += steps;
    if (this.#spent > this.#most) this.#refuse(this.#most);
  }
}

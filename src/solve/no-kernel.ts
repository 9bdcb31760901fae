/** There is no compiled kernel, and why, on one line: another backend may have one. */
export class NoKernelError extends Error {
  override name = "NoKernelError";
  /** Whether it is of no use to ask for others: the compiler took all the time that it had. */
  readonly isFinal: boolean;

  constructor(reason: string, isFinal = false) {
    super(reason);
    this.isFinal = isFinal;
  }
}

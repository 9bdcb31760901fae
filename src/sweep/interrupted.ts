/** The user, or the machine's scheduler, asked a sweep to stop: what was finished is on the disk. */
export class Interrupted extends Error {
  override name = "Interrupted";
}

/** @throws Interrupted where the signal says to stop */
export function stopIfAsked(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Interrupted("interrupted");
}

import { setImmediate } from "node:timers/promises";

/** The user, or the machine's scheduler, asked a sweep to stop: what was finished is on the disk. */
export class Interrupted extends Error {
  override name = "Interrupted";
}

/** @throws Interrupted where the signal says to stop */
export function stopIfAsked(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Interrupted("interrupted");
}

/** Milliseconds of work between two pauses. */
const stretch = 10;

/**
 * A function to call between the steps of long work: every 10 ms it lets signals, timers and answers of kernels be handled, and otherwise
 * it costs almost nothing. It throws `Interrupted` if the signal asks to stop.
 */
export function pauses(signal: AbortSignal | undefined): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < stretch) return undefined;
    return setImmediate().then(() => {
      stopIfAsked(signal);
      since = performance.now();
    });
  };
}

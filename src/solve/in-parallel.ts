/**
 * Calls `work` for 0 to `total` - 1, at most `concurrency` at once, the next as soon as an earlier call has ended. Rejects with
 * the first error of a call; the calls beside it go on.
 */
export async function inParallel(
  concurrency: number,
  total: number,
  work: (i: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < total) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, total) }, worker));
}

/** As `inParallel`, for the parts of 0 to `total` - 1 of `most` numbers each; the last part may have fewer. */
export function partsInParallel(
  concurrency: number,
  total: number,
  most: number,
  work: (first: number, count: number) => Promise<void>,
): Promise<void> {
  // Most requests are one part.
  if (total > 0 && total <= most) return work(0, total);
  return inParallel(concurrency, Math.ceil(total / most), (part) =>
    work(part * most, Math.min(most, total - part * most)),
  );
}

/** Milliseconds from which on a part is large enough: few enough of them for the host, and short enough for who waits or stops. */
const longEnough = 60;

/**
 * As `partsInParallel`, in parts that begin with `least` numbers and grow while they are done sooner than the host can look after
 * them, up to `most`. The last parts are small, so that all workers end together.
 */
export async function growingParts(
  concurrency: number,
  total: number,
  { least, most }: { least: number; most: number },
  work: (first: number, count: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  let size = least;
  const worker = async (): Promise<void> => {
    while (next < total) {
      const share = Math.ceil((total - next) / (2 * concurrency));
      const count = Math.min(total - next, Math.max(least, Math.min(size, share)));
      const first = next;
      next += count;
      const began = performance.now();
      await work(first, count);
      if (performance.now() - began < longEnough) size = Math.min(most, 2 * size);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, Math.ceil(total / least)) }, worker));
}

/** Runs a task when it is its turn. */
export type Limiter = <Result>(task: () => Promise<Result>) => Promise<Result>;

/** Lets at most `limit` tasks run at once; the others wait in the order in which they came. */
export function limiter(limit: number): Limiter {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

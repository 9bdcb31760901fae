/** Calls `work` for 0 to `total` - 1, so many at once. */
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

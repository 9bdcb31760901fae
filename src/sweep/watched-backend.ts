import type { Backend, Kernel, KernelRequest } from "../solve/kernel.ts";
import { stopIfAsked } from "./interrupted.ts";

export interface WatchedBackend extends Backend {
  /** Resolves when no request is on its way. */
  idle(): Promise<void>;
}

export interface BackendWatch {
  /** Asks it to take no more requests, and ends what it compiles; requests on their way are answered. */
  signal?: AbortSignal | undefined;
  /** Told of the fits of each request that is answered. */
  onFits?: ((fits: number) => void) | undefined;
}

/** What the function gives, unless the signal says to stop before it has; then it may have failed for being ended. */
export async function unlessStopped<Result>(
  signal: AbortSignal | undefined,
  make: () => Promise<Result>,
): Promise<Result> {
  stopIfAsked(signal);
  try {
    return await make();
  } finally {
    stopIfAsked(signal);
  }
}

/** A backend whose fits are counted, and which can be stopped: requests are then refused with `Interrupted`. */
export function watchBackend(backend: Backend, { signal, onFits }: BackendWatch): WatchedBackend {
  const open = new Set<Promise<unknown>>();
  const watch = (kernel: Kernel): Kernel => ({
    starts: (request, range) => kernel.starts(request, range),
    async solve(request: KernelRequest) {
      stopIfAsked(signal);
      const answer = kernel.solve(request);
      open.add(answer);
      try {
        const found = await answer;
        onFits?.(request.count);
        return found;
      } finally {
        open.delete(answer);
      }
    },
  });
  const kernels = new WeakMap<Kernel, Kernel>();
  return {
    name: backend.name,
    description: backend.description,
    concurrency: backend.concurrency,
    startsPerRequest: backend.startsPerRequest,
    async kernel(variant) {
      const kernel = await unlessStopped(signal, () => backend.kernel(variant));
      const known = kernels.get(kernel) ?? watch(kernel);
      kernels.set(kernel, known);
      return known;
    },
    kernelCounts: () => backend.kernelCounts(),
    close: () => backend.close(),
    async idle() {
      while (open.size > 0) await Promise.allSettled([...open]);
    },
  };
}

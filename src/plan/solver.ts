import type { Backend, Kernel, KernelRequest } from "../solve/kernel.ts";
import type { Problem, SolveOptions, SolveResult } from "../solve/problem.ts";
import { stopIfAsked } from "./interrupted.ts";

/** Solves problems, in order; `solveProblems` of src/solve is one. */
export type Solver = (problems: Problem[], options: SolveOptions) => Promise<SolveResult[]>;

/**
 * What solves a sweep, from its fits to its replicates.
 *
 * A sweep asks in two ways. Fits of the data go through `solve`, which may be anyone's solver, so that a program can bring its
 * own and have the same tables. Replicates go to the `backend`, since only kernels draw resamples. The backend is opened
 * when it is first asked for, as a sweep whose results are all kept needs none (a GPU takes seconds to open), and once, as
 * what it compiles serves all phases.
 *
 * Others wrap a session and pass on what they do not change: one keeps what is solved (`storedSession`), one solves nothing
 * and says what is missing (`absent`). A session is closed once, by who opened it; requests on their way are then answered
 * first.
 */
export interface SolverSession {
  solve: Solver;
  /** For replicates. */
  backend(): Promise<Backend>;
  /** Of a session that solves nothing: the error that says that a problem's replicates are missing. */
  absent?: ((problemKey: string) => Error) | undefined;
  /** Asks what is worked out beside it to stop too. */
  signal?: AbortSignal | undefined;
  close(): Promise<void>;
}

/**
 * Opens what solves a sweep: one backend for all, when it is first needed.
 *
 * @param given solves the fits in its place; the backend is then for replicates alone
 * @param watch counts its fits and can stop it
 */
export function solverSession(
  given: Solver | undefined,
  options: SolveOptions,
  watch: BackendWatch = {},
): SolverSession {
  let opened: Promise<WatchedBackend> | undefined;
  let isClosed = false;
  const backend = (): Promise<Backend> => {
    opened ??= import("../solve/backends.ts").then(async ({ openBackend }) => {
      const { signal } = watch;
      const open = () => openBackend(options.backend, options.threads, { ...options, signal });
      return watchBackend(await unlessStopped(signal, open), watch);
    });
    return opened;
  };
  const solve: Solver = async (problems, own) => {
    const { solveProblemsOn } = await import("../solve/solve.ts");
    return solveProblemsOn(await backend(), problems, own);
  };
  return {
    solve: given ?? solve,
    backend,
    signal: watch.signal,
    async close() {
      if (opened === undefined || isClosed) return;
      isClosed = true;
      const open = await opened.catch(() => undefined);
      if (open === undefined) return;
      // Requests that an error left on their way.
      await open.idle();
      options.onKernels?.(open.kernelCounts());
      await open.close();
    },
  };
}

interface WatchedBackend extends Backend {
  /** Resolves when no request is on its way. */
  idle(): Promise<void>;
}

interface BackendWatch {
  /** Asks it to take no more requests, and ends what it compiles; requests on their way are answered. */
  signal?: AbortSignal | undefined;
  /** Told of the fits of each request that is answered. */
  onFits?: ((fits: number) => void) | undefined;
}

/** What the function gives, unless the signal says to stop before it has; then it may have failed for being ended. */
async function unlessStopped<Result>(
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
function watchBackend(backend: Backend, { signal, onFits }: BackendWatch): WatchedBackend {
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

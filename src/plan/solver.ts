import {
  type Backend,
  type Kernel,
  type KernelRequest,
  type KernelVariant,
  variantKey,
} from "../solve/kernel.ts";
import type { Problem, SolveOptions, SolveResult } from "../solve/problem.ts";
import { stopIfAsked } from "./interrupted.ts";

/** Solves problems, in order; `solveProblems` of src/solve is one. */
export type Solver = (problems: Problem[], options: SolveOptions) => Promise<SolveResult[]>;

/**
 * What solves a sweep, from its fits to its replicates.
 *
 * A sweep uses it in two ways. Fits of the data go through `solve`, which may be any solver, so that a program can use its
 * own and have the same tables. Replicates go to the `backend`, since only kernels draw resamples. The backend is opened
 * when it is first needed, because a sweep whose results are all kept needs none (a GPU takes seconds to open), and once, because
 * the kernels that it compiles serve all phases.
 *
 * Others wrap a session and pass on what they do not change: one keeps what is solved (`storedSession`), one solves nothing
 * and says what is missing (`absent`). A session is closed once, by its opener; requests in flight are then answered
 * first.
 */
export interface SolverSession {
  solve: Solver;
  /** The backend, which solves replicates. */
  backend(): Promise<Backend>;
  /** The error for missing replicates of a problem, in a session that solves nothing. */
  absent?: ((problemKey: string) => Error) | undefined;
  /** The signal that stops the session; work outside the session obeys it too. */
  signal?: AbortSignal | undefined;
  close(): Promise<void>;
}

/**
 * Opens what solves a sweep: one backend for all, when it is first needed.
 *
 * @param given a solver of the fits in place of the backend, which then solves only replicates
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
  const solve: Solver = async (problems, problemOptions) => {
    const { solveProblemsOn } = await import("../solve/solve.ts");
    return solveProblemsOn(await backend(), problems, problemOptions);
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
      // Requests that an error left in flight.
      await open.idle();
      options.onKernels?.(open.kernelCounts());
      await open.close();
    },
  };
}

interface WatchedBackend extends Backend {
  /** Resolves when no request is in flight. */
  idle(): Promise<void>;
}

/** Fits of one kernel: those of the data, or those of replicates, which begin near their optimum. */
export interface KernelFits {
  kernel: string;
  isReplicate: boolean;
  fits: number;
}

interface BackendWatch {
  /** Makes it refuse new requests and ends its compilations; requests in flight are answered. */
  signal?: AbortSignal | undefined;
  /** Called with the fits of each answered request, and the seconds from the request to the answer. */
  onFits?: ((fits: KernelFits, seconds: number) => void) | undefined;
  /** Called when everything begins to wait for a kernel, which may have to be compiled, and when that ends. */
  onWaiting?: ((isWaiting: boolean) => void) | undefined;
}

/** The function's result, unless the signal asks to stop first; then the function may have failed because it was ended. */
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
function watchBackend(backend: Backend, { signal, onFits, onWaiting }: BackendWatch): WatchedBackend {
  const open = new Set<Promise<unknown>>();
  let wanted = 0;
  const reportWaiting = (): void => onWaiting?.(wanted > 0 && open.size === 0);
  const watch = (kernel: Kernel, variant: KernelVariant): Kernel => {
    const isReplicate = variant.resampling !== "none";
    // Of a form that is interpreted the text is not made, nor kept: a search has forms by the thousand.
    const name = () => variantKey({ ...(kernel.compiledFor ?? variant), resampling: "none" });
    return {
      starts: (request, range) => kernel.starts(request, range),
      async solve(request: KernelRequest) {
        stopIfAsked(signal);
        const began = performance.now();
        const answer = kernel.solve(request);
        open.add(answer);
        reportWaiting();
        try {
          const answered = await answer;
          onFits?.({ kernel: name(), isReplicate, fits: request.count }, (performance.now() - began) / 1000);
          return answered;
        } finally {
          open.delete(answer);
          reportWaiting();
        }
      },
    };
  };
  const kernels = new WeakMap<Kernel, Kernel>();
  return {
    name: backend.name,
    description: backend.description,
    concurrency: backend.concurrency,
    requestsPerCall: backend.requestsPerCall,
    startsPerRequest: backend.startsPerRequest,
    async kernel(variant) {
      wanted++;
      reportWaiting();
      try {
        const kernel = await unlessStopped(signal, () => backend.kernel(variant));
        const watched = kernels.get(kernel) ?? watch(kernel, variant);
        kernels.set(kernel, watched);
        return watched;
      } finally {
        wanted--;
        reportWaiting();
      }
    },
    ...(backend.compile && {
      compile: (variants, work) => unlessStopped(signal, () => backend.compile!(variants, work)),
    }),
    kernelCounts: () => backend.kernelCounts(),
    close: () => backend.close(),
    async idle() {
      while (open.size > 0) await Promise.allSettled([...open]);
    },
  };
}

import { type Limiter, limiter } from "./in-parallel.ts";
import type { Backend, Kernel, KernelAnswer, KernelRequest, KernelVariant, StartsRequest } from "./kernel.ts";
import type { KernelCounts } from "./problem.ts";

/** A backend that answers requests which another cannot: opened when it is first needed, and never asked for more at once than it takes. */
export class Fallback {
  readonly #open: () => Promise<Backend>;
  #backend: Promise<Backend> | undefined;
  #answering: Backend | undefined;
  readonly #kernels = new Map<KernelVariant, Promise<Kernel>>();
  #inTurn: Limiter | undefined;

  constructor(open: () => Promise<Backend>) {
    this.#open = open;
  }

  /** @throws UserError where that backend does not work here either */
  #opened(): Promise<Backend> {
    this.#backend ??= this.#open().then((backend) => {
      this.#answering = backend;
      return backend;
    });
    return this.#backend;
  }

  async solve(variant: KernelVariant, request: KernelRequest): Promise<KernelAnswer> {
    const backend = await this.#opened();
    const kernel = await this.#kernel(variant);
    this.#inTurn ??= limiter(backend.concurrency);
    return this.#inTurn(() => kernel.solve(request));
  }

  async starts(variant: KernelVariant, request: StartsRequest, range: Float64Array): Promise<Float64Array> {
    const kernel = await this.#kernel(variant);
    return kernel.starts(request, range);
  }

  /** @throws UserError where that backend has no kernel for the variant */
  async kernel(variant: KernelVariant): Promise<Kernel> {
    await this.#kernel(variant);
    return {
      solve: (request) => this.solve(variant, request),
      starts: (request, range) => this.starts(variant, request, range),
    };
  }

  #kernel(variant: KernelVariant): Promise<Kernel> {
    let kernel = this.#kernels.get(variant);
    if (!kernel) {
      kernel = this.#opened().then((backend) => backend.kernel(variant));
      this.#kernels.set(variant, kernel);
    }
    return kernel;
  }

  /** How many kernels of that backend were needed. */
  get kernelCounts(): KernelCounts {
    return this.#answering?.kernelCounts() ?? { kernels: 0, compiled: 0 };
  }

  async close(): Promise<void> {
    const backend = await this.#backend?.catch(() => undefined);
    await backend?.close();
  }
}

/** There is no compiled kernel; the message has the reason, on one line. Another backend may have one. */
export class NoKernelError extends Error {
  override name = "NoKernelError";
  /** Whether other kernels would fail in the same way: the compiler exceeded its time limit. */
  readonly isFinal: boolean;

  constructor(reason: string, isFinal = false) {
    super(reason);
    this.isFinal = isFinal;
  }
}

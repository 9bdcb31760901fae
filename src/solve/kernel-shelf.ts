import type { Kernel } from "./kernel.ts";
import type { KernelCounts } from "./problem.ts";

/** A kernel, and whether it was compiled now, was there already, or is no kernel of this backend's own. */
export interface ShelvedKernel {
  kernel: Kernel;
  made: "compiled" | "found" | "elsewhere";
}

/** The kernels of a backend: each is made once, when it is first asked for, and counted. */
export class KernelShelf {
  readonly #kernels = new Map<string, Promise<Kernel>>();
  readonly #counts: KernelCounts = { kernels: 0, compiled: 0 };

  get counts(): Readonly<KernelCounts> {
    return this.#counts;
  }

  /** The kernel of that name; `make` is called for the first who asks. */
  get(name: string, make: () => Promise<ShelvedKernel>): Promise<Kernel> {
    let kernel = this.#kernels.get(name);
    if (!kernel) {
      kernel = make().then((shelved) => this.#count(shelved));
      this.#kernels.set(name, kernel);
    }
    return kernel;
  }

  #count({ kernel, made }: ShelvedKernel): Kernel {
    if (made !== "elsewhere") ++this.#counts.kernels;
    if (made === "compiled") ++this.#counts.compiled;
    return kernel;
  }
}

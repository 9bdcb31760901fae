import { setImmediate } from "node:timers";
import type { Kernel, KernelAnswer, KernelRequest, ManyKernel } from "../kernel.ts";

/** Most small requests of one call. */
export const requestsPerCall = 4;

/**
 * Numbers of a request that is small, with the fits that it asks for: larger ones take long enough for a call of their own, and copying
 * them would cost more than it.
 */
const SMALL = { data: 16_384, fits: 64 };

interface Waiting {
  kernel: ManyKernel;
  request: KernelRequest;
  resolve(answer: KernelAnswer): void;
  reject(error: unknown): void;
}

/**
 * Calls of kernels, at most so many at once. A call takes as long as a small fit, so that small requests of one kernel that wait at the same
 * time are answered by one call, with the same bits.
 */
export class KernelCalls {
  readonly #most: number;
  #running = 0;
  #waiting: Waiting[] = [];
  #isAsked = false;

  constructor(most: number) {
    this.#most = most;
  }

  /** The kernel, called in turn with all others. */
  of(kernel: ManyKernel): Kernel {
    return {
      solve: (request) =>
        new Promise((resolve, reject) => {
          this.#waiting.push({ kernel, request, resolve, reject });
          this.#callSoon();
        }),
      starts: (request, range) => kernel.starts(request, range),
    };
  }

  /** Calls when all that is done now is done: other searches ask for more meanwhile. */
  #callSoon(): void {
    if (this.#isAsked || this.#running >= this.#most) return;
    this.#isAsked = true;
    setImmediate(() => {
      this.#isAsked = false;
      this.#call();
    });
  }

  #call(): void {
    while (this.#running < this.#most && this.#waiting.length > 0) {
      const call = this.#takeCall();
      this.#running++;
      // The next call is on its way before the answers are read.
      const ended = (): void => {
        this.#running--;
        this.#call();
      };
      answersOf(call).then(
        (answers) => {
          ended();
          call.forEach(({ resolve }, i) => {
            resolve(answers[i]!);
          });
        },
        (error: unknown) => {
          ended();
          for (const { reject } of call) reject(error);
        },
      );
    }
  }

  /** The first request, with a share of the others that may go with it: calls beside it have theirs. */
  #takeCall(): Waiting[] {
    const first = this.#waiting[0]!;
    const alike = isSmall(first)
      ? this.#waiting.filter((one) => one.kernel === first.kernel && isSmall(one))
      : [];
    const share = Math.min(requestsPerCall, Math.ceil(alike.length / (this.#most - this.#running)));
    const call = share > 1 ? alike.slice(0, share) : [first];
    const taken = new Set(call);
    this.#waiting = this.#waiting.filter((one) => !taken.has(one));
    return call;
  }
}

function isSmall({ kernel, request: { data, count } }: Waiting): boolean {
  return kernel.solveMany !== undefined && data.length <= SMALL.data && count <= SMALL.fits;
}

async function answersOf(call: readonly Waiting[]): Promise<readonly KernelAnswer[]> {
  const [{ kernel, request }] = call as [Waiting];
  if (call.length === 1) return [await kernel.solve(request)];
  return kernel.solveMany!(call.map((one) => one.request));
}

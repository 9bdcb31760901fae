import { setImmediate } from "node:timers/promises";
import type { Search } from "./search.ts";
import type { SearchFit } from "./search-fit.ts";
import type { SearchProblem } from "./search-problem.ts";

/** Fits of one request that are wanted. */
interface Wanted {
  problem: SearchProblem;
  limit: number;
  fits: SearchFit[];
  count: number;
  /** Fits that have not ended. */
  left: number;
  resolve(fits: SearchFit[]): void;
  reject(error: unknown): void;
}

/**
 * Gathers the fits of many requests into batches, and fills the places of those that have ended with the next: requests whose
 * rows have one length share a batch.
 */
export class SearchQueue {
  readonly #search: Search;
  readonly #most: number;
  readonly #lanes = new Map<string, Wanted[]>();

  /** @param most numbers that a tensor over fits and points may have */
  constructor(search: Search, most: number) {
    this.#search = search;
    this.#most = most;
  }

  /** The fits of a request where float32 leaves them, in order. */
  fits(problem: SearchProblem, count: number, limit: number): Promise<SearchFit[]> {
    return new Promise((resolve, reject) => {
      const key = `${problem.width} ${limit}`;
      const lane = this.#lanes.get(key);
      const wanted = { problem, limit, fits: [], count, left: count, resolve, reject };
      if (lane) lane.push(wanted);
      else {
        const own = [wanted];
        this.#lanes.set(key, own);
        void this.#run(key, own);
      }
    });
  }

  async #run(key: string, waiting: Wanted[]): Promise<void> {
    let active: [SearchFit, Wanted][] = [];
    const started: Wanted[] = [];
    try {
      for (;;) {
        // Others may ask in between, and answers go on their way.
        await setImmediate();
        const capacity = Math.max(1, Math.floor(this.#most / (waiting[0] ?? started[0])!.problem.width));
        while (active.length < capacity && waiting.length > 0) {
          const wanted = waiting[0]!;
          const fit = this.#search.begin(wanted.problem, wanted.fits.length, wanted.limit);
          if (wanted.fits.push(fit) === 1) started.push(wanted);
          active.push([fit, wanted]);
          if (wanted.fits.length === wanted.count) waiting.shift();
        }
        this.#search.round(active.map(([fit]) => fit));
        for (const [fit, wanted] of active) {
          if (fit.isActive || --wanted.left > 0) continue;
          started.splice(started.indexOf(wanted), 1);
          wanted.resolve(wanted.fits);
        }
        active = active.filter(([fit]) => fit.isActive);
        if (active.length === 0 && waiting.length === 0) break;
      }
    } catch (error) {
      for (const wanted of new Set([...started, ...waiting])) wanted.reject(error);
    }
    this.#lanes.delete(key);
  }
}

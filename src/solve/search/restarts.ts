import { agreeingObjective } from "../objective.ts";
import { startRangeOf } from "../pack.ts";
import { philox, purposes, uniform } from "../philox.ts";
import { boundsOf, type Problem, type SolveOptions } from "../problem.ts";
import { randomKey } from "../resampling.ts";
import type { Search } from "./search.ts";
import { mostStructured } from "./structure.ts";

/** Random starts before which no search is restarted: fewer do not tell where it pays. */
const randomBefore = 64;

/** Restarts of one round: half of them from the best end, half from the lowest ends that differ. */
const ofRound = 16;

/** Lowest ends, the best among them, that restarts begin from. */
const mostEnds = 4;

/** Most parameters that a restart draws anew. */
const mostRedrawn = 3;

/** Fewest parameters that are not linear: with one, a restart is another random start. */
const fewestRedrawn = 2;

/** Rounds without a lower objective after which random starts go on. */
const mostRounds = 6;

/** Restarts since the last lower objective, and those of them that met the best one, at which it counts as found. */
const enough = { made: 32, met: 8 } as const;

/** An interval of starts whose ends, both above 0, are so many times apart is one over scales, as in grids (kernels/structure.hpp). */
const scales = 30;

/**
 * Restarts of a search that few random starts bring to its best end: from the lowest ends, with one to three of the parameters drawn
 * anew that the form is not linear in. Where many exponents must fit each other (nested exponentials), a start that has most of them
 * right finds the rest, which a random start does not. They depend on the seed and the problem alone.
 */
export class Restarts {
  readonly #problem: Problem;
  /** Whether the form does not say how its parameters follow the units of the table. */
  readonly #inOwnUnits: boolean;
  readonly #seed: number;
  readonly #key: number;
  readonly #range: Float64Array;
  /** Indices of the parameters that are drawn anew. */
  readonly #redrawn: number[];
  #number = 0;
  /** The objective that is to be met, and the restarts since it was first reached. */
  #lowest = Number.POSITIVE_INFINITY;
  #made = 0;
  #met = 0;
  /** Whether the best end was met often. */
  haveMet = false;

  /**
   * @param problem in the solver's units
   * @param original the same in the table's
   */
  constructor(problem: Problem, { seed = 0 }: Pick<SolveOptions, "seed">, original: Problem) {
    this.#problem = problem;
    this.#inOwnUnits = original.form.record.units === undefined;
    this.#seed = seed;
    this.#key = randomKey(problem.startKey ?? problem.key);
    this.#range = startRangeOf(problem);
    const { lower, upper } = boundsOf(problem);
    this.#redrawn = problem.form.linearity.flatMap((how, p) =>
      how === undefined && lower[p]! < upper[p]! ? [p] : [],
    );
  }

  /**
   * Whether restarts are for this search now: many random starts did not agree, and they are drawn from intervals that do not follow
   * the data (a user's law in the units of its table), or no grid of starts goes over the form's exponents.
   */
  arePaid(search: Search): boolean {
    if (this.#problem.training !== undefined || !search.isDefined || this.#redrawn.length < fewestRedrawn)
      return false;
    if (search.objective.length - search.others < randomBefore) return false;
    return this.#inOwnUnits || mostStructured(this.#problem) === 0;
  }

  /** Restarts a search, some at a time, until its best end was met often. @returns whether it was; if not, random starts go on */
  async untilMet(search: Search): Promise<boolean> {
    for (let round = 0; round < mostRounds; ) {
      const objectives = await search.solveFrom(this.#starts(search.lowestEnds(mostEnds)));
      const best = search.best!.objective;
      const limit = agreeingObjective(this.#problem, best);
      if (this.#lowest > limit) this.#made = this.#met = round = 0;
      else round++;
      this.#lowest = best;
      this.#made += objectives.length;
      for (const objective of objectives) if (objective <= limit) this.#met++;
      this.haveMet = this.#made >= enough.made && this.#met >= enough.met;
      if (this.haveMet) break;
    }
    return this.haveMet;
  }

  /** The starts of a round. */
  #starts(ends: readonly Float64Array[]): Float64Array[] {
    return Array.from({ length: ofRound }, (_, i) => {
      const end = i % 2 === 0 ? 0 : (i >> 1) % ends.length;
      return this.#redraw(ends[end]!);
    });
  }

  /** An end with some of its parameters drawn anew. */
  #redraw(end: Float64Array): Float64Array {
    const words = new Uint32Array(4);
    const draw = (block: number): [number, number] => {
      philox(this.#seed, this.#key, [this.#number, 0, block, purposes.restart], words);
      return [uniform(words[0]!, words[1]!), uniform(words[2]!, words[3]!)];
    };
    const start = end.slice();
    const count = 1 + Math.floor(draw(0)[0] * Math.min(mostRedrawn, this.#redrawn.length));
    for (let k = 1; k <= count; k++) {
      const [which, where] = draw(k);
      const p = this.#redrawn[Math.floor(which * this.#redrawn.length)]!;
      const [low, high] = [this.#range[p]!, this.#range[end.length + p]!];
      const isOverScales = low > 0 && high >= scales * low;
      start[p] = isOverScales ? low * (high / low) ** where : low + where * (high - low);
    }
    this.#number++;
    return start;
  }
}

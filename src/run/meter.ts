import { type FittingKey, fittingAnalyses } from "../registry.ts";

/** Parts of a sweep's work, with the analyses that fit by their keys. */
type Phase = "solve" | "profiles" | "bootstrap" | FittingKey | "tables";

/** All of them, in order. */
export const phases: readonly Phase[] = [
  ...(["solve", "profiles", "bootstrap"] as const),
  ...fittingAnalyses.map(({ key }) => key),
  "tables",
];

/** The progress of a sweep. */
export interface JobProgress {
  phase: Phase;
  /** Problems of the phase that are solved or resampled, and all of them. */
  done: number;
  total: number;
  /** Cells whose results are complete. */
  cells: number;
  cellsTotal: number;
  /** Fits that this process did, and those that were finished before. */
  fits: number;
  fitsFound: number;
  /** Speed over the last two minutes; 0 at the beginning. */
  fitsPerSecond: number;
  /** Estimated time left; undefined while the speed is not known. */
  secondsLeft: number | undefined;
  /** Seconds since the beginning. */
  seconds: number;
}

/** Seconds over which the speed is averaged, because fits of different problems take different times. */
const WINDOW = 120;
/** Seconds after which the speed counts as known. */
const KNOWN = 3;
/** Seconds between the points from which the speed is computed. */
const STEP = 1;

/**
 * Counts a sweep's work. The time left is that of the fits that are still to be done, at the speed of the last two
 * minutes; work without fits (profiles are few, tables are short) is not counted.
 */
export class Meter {
  readonly #now: () => number;
  readonly #began: number;
  /** Fits of each phase, as planned. */
  readonly #planned = new Map<Phase, number>();
  readonly #onProgress: ((progress: JobProgress) => void) | undefined;
  readonly #points: { time: number; fits: number }[];
  #phase: Phase = "solve";
  #done = 0;
  #total = 0;
  #cells = 0;
  #cellsTotal = 0;
  #fits = 0;
  #fitsFound = 0;

  /** @param now seconds, rising */
  constructor(
    onProgress?: (progress: JobProgress) => void,
    now: () => number = () => performance.now() / 1000,
  ) {
    this.#onProgress = onProgress;
    this.#now = now;
    this.#began = now();
    this.#points = [{ time: this.#began, fits: 0 }];
  }

  /** Says how many fits a phase will take. */
  plan(phase: Phase, fits: number): void {
    this.#planned.set(phase, fits);
  }

  cellsPlanned(total: number): void {
    this.#cellsTotal = total;
  }

  enter(phase: Phase): void {
    this.#phase = phase;
    this.#done = 0;
    this.#total = 0;
    // Fits of one phase are not as long as those of another.
    this.#points.splice(0, this.#points.length, { time: this.#now(), fits: this.#fits });
    this.#report();
  }

  /** Problems of the phase that are done. */
  step(done: number, total: number): void {
    this.#done = done;
    this.#total = total;
    this.#report();
  }

  cell(): void {
    this.#cells++;
    this.#report();
  }

  addFits(fits: number): void {
    this.#fits += fits;
    const time = this.#now();
    if (time - this.#points.at(-1)!.time < STEP) return;
    this.#points.push({ time, fits: this.#fits });
    while (this.#points.length > 2 && time - this.#points[1]!.time > WINDOW) this.#points.shift();
  }

  addFound(fits: number): void {
    this.#fitsFound += fits;
  }

  get progress(): JobProgress {
    const time = this.#now();
    const first = this.#points[0]!;
    const elapsed = time - first.time;
    const fitsPerSecond = elapsed > 0 ? (this.#fits - first.fits) / elapsed : 0;
    const left = this.#fitsLeft();
    return {
      phase: this.#phase,
      done: this.#done,
      total: this.#total,
      cells: this.#cells,
      cellsTotal: this.#cellsTotal,
      fits: this.#fits,
      fitsFound: this.#fitsFound,
      fitsPerSecond,
      secondsLeft: this.#secondsLeft(left, fitsPerSecond, elapsed),
      seconds: time - this.#began,
    };
  }

  #secondsLeft(left: number, fitsPerSecond: number, elapsed: number): number | undefined {
    // Profiles are few fits, each of which depends on the one before, so their speed predicts no other phase.
    if (this.#phase === "profiles") return undefined;
    if (left === 0) return 0;
    return fitsPerSecond > 0 && elapsed >= KNOWN ? left / fitsPerSecond : undefined;
  }

  #fitsLeft(): number {
    const at = phases.indexOf(this.#phase);
    return phases.reduce((sum, phase, p) => {
      const planned = this.#planned.get(phase) ?? 0;
      if (p > at) return sum + planned;
      if (p < at) return sum;
      return sum + planned * (this.#total === 0 ? 1 : 1 - this.#done / this.#total);
    }, 0);
  }

  #report(): void {
    this.#onProgress?.(this.progress);
  }
}

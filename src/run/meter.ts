import type { KernelFits } from "../plan/solver.ts";
import { type FittingKey, fittingAnalyses } from "../registry.ts";

/** Parts of a sweep's work, with the analyses that fit by their keys. */
export type Phase = "solve" | "profiles" | "bootstrap" | FittingKey | "tables";

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
  /** Estimated time left, of all phases; undefined while it is not known. */
  secondsLeft: number | undefined;
  /** Seconds since the beginning. */
  seconds: number;
}

/** Seconds over which the speed is averaged, because other programs come and go. */
const WINDOW = 120;
/** Seconds after which the speed counts as known. */
const KNOWN = 3;
/** Fits after which it is known how long those of a kernel take. */
const KNOWN_FITS = 200;
/**
 * Seconds between the points from which the speed is computed, and for which an estimate of the time left is reported again: problems
 * are reported one by one, thousands a second.
 */
const [STEP, FRESH] = [1, 0.1];

/** An estimate of the time left, and when it was made. */
interface TimeLeft {
  seconds: number | undefined;
  phase: Phase;
  at: number;
}

/** What is known of the fits of a kernel. */
interface Cost {
  fits: number;
  /** Seconds that they took, those of requests in flight at once added up. */
  busy: number;
}

/**
 * Counts a sweep's work. The time left is that of the fits that are still to be done in all phases, at the pace at which fits of the
 * same kernel were done so far; replicates of a kernel that has solved none yet count as fits of the data. Time in which everything waits for
 * a compiler says nothing of the pace. Work without fits (chains, tables) is short.
 */
export class Meter {
  readonly #now: () => number;
  readonly #began: number;
  /** Fits of each phase, as planned, and how many of them are done. */
  readonly #planned = new Map<Phase, readonly KernelFits[]>();
  readonly #doneFits = new Map<string, number>();
  readonly #costs = new Map<string, Cost>();
  readonly #onProgress: ((progress: JobProgress) => void) | undefined;
  readonly #points: { time: number; fits: number; busy: number }[];
  #phase: Phase = "solve";
  #done = 0;
  #total = 0;
  #cells = 0;
  #cellsTotal = 0;
  #fits = 0;
  #fitsFound = 0;
  #foundBefore = 0;
  #busy = 0;
  /** Seconds in which everything waited for a compiler, and since when it does so now. */
  #waited = 0;
  #waiting: number | undefined;
  /** Seconds that pass while requests are busy for one, in the last phase that tells: profiles begin with work without fits. */
  #pace: number | undefined;
  /** The time left as it was found last. */
  #left: TimeLeft | undefined;

  /** @param now seconds, rising */
  constructor(
    onProgress?: (progress: JobProgress) => void,
    now: () => number = () => performance.now() / 1000,
  ) {
    this.#onProgress = onProgress;
    this.#now = now;
    this.#began = now();
    this.#points = [{ time: 0, fits: 0, busy: 0 }];
  }

  /** Says which fits a phase will take. */
  plan(phase: Phase, fits: readonly KernelFits[]): void {
    this.#planned.set(phase, fits);
  }

  cellsPlanned(total: number): void {
    this.#cellsTotal = total;
  }

  enter(phase: Phase): void {
    this.#phase = phase;
    this.#done = 0;
    this.#total = 0;
    this.#doneFits.clear();
    this.#foundBefore = this.#fitsFound;
    // Fits of one phase are not as long as those of another.
    const now = { time: this.#time(), fits: this.#fits, busy: this.#busy };
    this.#points.splice(0, this.#points.length, now);
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

  /** Fits that are done. @param seconds from their request to the answer */
  addFits({ fits, ...work }: KernelFits, seconds: number): void {
    this.#fits += fits;
    this.#busy += seconds;
    const key = keyOf(work, this.#phase);
    this.#doneFits.set(key, (this.#doneFits.get(key) ?? 0) + fits);
    const known = this.#costs.get(key) ?? { fits: 0, busy: 0 };
    this.#costs.set(key, { fits: known.fits + fits, busy: known.busy + seconds });
    const time = this.#time();
    if (time - this.#points.at(-1)!.time < STEP) return;
    this.#points.push({ time, fits: this.#fits, busy: this.#busy });
    while (this.#points.length > 2 && time - this.#points[1]!.time > WINDOW) this.#points.shift();
  }

  addFound(fits: number): void {
    this.#fitsFound += fits;
  }

  /** Whether everything waits for a compiler now. */
  wait(isWaiting: boolean): void {
    const now = this.#now();
    if (this.#waiting !== undefined) this.#waited += now - this.#waiting;
    this.#waiting = isWaiting ? now : undefined;
  }

  get progress(): JobProgress {
    return this.#progressWith();
  }

  /** @param left as it was found a moment ago. @default it is found now */
  #progressWith(left?: TimeLeft): JobProgress {
    const time = this.#time();
    const first = this.#points[0]!;
    const elapsed = time - first.time;
    const busy = this.#busy - first.busy;
    if (elapsed >= KNOWN && busy > 0 && this.#phase !== "profiles") this.#pace = elapsed / busy;
    return {
      phase: this.#phase,
      done: this.#done,
      total: this.#total,
      cells: this.#cells,
      cellsTotal: this.#cellsTotal,
      fits: this.#fits,
      fitsFound: this.#fitsFound,
      fitsPerSecond: elapsed > 0 ? (this.#fits - first.fits) / elapsed : 0,
      secondsLeft: (left ?? this.#findLeft()).seconds,
      seconds: this.#now() - this.#began,
    };
  }

  /** Seconds since the beginning in which not everything waited for a compiler. */
  #time(): number {
    const now = this.#now();
    return now - this.#began - this.#waited - (this.#waiting === undefined ? 0 : now - this.#waiting);
  }

  #secondsLeft(): number | undefined {
    let busy = 0;
    for (const phase of phases.slice(phases.indexOf(this.#phase))) {
      for (const { fits, ...work } of this.#fitsLeft(phase)) {
        if (fits > 0) busy += fits * this.#secondsOf(work, phase);
      }
    }
    if (busy === 0) return 0;
    const left = busy * (this.#pace ?? Number.NaN);
    return Number.isNaN(left) ? undefined : left;
  }

  /** Fits of a phase that are still to be done. */
  #fitsLeft(phase: Phase): readonly KernelFits[] {
    const planned = this.#planned.get(phase) ?? [];
    if (phase !== this.#phase) return planned;
    const left = planned.map((work) => ({
      ...work,
      fits: Math.max(0, work.fits - (this.#doneFits.get(keyOf(work, phase)) ?? 0)),
    }));
    const sum = (all: readonly KernelFits[]) => all.reduce((total, { fits }) => total + fits, 0);
    // Work that was found finished is of no known kernel. Profiles and back-tests count their steps anew, round by round and cut by cut.
    const isCounted = phase === "solve" || phase === "bootstrap";
    const open = this.#total === 0 || !isCounted ? 1 : 1 - this.#done / this.#total;
    const most = Math.min(sum(planned) * open, sum(left) - (this.#fitsFound - this.#foundBefore));
    const share = sum(left) === 0 ? 0 : Math.min(1, Math.max(0, most / sum(left)));
    return left.map((work) => ({ ...work, fits: share * work.fits }));
  }

  /** Busy seconds of a fit of a kernel; NaN while they are not known. */
  #secondsOf({ kernel, isReplicate }: Omit<KernelFits, "fits">, phase: Phase): number {
    const keys = [keyOf({ kernel, isReplicate }, phase), keyOf({ kernel, isReplicate: false }, "solve")];
    const costs = keys.map((key) => this.#costs.get(key));
    const known = costs.find((cost) => cost !== undefined && cost.fits >= KNOWN_FITS);
    return known === undefined ? Number.NaN : known.busy / known.fits;
  }

  #findLeft(): TimeLeft {
    this.#left = { seconds: this.#secondsLeft(), phase: this.#phase, at: this.#now() };
    return this.#left;
  }

  #report(): void {
    if (this.#onProgress === undefined) return;
    const known = this.#left;
    const isFresh = known?.phase === this.#phase && this.#now() - known.at < FRESH;
    this.#onProgress(this.#progressWith(isFresh ? known : undefined));
  }
}

/** Fits of profiles are asked for a few at a time, so that each of them takes longer; replicates are solved beside them. */
function keyOf({ kernel, isReplicate }: Omit<KernelFits, "fits">, phase: Phase): string {
  const kind = isReplicate ? "replicates" : phase === "profiles" ? phase : "fits";
  return `${kind} ${kernel}`;
}

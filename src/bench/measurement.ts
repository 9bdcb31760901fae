/** What one program did with one problem, on one thread. */
export interface Measurement {
  program: string;
  /** Which of the problem's starts it solved, by index, rising. */
  starts: number[];
  /** Objective that each of them ended at; NaN where it is not finite. */
  objective: ArrayLike<number>;
  /** Mean over the starts. */
  iterations: number;
  /** Median over the repetitions. */
  fitsPerSecond: number;
}

/** Median: the middle value, or the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}

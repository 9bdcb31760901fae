/** Which runs are ranked, for what, and what they may cost. Costs are in FLOPs, unless `cost` is in another unit. */
export interface NextOptions {
  /** A table of candidates of any format, or ranges that are crossed: `N=1e8..1e10:8,D=20B..2T:8`. */
  candidates: string;
  /** What is to be known better: sizes `70B@15T`, or inputs of the law, `N=70e9,D=15e12,experts=64`; outside of the runs. */
  targets: readonly string[];
  /** The cost of a run, an expression of the candidates' columns, of N and D and of what is held. @default their column cost, else 6*N*D */
  cost?: string | undefined;
  /** Most that a batch of runs may cost. @default no batch: runs are ranked one by one */
  spend?: number | undefined;
  /** Values of further inputs of the laws, of candidates and targets that do not say them. */
  at?: Readonly<Record<string, number>> | undefined;
  /** Tokens that are not repetitions, for a law that takes them. */
  uniqueTokens?: number | undefined;
  /** Coverage of the targets' intervals, above 0 and below 1. @default that of the run's bootstrap, else 0.9 */
  level?: number | undefined;
  /** Called with lines that say what was left out. */
  onWarning?: ((line: string) => void) | undefined;
}

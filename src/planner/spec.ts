/** What is planned, and within what. Budgets and costs are in FLOPs, unless `cost` is in another unit; sizes and tokens are counts. */
export interface PlanOptions {
  /** Budgets to spend, each > 0. */
  budgets?: readonly number[] | undefined;
  /** Values of the law to reach for the least cost: losses, or scores where the law is one of scores. */
  quality?: readonly number[] | undefined;
  /** Tokens of inference over the model's life, T of the cost 6 N D + 2 N T. @default none: the cost is 6 N D */
  inferenceTokens?: number | undefined;
  /** Tokens that are not repetitions, for a law that takes them. */
  uniqueTokens?: number | undefined;
  /** Smallest model size. @default any */
  nMin?: number | undefined;
  /** Largest model size. @default any */
  nMax?: number | undefined;
  /** Fewest training tokens. @default any */
  dMin?: number | undefined;
  /** Most training tokens. @default any */
  dMax?: number | undefined;
  /** The cost of a model as an expression of N, D and what is held: `6*N*D`; with `inferenceTokens` it has T. */
  cost?: string | undefined;
  /** Values of further inputs of the laws. */
  at?: Readonly<Record<string, number>> | undefined;
  /** Coverage of the intervals, above 0 and below 1. @default that of the run's bootstrap, else 0.9 */
  levels?: readonly number[] | undefined;
  /** Whether intervals must be of stored replicates. @default false: without them they are by the delta method */
  interval?: boolean | undefined;
  /** Called with lines that say what was left out. */
  onWarning?: ((line: string) => void) | undefined;
}

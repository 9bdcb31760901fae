import { z } from "zod";
import { listOf } from "../bootstrap/spec.ts";

/** Back-tests, as a sweep file or a program gives them under `backtest:`. */
export interface BacktestSpec {
  /** What the runs are cut by: parameters, or FLOPs at the end of training. @default "c" */
  by?: "n" | "c" | undefined;
  /** Fewest runs that are fitted. @default 8 */
  least_runs?: number | undefined;
  /** What conformal intervals are to cover. @default those of the bootstrap, else [0.9] */
  levels?: number | number[] | undefined;
}

/** Back-tests with every default filled in. */
export interface Backtest {
  by: "n" | "c";
  leastRuns: number;
  levels: readonly number[];
}

/** Shape of the key `backtest`. */
export const backtestSchema = z.strictObject({
  by: z.enum(["n", "c"]).optional(),
  least_runs: z.int().min(1).max(1_000_000).optional(),
  levels: listOf(z.number().gt(0).lt(1)).optional(),
});

export type CheckedBacktest = z.output<typeof backtestSchema>;

/** What each key takes, for messages. */
export const backtestAllowed: Readonly<Record<keyof CheckedBacktest, string>> = {
  by: "n, c",
  least_runs: "a whole number from 1 to 1000000",
  levels: "a number above 0 and below 1, or a list of different ones",
};

/** Back-tests with every default filled in, as the manifest keeps them. */
export type FilledBacktest = { [Key in keyof CheckedBacktest]-?: NonNullable<CheckedBacktest[Key]> };

/**
 * Fills the defaults in.
 *
 * @param ofBootstrap levels of the sweep's bootstrap
 */
export function withDefaults(
  { by = "c", least_runs = 8, levels }: CheckedBacktest,
  ofBootstrap: readonly number[] = [0.9],
): FilledBacktest {
  return { by, least_runs, levels: levels ?? [...ofBootstrap] };
}

export function resolveBacktest({ by, least_runs, levels }: FilledBacktest): Backtest {
  return { by, leastRuns: least_runs, levels };
}

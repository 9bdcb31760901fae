import type { z } from "zod";
import { key, level, listOf, mappingOf, oneOf, whole } from "../keys.ts";

/** Shape of the key `backtest`. */
export const backtestSchema = mappingOf({
  /** What the runs are cut by, parameters (n) or FLOPs at the end of training (c): n, c. @default c */
  by: key(
    oneOf(["n", "c"]).default("c"),
    "what the runs are cut by, parameters (n) or FLOPs at the end of training (c)",
    { option: {} },
  ),
  /** Fewest runs that are fitted. @default 8 */
  least_runs: key(whole(1, 1_000_000).default(8), "fewest runs that are fitted", { option: {} }),
  /** What conformal intervals are to cover, one or several. @default those of the bootstrap, else 0.9 */
  levels: key(listOf(level()).optional(), "what conformal intervals are to cover", {
    otherwise: "those of the bootstrap, else 0.9",
    option: { name: "level" },
  }),
});

/** Back-tests, as a sweep file or a program gives them under `backtest:`. */
export type BacktestSpec = z.input<typeof backtestSchema>;

/** Back-tests with every default filled in. */
export interface Backtest {
  by: "n" | "c";
  leastRuns: number;
  levels: readonly number[];
}

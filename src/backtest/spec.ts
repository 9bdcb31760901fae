import type { z } from "zod";
import { type Given, key, level, listOf, mappingOf, oneOf, whole } from "../keys.ts";

/** Keys of `backtest:` in a sweep file. */
export const backtestKeys = {
  /** What the runs are cut by, parameters (n) or FLOPs at the end of training (c): n, c. @default c */
  by: key(
    oneOf(["n", "c"]).default("c"),
    "what the runs are cut by, parameters (n) or FLOPs at the end of training (c)",
    { option: { name: "cut-by" } },
  ),
  /** Fewest runs that are fitted. @default 8 */
  least_runs: key(whole(1, 1_000_000).default(8), "fewest runs that are fitted", { option: {} }),
  /** What conformal intervals are to cover, one or several. @default those of the bootstrap, else 0.9 */
  levels: key(listOf(level()).optional(), "what conformal intervals are to cover", {
    otherwise: "those of the bootstrap, else 0.9",
    option: { name: "level" },
  }),
};

export const backtestSchema = mappingOf(backtestKeys);

/** Back-tests, as a sweep file or a program gives them under `backtest:`. */
export type BacktestSpec = Given<typeof backtestKeys>;

/** Back-tests with every default filled in. */
export type Backtest = Omit<z.output<typeof backtestSchema>, "levels"> & { levels: readonly number[] };

import type { Role } from "../tables/checkpoint-table.ts";
import { formatCount } from "../tables/counts.ts";
import { BATCH_TOKENS, CHINCHILLA_TOKENS, type ResolvedLadderOptions } from "./ladder-options.ts";

/** One training run of the ladder. */
export interface LadderRun {
  run: string;
  role: Role;
  /** Parameters. */
  n: number;
  /** Tokens at the end of training. */
  d: number;
  /** Tokens at the evaluated checkpoints, rising; the last is `d`. */
  checkpoints: number[];
}

/** Checkpoints that a target has at most: the last ones of its training. */
export const TARGET_CHECKPOINTS = 5;

const TARGETS = [
  { run: "7B-4T", n: 7e9, d: 4e12 },
  { run: "13B-5T", n: 13e9, d: 5e12 },
];

/**
 * The runs to fit, from small to large as given, then the targets. Checkpoints of all runs, targets too, sit at
 * the same shares of their training: a mean over the last few then is, without noise, a chinchilla law
 * itself (each term times a constant), so that averaging does not bias a prediction.
 */
export function ladderRuns({ sizes, multiples, checkpoints }: ResolvedLadderOptions): LadderRun[] {
  const fit = sizes.flatMap((n) =>
    multiples.map((multiple): LadderRun => {
      const d = Math.round(CHINCHILLA_TOKENS * n * multiple);
      return {
        run: `${formatCount(n)}-${multiple}xC`,
        role: "fit",
        n,
        d,
        checkpoints: tokensAt(d, checkpoints),
      };
    }),
  );
  const targets = TARGETS.map((target): LadderRun => {
    const last = tokensAt(target.d, checkpoints).slice(-TARGET_CHECKPOINTS);
    return { ...target, role: "target", checkpoints: last };
  });
  return [...fit, ...targets];
}

function tokensAt(d: number, checkpoints: number): number[] {
  return Array.from({ length: checkpoints }, (_, i) => Math.round((d * (i + 1)) / checkpoints));
}

/** Training step at which a run has seen d tokens. */
export function stepAt(d: number): number {
  return Math.round(d / BATCH_TOKENS);
}

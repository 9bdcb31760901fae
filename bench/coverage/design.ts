import { CHINCHILLA_TOKENS, LADDER_OPTIONS, type LadderRun, ladderRuns } from "#lawfit/simulate/ladder.js";
import { resolveOptions } from "#lawfit/simulate/options.js";

const DEFAULTS = resolveOptions(LADDER_OPTIONS, {});

/** Numbers of runs that are studied. */
export const RUN_COUNTS = [8, 16, 40] as const;
export type RunCount = (typeof RUN_COUNTS)[number];

/** Sizes (parameters) and lengths (multiples of 20 tokens a parameter) whose cross is the runs. */
interface Cross {
  sizes: readonly number[];
  multiples: readonly number[];
}

interface Design {
  runs: Readonly<Record<RunCount, Cross>>;
  /** A target amid the runs. */
  inside: { n: number; d: number };
}

/** Different sizes from 200M to 4B parameters, as many in each tenfold, of 20 tokens a parameter each. */
function tied(count: RunCount): Cross {
  const sizes = Array.from({ length: count }, (_, i) =>
    Number((2e8 * 20 ** (i / (count - 1))).toPrecision(3)),
  );
  return { sizes, multiples: [1] };
}

const DESIGNS = {
  crossed: {
    runs: {
      8: { sizes: DEFAULTS.sizes, multiples: [1, 5] },
      16: { sizes: DEFAULTS.sizes, multiples: DEFAULTS.multiples },
      40: { sizes: [2e8, 2.6e8, 3.4e8, 4.5e8, 5.8e8, 7.6e8, 1e9, 1.3e9], multiples: [1, 2, 4, 7, 10] },
    },
    inside: { n: 6e8, d: 3 * CHINCHILLA_TOKENS * 6e8 },
  },
  tied: {
    runs: { 8: tied(8), 16: tied(16), 40: tied(40) },
    inside: { n: 1e9, d: CHINCHILLA_TOKENS * 1e9 },
  },
} as const satisfies Record<string, Design>;

export type DesignName = keyof typeof DESIGNS;

/** Checkpoints of a run. */
export const CHECKPOINTS = 12;

/** The runs of a data set. */
export function studyRuns(count: RunCount, design: DesignName = "crossed"): LadderRun[] {
  const { sizes, multiples } = DESIGNS[design].runs[count];
  return ladderRuns({ ...DEFAULTS, sizes, multiples, checkpoints: CHECKPOINTS }).filter(
    ({ role }) => role === "fit",
  );
}

/** A size whose loss and score are predicted. */
export interface StudyTarget {
  target: string;
  /** Compute over that of the largest run. */
  ratio: number;
  n: number;
  d: number;
}

/**
 * A target amid the runs, and those beyond the largest, at multiples of its compute, parameters and tokens growing alike.
 * @param ratios over the largest run's compute
 */
export function studyTargets(
  runs: readonly LadderRun[],
  ratios: readonly number[],
  design: DesignName = "crossed",
): StudyTarget[] {
  const n = Math.max(...runs.map((run) => run.n));
  const d = Math.max(...runs.map((run) => run.d));
  const beyond = (ratio: number): StudyTarget => {
    return { target: `${ratio}x`, ratio, n: n * Math.sqrt(ratio), d: d * Math.sqrt(ratio) };
  };
  const { inside } = DESIGNS[design];
  const ratio = (inside.n * inside.d) / (n * d);
  return [{ target: "inside", ratio, ...inside }, ...ratios.map(beyond)];
}

import type { Role } from "../tables/checkpoint-table.ts";

/** Sources of the training data, in the order of the law's inputs. */
export const SOURCES = ["general", "code"] as const;
export type SourceName = (typeof SOURCES)[number];

/** One line of table 1 of Chen et al. (2025). */
interface ModelSize {
  size: string;
  /** Parameters without embeddings, as the FLOPs are. */
  n: number;
  /** Tokens at the end of training. */
  d: number;
  /** FLOPs at the end of training, without embeddings. */
  c: number;
  /** Sequences in a batch. */
  batch: number;
}

/**
 * Parameters of a transformer without embeddings: four square matrices of attention and three of a gated feed-forward
 * layer. With them the table's FLOPs are 6*n*d and those of attention over half of 2048 tokens.
 */
function parameters(layers: number, width: number, feedForward: number): number {
  return layers * (4 * width ** 2 + 3 * width * feedForward);
}

/** The sizes of the paper's section 5.1 with what its table 1 says of them. */
const MODEL_SIZES: readonly ModelSize[] = [
  { size: "0.12B", n: parameters(6, 768, 2064), d: 21_799_895_040, c: 6.81931e18, batch: 640 },
  { size: "0.2B", n: parameters(8, 1024, 2752), d: 37_213_962_240, c: 2.63435e19, batch: 736 },
  { size: "0.32B", n: parameters(10, 1280, 3440), d: 59_674_460_160, c: 8.01571e19, batch: 800 },
  { size: "0.5B", n: parameters(12, 1536, 4128), d: 90_502_594_560, c: 2.05963e20, batch: 960 },
  { size: "0.72B", n: parameters(14, 1792, 4816), d: 132_026_204_160, c: 4.70331e20, batch: 1024 },
  { size: "1B", n: parameters(16, 2048, 5504), d: 185_535_037_440, c: 9.75926e20, batch: 1152 },
  { size: "3B", n: parameters(24, 3072, 8256), d: 556_793_856_000, c: 9.63212e21, batch: 1536 },
  { size: "7B", n: parameters(32, 4096, 11008), d: 1_258_291_200_000, c: 5.09208e22, batch: 2048 },
];

/** Tokens of a sequence; most sizes then have a whole number of steps. */
const SEQUENCE_TOKENS = 2048;

/** Shares of code, in tenths: whole numbers, so that both shares are the nearest numbers to the decimals. */
const CODE_TENTHS = [0, 1, 2, 3, 4, 5];

/** Sizes of which every share is a run to fit. */
const SAMPLED = ["0.12B", "0.2B", "0.32B", "0.5B", "0.72B", "1B"];

/** The share of code of the 3B run to fit and of the 7B target. */
export const MAIN_TENTHS = 3;

/** Checkpoints that a target has at most: the last ones of its training. */
const TARGET_CHECKPOINTS = 5;

/** One training run of the design. */
export interface FlpMRun extends ModelSize {
  run: string;
  role: Role;
  /** Shares of the training data by source; they sum to 1. */
  mix: Record<SourceName, number>;
  /** Shares of the training that the evaluated checkpoints sit at, rising; the last is 1. */
  progress: number[];
}

/**
 * The runs of the paper's section 5.1. To fit: six sizes from 0.12B to 1B with every share of code, and 3B with 0.3.
 * Targets: 3B with the other shares, and 7B with 0.3.
 */
export function flpMRuns(checkpoints: number): FlpMRun[] {
  return [
    ...SAMPLED.flatMap((size) => CODE_TENTHS.map((tenths) => makeRun(size, tenths, "fit", checkpoints))),
    makeRun("3B", MAIN_TENTHS, "fit", checkpoints),
    ...CODE_TENTHS.filter((tenths) => tenths !== MAIN_TENTHS).map((tenths) =>
      makeRun("3B", tenths, "target", checkpoints),
    ),
    makeRun("7B", MAIN_TENTHS, "target", checkpoints),
  ];
}

function makeRun(size: string, tenths: number, role: Role, checkpoints: number): FlpMRun {
  const progress = Array.from({ length: checkpoints }, (_, i) => (i + 1) / checkpoints);
  return {
    run: `${size}-code${tenths / 10}`,
    role,
    ...modelSize(size),
    mix: { general: (10 - tenths) / 10, code: tenths / 10 },
    progress: role === "fit" ? progress : progress.slice(-TARGET_CHECKPOINTS),
  };
}

/** The line of a size. */
export function modelSize(size: string): ModelSize {
  const line = MODEL_SIZES.find((candidate) => candidate.size === size);
  if (line === undefined) throw new Error(`no size ${size}`);
  return line;
}

/** Training step at which a run of this batch has seen d tokens. */
export function stepOf({ batch }: ModelSize, d: number): number {
  return Math.round(d / (batch * SEQUENCE_TOKENS));
}

/** One raw file of the ladder, and what it holds. */
export interface LadderFile {
  file: string;
  run: string;
  role: "fit" | "target";
  phase: string | null;
  /** Parameters without embeddings. */
  n: number;
  flopsPerToken: number;
}

interface LadderModel {
  n: number;
  flopsPerToken: number;
}

/** Sizes of the ladder by the prefix of the file names (1B files hold the 1.3B model). */
const SIZES: Readonly<Record<string, LadderModel>> = {
  "190M": { n: 190354176, flopsPerToken: 1903391232 },
  "370M": { n: 371262464, flopsPerToken: 3443922944 },
  "760M": { n: 758220288, flopsPerToken: 6373843968 },
  "1B": { n: 1279395840, flopsPerToken: 10109071360 },
};

/** Lengths of training in multiples of the Chinchilla-optimal tokens, 20*n. */
const LENGTHS = ["1xC", "2xC", "5xC", "10xC"];

const TARGET_7B = { role: "target", n: 6887575552, flopsPerToken: 49412071424, run: "7B-4T" } as const;
const TARGET_13B = { role: "target", n: 13202396160, flopsPerToken: 91335915520, run: "13B-5T" } as const;

/** The 16 runs of the ladder, from small to large, then the targets. */
export const LADDER_FILES: readonly LadderFile[] = [
  ...Object.entries(SIZES).flatMap(([size, model]) =>
    LENGTHS.map((length) => {
      const run = `${size}-${length}`;
      return { file: `${run}.csv`, run, role: "fit", phase: null, ...model } as const;
    }),
  ),
  { file: "peteish7_eval_170k-450k.csv", phase: "early", ...TARGET_7B },
  { file: "peteish7_eval_anneal.csv", phase: null, ...TARGET_7B },
  { file: "peteish13_eval_50k-150k.csv", phase: "early", ...TARGET_13B },
  { file: "peteish13_eval_final.csv", phase: null, ...TARGET_13B },
];

import { MAIN_TENTHS, modelSize } from "./flp-m-design.ts";
import { type Shares, TASK_TRUTHS, trueDomainLosses, trueScore } from "./flp-m-laws.ts";

/** The best share of code for one score. */
export interface BestShare {
  /** Share of code, a multiple of 0.01 from 0 to 0.5; the least one where several are as good. */
  code: number;
  /** The true score there. */
  score: number;
  /** The true score at the share that the target is trained with. */
  referenceScore: number;
  /** `score` less `referenceScore`. */
  gain: number;
}

/** The best shares of code for a training run of a size. */
export interface OptimumTruth {
  size: string;
  /** FLOPs at the end of training. */
  c: number;
  /** The share of code that gains are told against. */
  referenceCode: number;
  tasks: (BestShare & { subject: string })[];
  /** Of the mean score of all tasks, equally weighted. */
  mean: BestShare;
}

/** The shares that the paper's section 6.1 searches, in hundredths. */
const MOST_HUNDREDTHS = 50;

/** The true best shares of code at the end of the training of a size. */
export function trueOptimum(size: string): OptimumTruth {
  const { c } = modelSize(size);
  const byShare = Array.from({ length: MOST_HUNDREDTHS + 1 }, (_, hundredths) => {
    const shares: Shares = { general: (100 - hundredths) / 100, code: hundredths / 100 };
    const losses = trueDomainLosses(c, shares);
    return TASK_TRUTHS.map((task) => trueScore(task, losses));
  });
  const means = byShare.map((scores) => scores.reduce((sum, score) => sum + score, 0) / scores.length);
  return {
    size,
    c,
    referenceCode: MAIN_TENTHS / 10,
    tasks: TASK_TRUTHS.map(({ subject }, task) => {
      return { subject, ...bestShare(byShare.map((scores) => scores[task] as number)) };
    }),
    mean: bestShare(means),
  };
}

/** @param scores of the shares 0, 0.01, ... */
function bestShare(scores: readonly number[]): BestShare {
  const score = Math.max(...scores);
  const referenceScore = scores[MAIN_TENTHS * 10] as number;
  return { code: scores.indexOf(score) / 100, score, referenceScore, gain: score - referenceScore };
}

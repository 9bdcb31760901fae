import { ownValue } from "../../own-value.ts";

/** How one metric is written in the raw files; the first group of the pattern is the task or domain. */
interface RawMetric {
  metric: string;
  pattern: RegExp;
  /** Factor from the raw value to the metric. */
  sign: 1 | -1;
}

const RAW_METRICS: readonly RawMetric[] = [
  { metric: "loss", pattern: /^eval\/downstream_bpb\/(\w+)_rc_5shot_bpb$/, sign: 1 },
  // A mean log-probability: the cross-entropy is its negative.
  { metric: "ce", pattern: /^eval\/downstream_soft_log\/(\w+)_rc_5shot_soft_log$/, sign: -1 },
  { metric: "accuracy", pattern: /^eval\/downstream\/(\w+)_rc_5shot_(?:len_norm|acc)$/, sign: 1 },
  { metric: "mc_accuracy", pattern: /^eval\/downstream\/(\w+)_mc_5shot_(?:len_norm|acc)$/, sign: 1 },
  { metric: "soft", pattern: /^eval\/downstream_soft\/(\w+)_rc_5shot_soft$/, sign: 1 },
  { metric: "loss", pattern: /^eval\/([\w-]+)-validation\/CrossEntropyLoss$/, sign: 1 },
];

/** Domains with a name of their own; the others keep theirs. */
const DOMAIN_NAMES: Readonly<Record<string, string>> = { c4_en: "c4" };

/** One raw column that is a metric of a subject. */
export interface LadderColumn {
  column: string;
  subject: string;
  metric: string;
  sign: 1 | -1;
}

/** The metric that a raw column holds, or undefined where it is none. */
export function ladderColumn(column: string): LadderColumn | undefined {
  for (const { metric, pattern, sign } of RAW_METRICS) {
    const name = pattern.exec(column)?.[1];
    if (name !== undefined) return { column, subject: ownValue(DOMAIN_NAMES, name) ?? name, metric, sign };
  }
  return undefined;
}

/** Shares of the parts of MMLU in its average, by number of questions; they sum to 1. */
export const MMLU_WEIGHTS: Readonly<Record<string, number>> = {
  stem: 0.215,
  humanities: 0.335,
  social_sciences: 0.219,
  other: 0.231,
};

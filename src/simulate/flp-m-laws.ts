import { mean } from "../statistics.ts";
import { MAIN_TENTHS, modelSize, SOURCES, type SourceName } from "./flp-m-design.ts";
import { evaluateForm } from "./simulated.ts";

/** True parameters of the loss on a domain, equation 5 of Chen et al. (2025) as the form `mix-m4-2`. */
interface MixParameters {
  a: number;
  /** Exponent of the total compute. */
  alpha: number;
  /** Exponent of the compute on source 1, general. */
  alpha1: number;
  /** Exponent of the compute on source 2, code. */
  alpha2: number;
}

/** A validation domain: it has a loss only, in nats per token. */
export interface DomainTruth {
  subject: string;
  law: MixParameters;
}

/** A weighted sum of domain losses, less or more a constant; a domain that is not named has weight 0. */
interface LinearFunction {
  intercept: number;
  /** Weights by domain. */
  weights: Readonly<Record<string, number>>;
}

/** A score that is linear in the domain losses. */
interface LinearScore extends LinearFunction {
  kind: "linear";
}

/** A score intercept + sum over units of output*max(0, unit's linear function). */
interface NetworkScore {
  kind: "network";
  intercept: number;
  units: readonly (LinearFunction & { output: number })[];
}

/** A task: score and loss are functions of the domain losses. */
export interface TaskTruth {
  subject: string;
  /** Score of guessing (table 2 of the paper); no true score is below it. */
  chance: number;
  score: LinearScore | NetworkScore;
  /** Negative log-likelihood of the right answer, bits per byte. */
  loss: LinearFunction;
}

/** FLOPs share that every source has of the others: no source is wholly apart from another. */
export const OVERLAP = 0.01;

/**
 * FLOPs that count for each source, in the order of `SOURCES`: C*(s + eps)/(1 + K*eps) for share s of K sources,
 * so that they sum to C and a source of share 0 has some.
 *
 * @param shares shares of the sources, which sum to 1
 */
function sourceFlops(c: number, shares: readonly number[]): number[] {
  return shares.map((share) => (c * (share + OVERLAP)) / (1 + shares.length * OVERLAP));
}

/** Exponents of a domain's law and the loss that it has at the 7B target; `a` follows. */
function domain(subject: string, at7B: number, alpha: number, alpha1: number, alpha2: number): DomainTruth {
  const exponents = { alpha, alpha1, alpha2 };
  const { c } = modelSize("7B");
  const atOne = evaluateForm("mix-m4-2", { a: 0, ...exponents }, sourceFlops(c, [0.7, 0.3]));
  return { subject, law: { a: Math.log(at7B / atOne), ...exponents } };
}

/**
 * The five domains of the paper's section 3.2. Code needs code most; mathematics and papers gain from both sources, so
 * that their loss is least at a share between; Wikipedia and the web gain from general text only.
 */
export const DOMAIN_TRUTHS: readonly DomainTruth[] = [
  domain("math", 1.4, 0.016, 0.02, 0.014),
  domain("code", 0.9, 0.02, 0.004, 0.034),
  domain("arxiv", 1.5, 0.012, 0.032, 0.008),
  domain("wikipedia", 1.8, 0.006, 0.05, 0.0002),
  domain("c4", 2.5, 0.002, 0.048, 0.0003),
];

type Weights = LinearFunction["weights"];

const linearScore = (intercept: number, weights: Weights): LinearScore => ({
  kind: "linear",
  intercept,
  weights,
});

const network = (
  intercept: number,
  ...units: readonly (readonly [output: number, intercept: number, weights: Weights])[]
): NetworkScore => ({
  kind: "network",
  intercept,
  units: units.map(([output, intercept, weights]) => ({ output, intercept, weights })),
});

/** The six tasks of the paper's table 2, with its scores of guessing. */
export const TASK_TRUTHS: readonly TaskTruth[] = [
  {
    subject: "arc",
    chance: 0.25,
    score: network(
      0.22,
      [0.28, 2.85, { arxiv: -0.55, wikipedia: -0.1, c4: -0.4 }],
      [0.2, 2.25, { math: -0.35, code: -0.1, arxiv: -0.75 }],
      [0.12, 2.35, { math: -0.2, code: -0.15, arxiv: -0.2, wikipedia: -0.2, c4: -0.3 }],
    ),
    loss: { intercept: 0.1, weights: { arxiv: 0.15, wikipedia: 0.1, c4: 0.2 } },
  },
  {
    subject: "bbh",
    chance: 0,
    score: linearScore(1.44, { math: -0.3, code: -0.24, arxiv: -0.04, c4: -0.15 }),
    loss: { intercept: 0.05, weights: { math: 0.3, code: 0.2, c4: 0.05 } },
  },
  {
    subject: "hellaswag",
    chance: 0.25,
    score: linearScore(1.7, { wikipedia: -0.04, c4: -0.36 }),
    loss: { intercept: 0.02, weights: { wikipedia: 0.05, c4: 0.25 } },
  },
  {
    subject: "humaneval",
    chance: 0,
    score: network(
      0,
      [0.6, 1.38, { math: -0.05, code: -0.9, c4: -0.02 }],
      [0.4, 1.4, { math: -0.05, code: -1 }],
      [0.25, 1.7, { math: -0.4, code: -0.6, c4: -0.16 }],
    ),
    loss: { intercept: 0.03, weights: { math: 0.04, code: 0.4 } },
  },
  {
    subject: "race",
    chance: 0.25,
    score: linearScore(0.98, { code: -0.02, arxiv: -0.08, wikipedia: -0.06, c4: -0.11 }),
    loss: { intercept: 0.2, weights: { arxiv: 0.08, wikipedia: 0.06, c4: 0.18 } },
  },
  {
    subject: "triviaqa",
    chance: 0,
    score: network(
      0,
      [0.3, 2.5, { wikipedia: -1 }],
      [0.25, 2.95, { wikipedia: -0.6, c4: -0.5 }],
      [0.22, 4.35, { wikipedia: -1, c4: -0.8 }],
    ),
    loss: { intercept: 0.1, weights: { wikipedia: 0.45, c4: 0.15 } },
  },
];

/** Losses by domain. */
export type DomainLosses = Readonly<Record<string, number>>;

/** Shares by source. */
export type Shares = Readonly<Record<SourceName, number>>;

/** The losses of all domains after c FLOPs of which each source has a share. */
export function trueDomainLosses(c: number, shares: Shares): DomainLosses {
  const flops = sourceFlops(
    c,
    SOURCES.map((source) => shares[source]),
  );
  return Object.fromEntries(
    DOMAIN_TRUTHS.map(({ subject, law }) => [subject, evaluateForm("mix-m4-2", { ...law }, flops)]),
  );
}

/** The score of a task at domain losses: its function, but never below chance nor above 1. */
export function trueScore({ chance, score }: TaskTruth, losses: DomainLosses): number {
  return Math.min(1, Math.max(chance, scoreFunction(score, losses)));
}

/** The loss of a task at domain losses. */
export function trueTaskLoss({ loss }: TaskTruth, losses: DomainLosses): number {
  return linear(loss, losses);
}

function scoreFunction(score: LinearScore | NetworkScore, losses: DomainLosses): number {
  if (score.kind === "linear") return linear(score, losses);
  return score.units.reduce(
    (sum, unit) => sum + unit.output * Math.max(0, linear(unit, losses)),
    score.intercept,
  );
}

function linear({ intercept, weights }: LinearFunction, losses: DomainLosses): number {
  return Object.entries(weights).reduce(
    (sum, [domain, weight]) => sum + weight * (losses[domain] as number),
    intercept,
  );
}

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
  const means = byShare.map(mean);
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

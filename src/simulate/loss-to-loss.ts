import { randomStream } from "../random.ts";
import { approximateFlops } from "../tables/checkpoint-table.ts";
import { OWN_CORPUS } from "../tables/importers/loss-to-loss.ts";
import {
  between,
  type OptionRecords,
  QUESTIONS,
  resolveOptions,
  type SeedOption,
  seedOption,
} from "./options.ts";
import type { Simulated, SimulatedRow } from "./simulated.ts";
import { drawRunEffect, measuredAccuracy, simulatedTable } from "./simulated.ts";

/** What to simulate. The laws are the same for all seeds. */
export interface LossToLossOptions extends SeedOption {
  /** Standard deviation of a run's noise on the logarithm of its train loss above the irreducible one; its other losses follow. @default 0.01 */
  runEffect?: number;
  /** Standard deviation of the noise on the logarithm of each other loss. @default 0.001 */
  evaluationNoise?: number;
  /** Questions of each task; 0: errors without noise. @default 2000 */
  questions?: number;
}

type ResolvedLossToLossOptions = Required<LossToLossOptions>;

export const LOSS_TO_LOSS_OPTIONS: OptionRecords<LossToLossOptions> = {
  seed: seedOption("noise; the laws are fixed"),
  runEffect: { default: 0.01, ...between(0, 1), describe: "SD of a run's effect on ln(train loss - E)" },
  evaluationNoise: { default: 0.001, ...between(0, 1), describe: "SD of the noise on ln of each other loss" },
  questions: { default: 2000, ...QUESTIONS },
};

/** What is true of a corpus: the train loss of a run with n parameters on d of its tokens is E + K q(n, d)^beta. */
interface CorpusTruth {
  /** Family of its runs. */
  corpus: string;
  /** Subject that is its held-out part. */
  heldOut: string;
  K: number;
  beta: number;
  /** Irreducible loss. */
  E: number;
}

/** What is true of a loss or error y of the runs on a corpus, from their train loss x: y = K (x - E of the corpus)^kappa + E1. */
interface TranslationTruth {
  corpus: string;
  subject: string;
  metric: "loss" | "error";
  kappa: number;
  K: number;
  E1: number;
}

/** q(n, d) = e^a n^-r + e^b / d, the same for all corpora: so their train losses are shifted power laws of each other. */
const CAPACITY = { a: 16.2, r: 0.9, b: 20.7 } as const;

/** Laws such as the paper's tables 2, 6 and 7 have: web texts alike, code and mathematics apart. */
export const CORPUS_TRUTHS: readonly CorpusTruth[] = [
  { corpus: "web", heldOut: "web_val", K: 1, beta: 0.46, E: 2.15 },
  { corpus: "edu", heldOut: "edu_val", K: 0.92, beta: 0.48, E: 2.0 },
  { corpus: "math", heldOut: "math_val", K: 0.58, beta: 0.5, E: 1.35 },
  { corpus: "code", heldOut: "code_val", K: 0.57, beta: 0.53, E: 0.88 },
];

/** How far the texts of two corpora are from each other: 0 alike, 1 nothing in common. */
const APART: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  web: { edu: 0.15, math: 0.6, code: 0.8 },
  edu: { web: 0.2, math: 0.5, code: 0.75 },
  math: { web: 0.7, edu: 0.65, code: 0.4 },
  code: { web: 0.85, edu: 0.85, math: 0.45 },
};

/** Tasks: kappa, K and E1 of their loss on web texts, kappa, K and E1 of their error, and what distance adds to both E1. */
const TASKS = {
  cloze: { loss: [1.05, 0.95, 2.3], error: [0.55, 0.22, 0.14], far: 0.9 },
  science: { loss: [0.8, 1.3, 1.9], error: [0.4, 0.27, 0.1], far: 0.5 },
  reasoning: { loss: [0.6, 2.1, 1.5], error: [0.3, 0.3, 0.12], far: 0.3 },
} as const;

/** True relations of every loss and error to the train loss of the corpus. */
export const TRANSLATION_TRUTHS: readonly TranslationTruth[] = CORPUS_TRUTHS.flatMap(({ corpus, E }) => [
  ...CORPUS_TRUTHS.map((other): TranslationTruth => {
    const apart = APART[corpus]![other.corpus] ?? 0;
    const isOwn = other.corpus === corpus;
    return {
      corpus,
      subject: other.heldOut,
      metric: "loss",
      kappa: isOwn ? 1 : 0.95 + 0.5 * apart,
      K: isOwn ? 1 : 1 + 0.5 * apart,
      E1: isOwn ? E : other.E + 2.5 * apart,
    };
  }),
  ...Object.entries(TASKS).flatMap(([subject, { loss, error, far }]): TranslationTruth[] => {
    const apart = corpus === "web" ? 0 : APART[corpus]!.web!;
    const [kappa, K, E1] = loss;
    const [errorKappa, errorK, errorE1] = error;
    return [
      { corpus, subject, metric: "loss", kappa: kappa * (1 + 0.2 * apart), K, E1: E1 + far * apart },
      { corpus, subject, metric: "error", kappa: errorKappa, K: errorK, E1: errorE1 + 0.2 * apart },
    ];
  }),
]);

/** Train loss by the law of a corpus. */
function trueTrainLoss({ K, beta, E }: CorpusTruth, n: number, d: number): number {
  const { a, r, b } = CAPACITY;
  return K * (Math.exp(a) * n ** -r + Math.exp(b) / d) ** beta + E;
}

/** A loss or error of a run from its train loss. */
function translated({ kappa, K, E1 }: TranslationTruth, trainLoss: number, E: number): number {
  return K * (trainLoss - E) ** kappa + E1;
}

/** A run and its true losses. */
interface CorpusRunTruth {
  run: string;
  corpus: string;
  role: "fit" | "target";
  n: number;
  d: number;
  /** FLOPs, 6*n*d. */
  c: number;
  /** Train loss by the law. */
  loss: number;
  /** The same with the run's own noise. */
  runLoss: number;
}

/** Everything that a fit of the table tries to find out. */
export interface LossToLossTruth {
  options: ResolvedLossToLossOptions;
  capacity: typeof CAPACITY;
  corpora: readonly CorpusTruth[];
  translations: readonly TranslationTruth[];
  runs: CorpusRunTruth[];
}

export type SimulatedLossToLoss = Simulated<LossToLossTruth>;

/** Budgets of FLOPs of the runs to fit, and tokens a parameter at each. */
const BUDGETS = [3e17, 1e18, 3e18, 1e19, 3e19] as const;
const TOKENS_PER_PARAMETER = [3, 6, 12, 24, 48, 96] as const;

/** One larger run on each corpus: 20 times the largest budget. */
const TARGET = { c: 6e20, tokensPerParameter: 24 } as const;

/**
 * Simulates the design of loss-to-loss prediction (Brandfonbrener et al., 2024, section 3.2): the same grid of sizes and
 * budgets on four corpora, and one larger run on each.
 *
 * The train loss of a run with n parameters on d tokens of corpus i is
 *
 *     E_i + K_i (e^a n^-r + e^b / d)^beta_i * exp(run effect)
 *
 * whose a, r and b all corpora share, so that the train losses of two corpora are shifted power laws of each other (section
 * 4.2); its losses on the corpora's held-out parts and on tasks, and its errors, are shifted power laws of that very loss.
 * The laws are fixed: the seed is that of the noise.
 *
 * @param name how an option is called in messages
 * @throws UserError for an option outside its range
 */
export function simulateLossToLoss(
  options: LossToLossOptions = {},
  name?: (key: string) => string,
): SimulatedLossToLoss {
  const resolved = resolveOptions(LOSS_TO_LOSS_OPTIONS, options, name);
  const runs = CORPUS_TRUTHS.flatMap((corpus) => [
    ...BUDGETS.flatMap((c) =>
      TOKENS_PER_PARAMETER.map((multiple) => runOf(corpus, "fit", c, multiple, resolved)),
    ),
    runOf(corpus, "target", TARGET.c, TARGET.tokensPerParameter, resolved),
  ]);
  return {
    table: simulatedTable(
      `simulated runs on four corpora, seed ${resolved.seed}`,
      runs.flatMap((run) => rowsOf(resolved, run)),
    ),
    truth: {
      options: resolved,
      capacity: CAPACITY,
      corpora: CORPUS_TRUTHS,
      translations: TRANSLATION_TRUTHS,
      runs,
    },
  };
}

function runOf(
  truth: CorpusTruth,
  role: "fit" | "target",
  budget: number,
  tokensPerParameter: number,
  options: ResolvedLossToLossOptions,
): CorpusRunTruth {
  const n = Math.round(Math.sqrt(budget / (6 * tokensPerParameter)));
  const d = Math.round(budget / (6 * n));
  const { corpus, E } = truth;
  const run = `${corpus}-${Number((n / 1e6).toPrecision(3))}M-${budget.toExponential().replace("e+", "e")}`;
  const loss = trueTrainLoss(truth, n, d);
  return {
    run,
    corpus,
    role,
    n,
    d,
    c: approximateFlops(n, d),
    loss,
    runLoss: E + (loss - E) * Math.exp(drawRunEffect(options, run)),
  };
}

/** The rows of one run: its train loss, then the held-out parts and the tasks. */
function rowsOf(
  { seed, evaluationNoise, questions }: ResolvedLossToLossOptions,
  run: CorpusRunTruth,
): SimulatedRow[] {
  const { E, heldOut } = CORPUS_TRUTHS.find(({ corpus }) => corpus === run.corpus)!;
  const translations = TRANSLATION_TRUTHS.filter(({ corpus }) => corpus === run.corpus);
  const row = (subject: string, loss: number, accuracy = Number.NaN): SimulatedRow => {
    return { ...{ run, subject, loss, accuracy }, d: run.d, c: run.c, step: Number.NaN, family: run.corpus };
  };
  const rows = translations.flatMap((truth): SimulatedRow[] => {
    if (truth.metric === "error") return [];
    const { subject } = truth;
    const error = translations.find((other) => other.subject === subject && other.metric === "error");
    const isTrain = subject === heldOut;
    const noise = isTrain ? 0 : evaluationNoise * randomStream(`${seed}/loss/${run.run}/${subject}`).normal();
    const loss = translated(truth, run.runLoss, E) * Math.exp(noise);
    if (error === undefined) return [row(subject, loss)];
    const right = 1 - translated(error, run.runLoss, E);
    const answers = randomStream(`${seed}/questions/${run.run}/${subject}`);
    return [row(subject, loss, measuredAccuracy(answers, questions, right))];
  });
  return [row(OWN_CORPUS, run.runLoss), ...rows];
}

/** What is true of a corpus: the train loss of a run with n parameters on d of its tokens is E + K q(n, d)^beta. */
export interface CorpusTruth {
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
export interface TranslationTruth {
  corpus: string;
  subject: string;
  metric: "loss" | "error";
  kappa: number;
  K: number;
  E1: number;
}

/** q(n, d) = e^a n^-r + e^b / d, the same for all corpora: so their train losses are shifted power laws of each other. */
export const CAPACITY = { a: 16.2, r: 0.9, b: 20.7 } as const;

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

export const TASK_NAMES = Object.keys(TASKS);

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
export function trueTrainLoss({ K, beta, E }: CorpusTruth, n: number, d: number): number {
  const { a, r, b } = CAPACITY;
  return K * (Math.exp(a) * n ** -r + Math.exp(b) / d) ** beta + E;
}

/** A loss or error of a run from its train loss. */
export function translated({ kappa, K, E1 }: TranslationTruth, trainLoss: number, E: number): number {
  return K * (trainLoss - E) ** kappa + E1;
}

import { approximateFlops, type CheckpointTable } from "../tables/checkpoint-table.ts";
import { OWN_CORPUS } from "../tables/importers/loss-to-loss-columns.ts";
import {
  CAPACITY,
  CORPUS_TRUTHS,
  type CorpusTruth,
  TRANSLATION_TRUTHS,
  type TranslationTruth,
  translated,
  trueTrainLoss,
} from "./loss-to-loss-laws.ts";
import {
  type LossToLossOptions,
  type ResolvedLossToLossOptions,
  resolveLossToLossOptions,
} from "./loss-to-loss-options.ts";
import { randomStream } from "./random.ts";

/** A run and its true losses. */
export interface CorpusRunTruth {
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

/** A simulated checkpoint table with what is true of it. */
export interface SimulatedLossToLoss {
  table: CheckpointTable;
  truth: LossToLossTruth;
}

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
 * @throws UserError for an option outside its range
 */
export function simulateLossToLoss(options: LossToLossOptions = {}): SimulatedLossToLoss {
  const resolved = resolveLossToLossOptions(options);
  const runs = CORPUS_TRUTHS.flatMap((corpus) => [
    ...BUDGETS.flatMap((c) =>
      TOKENS_PER_PARAMETER.map((multiple) => runOf(corpus, "fit", c, multiple, resolved)),
    ),
    runOf(corpus, "target", TARGET.c, TARGET.tokensPerParameter, resolved),
  ]);
  return {
    table: measureAll(resolved, runs),
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
  { seed, runEffect }: ResolvedLossToLossOptions,
): CorpusRunTruth {
  const n = Math.round(Math.sqrt(budget / (6 * tokensPerParameter)));
  const d = Math.round(budget / (6 * n));
  const { corpus, E } = truth;
  const run = `${corpus}-${Number((n / 1e6).toPrecision(3))}M-${budget.toExponential().replace("e+", "e")}`;
  const loss = trueTrainLoss(truth, n, d);
  const effect = runEffect * randomStream(`${seed}/run/${run}`).normal();
  return {
    run,
    corpus,
    role,
    n,
    d,
    c: approximateFlops(n, d),
    loss,
    runLoss: E + (loss - E) * Math.exp(effect),
  };
}

interface Row {
  run: CorpusRunTruth;
  subject: string;
  loss: number;
  accuracy: number;
}

/** The rows of one run: its train loss, then the held-out parts and the tasks. */
function measure(
  { seed, evaluationNoise, questions }: ResolvedLossToLossOptions,
  run: CorpusRunTruth,
): Row[] {
  const { E } = CORPUS_TRUTHS.find(({ corpus }) => corpus === run.corpus)!;
  const own = TRANSLATION_TRUTHS.filter(({ corpus }) => corpus === run.corpus);
  const rows = own.flatMap((truth): Row[] => {
    if (truth.metric === "error") return [];
    const { subject } = truth;
    const error = own.find((other) => other.subject === subject && other.metric === "error");
    const isTrain = subject === CORPUS_TRUTHS.find(({ corpus }) => corpus === run.corpus)!.heldOut;
    const noise = isTrain ? 0 : evaluationNoise * randomStream(`${seed}/loss/${run.run}/${subject}`).normal();
    const loss = translated(truth, run.runLoss, E) * Math.exp(noise);
    if (error === undefined) return [{ run, subject, loss, accuracy: Number.NaN }];
    const right = 1 - translated(error, run.runLoss, E);
    const answers = randomStream(`${seed}/questions/${run.run}/${subject}`);
    const accuracy = questions === 0 ? right : answers.binomial(questions, right) / questions;
    return [{ run, subject, loss, accuracy }];
  });
  return [{ run, subject: OWN_CORPUS, loss: run.runLoss, accuracy: Number.NaN }, ...rows];
}

function measureAll(options: ResolvedLossToLossOptions, runs: readonly CorpusRunTruth[]): CheckpointTable {
  const rows = runs.flatMap((run) => measure(options, run));
  const numbers = (pick: (row: Row) => number) => Float64Array.from(rows, pick);
  return {
    source: `simulated runs on four corpora, seed ${options.seed}`,
    rows: rows.length,
    run: rows.map(({ run }) => run.run),
    role: rows.map(({ run }) => run.role),
    n: numbers(({ run }) => run.n),
    d: numbers(({ run }) => run.d),
    c: numbers(({ run }) => run.c),
    step: numbers(() => Number.NaN),
    subject: rows.map(({ subject }) => subject),
    family: rows.map(({ run }) => run.corpus),
    phase: rows.map(() => null),
    metrics: new Map([
      ["loss", numbers(({ loss }) => loss)],
      ["accuracy", numbers(({ accuracy }) => accuracy)],
    ]),
    mixes: new Map(),
  };
}

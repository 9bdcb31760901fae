import { autoregressiveNoise, randomStream } from "../random.ts";
import { approximateFlops, type CheckpointTable, type Role } from "../tables/checkpoint-table.ts";
import { formatCount } from "../tables/numbers.ts";
import { drawSubjects, type SubjectTruth, trueAccuracy, trueLoss } from "./ladder-laws.ts";
import {
  BATCH_TOKENS,
  CHINCHILLA_TOKENS,
  type LadderOptions,
  type ResolvedLadderOptions,
  resolveLadderOptions,
} from "./ladder-options.ts";
import type { TargetTruth } from "./truth.ts";

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
const TARGET_CHECKPOINTS = 5;

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
function stepAt(d: number): number {
  return Math.round(d / BATCH_TOKENS);
}

/** What is true of one run. */
interface RunTruth {
  run: string;
  role: "fit" | "target";
  n: number;
  /** Tokens at the end of training. */
  d: number;
  /** The run's effect on ln(loss), shared by all subjects. */
  runEffect: number;
}

/** Everything that a fit of the table tries to find out. */
export interface LadderTruth {
  options: ResolvedLadderOptions;
  subjects: SubjectTruth[];
  runs: RunTruth[];
  targets: TargetTruth[];
}

/** A simulated checkpoint table with what is true of it. */
export interface SimulatedLadder {
  table: CheckpointTable;
  truth: LadderTruth;
}

/**
 * Simulates a model ladder: the checkpoint table of small runs and two targets, and the truth behind it.
 *
 * The loss of a run with n parameters after d of its D tokens is
 *
 *     ln(loss) = ln(exp(a)/n^alpha + exp(b)/d^beta + E) + excess*(1 + cos(pi*d/D))/2 + run effect + checkpoint noise
 *
 * so the final loss is the chinchilla law times exp(noise). The accuracy of a task is the sigmoid law of that
 * very loss, measured on a number of questions.
 *
 * Every quantity has random numbers of its own, named by the seed, the run and the subject: more tasks, sizes
 * or multiples leave the rows of the others as they are.
 *
 * @throws UserError for an option outside its range
 */
export function simulateLadder(options: LadderOptions = {}): SimulatedLadder {
  const resolved = resolveLadderOptions(options);
  const subjects = drawSubjects(resolved.seed, resolved.tasks);
  const runs = ladderRuns(resolved).map((run) => ({ ...run, runEffect: drawRunEffect(resolved, run.run) }));
  const truth: LadderTruth = {
    options: resolved,
    subjects,
    runs: runs.map(({ run, role, n, d, runEffect }) => ({ run, role, n, d, runEffect })),
    targets: runs
      .filter(({ role }) => role === "target")
      .flatMap((run) => subjects.map((subject) => targetTruth(run, subject))),
  };
  return { table: measureAll(resolved, runs, subjects), truth };
}

type DrawnRun = LadderRun & { runEffect: number };

function drawRunEffect({ seed, runEffect }: ResolvedLadderOptions, run: string): number {
  return runEffect * randomStream(`${seed}/run/${run}`).normal();
}

function targetTruth({ run, n, d, runEffect }: DrawnRun, subject: SubjectTruth): TargetTruth {
  const loss = trueLoss(subject.chinchilla, n, d);
  const runLoss = loss * Math.exp(runEffect);
  const { sigmoid } = subject;
  return {
    target: run,
    subject: subject.subject,
    loss,
    ...(sigmoid && { accuracy: trueAccuracy(sigmoid, loss) }),
    runLoss,
    ...(sigmoid && { runAccuracy: trueAccuracy(sigmoid, runLoss) }),
  };
}

/** Losses and accuracies (NaN for domains) of one subject at the checkpoints of one run. */
function measure(options: ResolvedLadderOptions, run: DrawnRun, subject: SubjectTruth) {
  const { seed, checkpointNoise, autocorrelation, questions, excess } = options;
  const key = `${run.run}/${subject.subject}`;
  const count = run.checkpoints.length;
  const noise = autoregressiveNoise(
    randomStream(`${seed}/checkpoints/${key}`),
    count,
    checkpointNoise,
    autocorrelation,
  );
  const answers = randomStream(`${seed}/questions/${key}`);
  const loss = new Float64Array(count);
  const accuracy = new Float64Array(count).fill(Number.NaN);
  run.checkpoints.forEach((d, i) => {
    const learningRate = (1 + Math.cos((Math.PI * d) / run.d)) / 2;
    const shift = excess * learningRate + run.runEffect + (noise[i] as number);
    loss[i] = trueLoss(subject.chinchilla, run.n, d) * Math.exp(shift);
    if (subject.sigmoid === undefined) return;
    const probability = trueAccuracy(subject.sigmoid, loss[i]);
    accuracy[i] = questions === 0 ? probability : answers.binomial(questions, probability) / questions;
  });
  return { loss, accuracy };
}

/** The rows in the order of runs, checkpoints, subjects. */
function measureAll(
  options: ResolvedLadderOptions,
  runs: readonly DrawnRun[],
  subjects: readonly SubjectTruth[],
): CheckpointTable {
  const rows = runs.flatMap((run) => {
    const measured = subjects.map((subject) => ({ ...subject, ...measure(options, run, subject) }));
    return run.checkpoints.flatMap((d, i) =>
      measured.map(({ subject, loss, accuracy }) => ({
        run,
        d,
        subject,
        loss: loss[i] as number,
        accuracy: accuracy[i] as number,
      })),
    );
  });
  const numbers = (pick: (row: (typeof rows)[number]) => number) => Float64Array.from(rows, pick);
  return {
    source: `simulated ladder, seed ${options.seed}`,
    rows: rows.length,
    run: rows.map(({ run }) => run.run),
    role: rows.map(({ run }) => run.role),
    n: numbers(({ run }) => run.n),
    d: numbers(({ d }) => d),
    c: numbers(({ run, d }) => approximateFlops(run.n, d)),
    step: numbers(({ d }) => stepAt(d)),
    subject: rows.map(({ subject }) => subject),
    family: rows.map(() => "simulated"),
    phase: rows.map(() => null),
    metrics: new Map([
      ["loss", numbers(({ loss }) => loss)],
      ["accuracy", numbers(({ accuracy }) => accuracy)],
    ]),
    mixes: new Map(),
  };
}

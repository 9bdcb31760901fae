import { UserError } from "../errors.ts";
import { autoregressiveNoise, randomStream } from "../random.ts";
import { approximateFlops, type Role } from "../tables/checkpoint-table.ts";
import { formatCount } from "../tables/numbers.ts";
import { drawSubjects, type SubjectTruth, trueAccuracy, trueLoss } from "./ladder-laws.ts";
import {
  between,
  count,
  type NoiseOptions,
  noiseOptions,
  type OptionRecords,
  resolveOptions,
} from "./options.ts";
import type { Simulated, SimulatedRow, TargetTruth } from "./simulated.ts";
import { drawRunEffect, measuredAccuracy, simulatedTable } from "./simulated.ts";

/** What to simulate. */
export interface LadderOptions extends NoiseOptions {
  /** Tasks, `task1`, `task2`, ...: they have loss and accuracy. @default 4 */
  tasks?: number;
  /** Model sizes of the runs to fit, in parameters. @default [200e6, 400e6, 800e6, 1.3e9] */
  sizes?: readonly number[];
  /** Lengths of training of each size, in multiples of 20 tokens a parameter. @default [1, 2, 5, 10] */
  multiples?: readonly number[];
}

export type ResolvedLadderOptions = Required<LadderOptions>;

const { seed, ...noise } = noiseOptions("tables", {
  checkpoints: 40,
  runEffect: 0.005,
  checkpointNoise: 0.004,
});

export const LADDER_OPTIONS: OptionRecords<LadderOptions> = {
  seed,
  tasks: { default: 4, ...count(1, 1000), describe: "number of tasks" },
  sizes: {
    default: [200e6, 400e6, 800e6, 1.3e9],
    ...count(1e6, 1e12),
    describe: "model sizes of the runs to fit, in parameters",
  },
  multiples: {
    default: [1, 2, 5, 10],
    ...between(0.01, 1000),
    describe: "lengths of training, in multiples of 20 tokens a parameter",
  },
  ...noise,
};

/** Tokens a parameter at which training is called Chinchilla-optimal (Hoffmann et al. 2022). */
export const CHINCHILLA_TOKENS = 20;

/** Tokens of one training step. */
const BATCH_TOKENS = 1e6;

/** Demands that two checkpoints of a run have different steps. */
function checkSpacing({ sizes, multiples, checkpoints }: ResolvedLadderOptions, name: string): void {
  const n = Math.min(...sizes);
  const multiple = Math.min(...multiples);
  const most = Math.floor((CHINCHILLA_TOKENS * n * multiple) / BATCH_TOKENS);
  if (checkpoints <= most) return;
  throw new UserError(
    `${name}: ${checkpoints} is more than the ${most} steps of the shortest run ` +
      `(${formatCount(n)} parameters, multiple ${multiple}, ${formatCount(BATCH_TOKENS)} tokens a step)`,
  );
}

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

export type SimulatedLadder = Simulated<LadderTruth>;

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
 * @param name how an option is called in messages
 * @throws UserError for an option outside its range
 */
export function simulateLadder(
  options: LadderOptions = {},
  name: (key: string) => string = (key) => key,
): SimulatedLadder {
  const resolved = resolveOptions(LADDER_OPTIONS, options, name);
  checkSpacing(resolved, name("checkpoints"));
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
  const rows = runs.flatMap((run) => rowsOf(resolved, run, subjects));
  return { table: simulatedTable(`simulated ladder, seed ${resolved.seed}`, rows), truth };
}

type DrawnRun = LadderRun & { runEffect: number };

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
    accuracy[i] = measuredAccuracy(answers, questions, trueAccuracy(subject.sigmoid, loss[i]));
  });
  return { loss, accuracy };
}

/** The rows of one run in the order of checkpoints, then subjects. */
function rowsOf(
  options: ResolvedLadderOptions,
  run: DrawnRun,
  subjects: readonly SubjectTruth[],
): SimulatedRow[] {
  const measured = subjects.map((subject) => ({ ...subject, ...measure(options, run, subject) }));
  return run.checkpoints.flatMap((d, i) =>
    measured.map(({ subject, loss, accuracy }) => ({
      ...{ run, d, subject, family: "simulated" },
      c: approximateFlops(run.n, d),
      step: stepAt(d),
      loss: loss[i] as number,
      accuracy: accuracy[i] as number,
    })),
  );
}

import { autoregressiveNoise, randomStream } from "../random.ts";
import type { CheckpointTable } from "../tables/checkpoint-table.ts";
import {
  type FlpMRun,
  flpMRuns,
  type OptimumTruth,
  SOURCES,
  type SourceName,
  stepOf,
  trueOptimum,
} from "./flp-m-design.ts";
import {
  DOMAIN_TRUTHS,
  type DomainLosses,
  type DomainTruth,
  OVERLAP,
  TASK_TRUTHS,
  type TaskTruth,
  trueDomainLosses,
  trueScore,
  trueTaskLoss,
} from "./flp-m-laws.ts";
import { type FlpMOptions, type ResolvedFlpMOptions, resolveFlpMOptions } from "./flp-m-options.ts";
import type { TargetTruth } from "./truth.ts";

/** What is true of one run of the mixing design. */
export interface FlpMRunTruth {
  run: string;
  role: "fit" | "target";
  size: string;
  n: number;
  /** Tokens at the end of training. */
  d: number;
  /** FLOPs at the end of training. */
  c: number;
  /** Shares of the training data by source. */
  mix: Record<SourceName, number>;
  /** The run's effect on ln(loss), shared by all domains. */
  runEffect: number;
}

/** Everything that a fit of the table tries to find out. */
export interface FlpMTruth {
  options: ResolvedFlpMOptions;
  /** Sources in the order of the laws' inputs. */
  sources: readonly SourceName[];
  /** eps in the FLOPs of a source, C*(s + eps)/(1 + K*eps). */
  overlap: number;
  /** The form whose parameters the domains have. */
  form: "mix-m4-2";
  domains: readonly DomainTruth[];
  tasks: readonly TaskTruth[];
  runs: FlpMRunTruth[];
  targets: TargetTruth[];
  /** The best shares of code at the size of the largest target. */
  optimum: OptimumTruth;
}

/** A simulated checkpoint table with what is true of it. */
export interface SimulatedFlpM {
  table: CheckpointTable;
  truth: FlpMTruth;
}

/**
 * Simulates the data-mixing design of FLP-M (Chen et al. 2025, section 5.1): the checkpoint table of runs on mixtures of
 * two sources, and the truth behind it.
 *
 * The loss on a domain after C of a run's FLOPs, at the share t of its training, is
 *
 *     ln(loss) = a - alpha*ln(C_1 + C_2) - alpha1*ln(C_1) - alpha2*ln(C_2)
 *                + excess*(1 + cos(pi*t))/2 + run effect + checkpoint noise
 *
 * with C_i = C*(s_i + eps)/(1 + 2*eps) for the share s_i of a source (equation 5; eps keeps a share of 0 defined). The
 * score of a task is a function of those very losses, not below chance, measured on a number of questions; its loss
 * is a weighted sum of them, with checkpoint noise of its own.
 *
 * The laws are fixed: the seed is that of the noise. Every quantity has random numbers of its own, named by the seed,
 * the run and the subject.
 *
 * @throws UserError for an option outside its range
 */
export function simulateFlpM(options: FlpMOptions = {}): SimulatedFlpM {
  const resolved = resolveFlpMOptions(options);
  const runs = flpMRuns(resolved.checkpoints).map((run): DrawnRun => {
    return {
      ...run,
      runEffect: resolved.runEffect * randomStream(`${resolved.seed}/run/${run.run}`).normal(),
    };
  });
  const truth: FlpMTruth = {
    options: resolved,
    sources: SOURCES,
    overlap: OVERLAP,
    form: "mix-m4-2",
    domains: DOMAIN_TRUTHS,
    tasks: TASK_TRUTHS,
    runs: runs.map(({ run, role, size, n, d, c, mix, runEffect }) => {
      return { run, role, size, n, d, c, mix, runEffect };
    }),
    targets: runs.filter(({ role }) => role === "target").flatMap(targetTruths),
    optimum: trueOptimum("7B"),
  };
  return { table: measureAll(resolved, runs), truth };
}

type DrawnRun = FlpMRun & { runEffect: number };

function targetTruths({ run, c, mix, runEffect }: DrawnRun): TargetTruth[] {
  const losses = trueDomainLosses(c, mix);
  const shifted = mapValues(losses, (loss) => loss * Math.exp(runEffect));
  return [
    ...TASK_TRUTHS.map((task) => ({
      target: run,
      subject: task.subject,
      loss: trueTaskLoss(task, losses),
      accuracy: trueScore(task, losses),
      runLoss: trueTaskLoss(task, shifted),
      runAccuracy: trueScore(task, shifted),
    })),
    ...DOMAIN_TRUTHS.map(({ subject }) => ({
      target: run,
      subject,
      loss: losses[subject] as number,
      runLoss: shifted[subject] as number,
    })),
  ];
}

function mapValues(values: DomainLosses, change: (value: number, name: string) => number): DomainLosses {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value, name)]));
}

interface Row {
  run: DrawnRun;
  /** Share of the training that is done. */
  progress: number;
  subject: string;
  loss: number;
  accuracy: number;
  chance: number;
}

/** The rows of one run: checkpoints in the order of training, in each the tasks, then the domains. */
function measure(options: ResolvedFlpMOptions, run: DrawnRun): Row[] {
  const { seed, checkpointNoise, autocorrelation, questions, excess } = options;
  const noiseOf = (subject: string) =>
    autoregressiveNoise(
      randomStream(`${seed}/checkpoints/${run.run}/${subject}`),
      run.progress.length,
      checkpointNoise,
      autocorrelation,
    );
  const domainNoise = new Map(DOMAIN_TRUTHS.map(({ subject }) => [subject, noiseOf(subject)]));
  const tasks = TASK_TRUTHS.map((task) => {
    const answers = randomStream(`${seed}/questions/${run.run}/${task.subject}`);
    return { task, answers, noise: noiseOf(task.subject) };
  });
  return run.progress.flatMap((progress, i) => {
    const learningRate = (1 + Math.cos(Math.PI * progress)) / 2;
    const shift = excess * learningRate + run.runEffect;
    const losses = mapValues(trueDomainLosses(run.c * progress, run.mix), (loss, domain) => {
      return loss * Math.exp(shift + (domainNoise.get(domain)?.[i] as number));
    });
    const taskRows = tasks.map(({ task, answers, noise }): Row => {
      const score = trueScore(task, losses);
      return {
        ...{ run, progress, subject: task.subject, chance: task.chance },
        loss: trueTaskLoss(task, losses) * Math.exp(noise[i] as number),
        accuracy: questions === 0 ? score : answers.binomial(questions, score) / questions,
      };
    });
    const domainRows = DOMAIN_TRUTHS.map(({ subject }): Row => {
      return {
        run,
        progress,
        subject,
        loss: losses[subject] as number,
        accuracy: Number.NaN,
        chance: Number.NaN,
      };
    });
    return [...taskRows, ...domainRows];
  });
}

function measureAll(options: ResolvedFlpMOptions, runs: readonly DrawnRun[]): CheckpointTable {
  const rows = runs.flatMap((run) => measure(options, run));
  const numbers = (pick: (row: Row) => number) => Float64Array.from(rows, pick);
  const tokens = ({ run, progress }: Row) => Math.round(run.d * progress);
  return {
    source: `simulated FLP-M design, seed ${options.seed}`,
    rows: rows.length,
    run: rows.map(({ run }) => run.run),
    role: rows.map(({ run }) => run.role),
    n: numbers(({ run }) => run.n),
    d: numbers(tokens),
    c: numbers(({ run, progress }) => run.c * progress),
    step: numbers((row) => stepOf(row.run, tokens(row))),
    subject: rows.map(({ subject }) => subject),
    family: rows.map(() => "simulated"),
    phase: rows.map(() => null),
    metrics: new Map([
      ["loss", numbers(({ loss }) => loss)],
      ["accuracy", numbers(({ accuracy }) => accuracy)],
      ["chance", numbers(({ chance }) => chance)],
    ]),
    mixes: new Map(SOURCES.map((source) => [source, numbers(({ run }) => run.mix[source])])),
  };
}

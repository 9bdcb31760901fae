import { autoregressiveNoise, randomStream } from "../random.ts";
import type { CheckpointTable } from "../tables/checkpoint-table.ts";
import { type FlpMRun, flpMRuns, SOURCES, type SourceName, stepOf } from "./flp-m-design.ts";
import {
  DOMAIN_TRUTHS,
  type DomainLosses,
  type DomainTruth,
  type OptimumTruth,
  OVERLAP,
  TASK_TRUTHS,
  type TaskTruth,
  trueDomainLosses,
  trueOptimum,
  trueScore,
  trueTaskLoss,
} from "./flp-m-laws.ts";
import { type NoiseOptions, noiseOptions, type OptionRecords, resolveOptions } from "./options.ts";
import type { Simulated, SimulatedRow, TargetTruth } from "./simulated.ts";
import { drawRunEffect, measuredAccuracy, simulatedTable } from "./simulated.ts";

/** What to simulate. The laws are the same for all seeds. */
export type FlpMOptions = NoiseOptions;

type ResolvedFlpMOptions = Required<FlpMOptions>;

/**
 * The checkpoints are those of the paper by default: one at every thirtieth of the training (section 3.3). The most that are allowed
 * are fewer than the 16632 steps of the shortest run, so that two have different steps.
 */
export const FLP_M_OPTIONS: OptionRecords<FlpMOptions> = noiseOptions("noise; the laws are fixed", {
  checkpoints: 30,
  runEffect: 0.002,
  checkpointNoise: 0.002,
});

/** What is true of one run of the mixing design. */
interface FlpMRunTruth {
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

export type SimulatedFlpM = Simulated<FlpMTruth>;

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
 * @param name how an option is called in messages
 * @throws UserError for an option outside its range
 */
export function simulateFlpM(options: FlpMOptions = {}, name?: (key: string) => string): SimulatedFlpM {
  const resolved = resolveOptions(FLP_M_OPTIONS, options, name);
  const runs = flpMRuns(resolved.checkpoints).map((run): DrawnRun => {
    return { ...run, runEffect: drawRunEffect(resolved, run.run) };
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
  return { table: tableOf(resolved, runs), truth };
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

interface Row extends SimulatedRow {
  run: DrawnRun;
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
    const d = Math.round(run.d * progress);
    const row = (subject: string, loss: number, accuracy = Number.NaN, chance = Number.NaN): Row => {
      const place = { run, d, c: run.c * progress, step: stepOf(run, d), family: "simulated" };
      return { ...place, subject, loss, accuracy, chance };
    };
    return [
      ...tasks.map(({ task, answers, noise }) => {
        const accuracy = measuredAccuracy(answers, questions, trueScore(task, losses));
        const loss = trueTaskLoss(task, losses) * Math.exp(noise[i] as number);
        return row(task.subject, loss, accuracy, task.chance);
      }),
      ...DOMAIN_TRUTHS.map(({ subject }) => row(subject, losses[subject] as number)),
    ];
  });
}

function tableOf(options: ResolvedFlpMOptions, runs: readonly DrawnRun[]): CheckpointTable {
  const rows = runs.flatMap((run) => measure(options, run));
  const table = simulatedTable(`simulated FLP-M design, seed ${options.seed}`, rows);
  const numbers = (pick: (row: Row) => number) => Float64Array.from(rows, pick);
  return {
    ...table,
    metrics: new Map([...table.metrics, ["chance", numbers(({ chance }) => chance)]]),
    mixes: new Map(SOURCES.map((source) => [source, numbers(({ run }) => run.mix[source])])),
  };
}

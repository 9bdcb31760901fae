import { autoregressiveNoise, randomStream } from "#lawfit/random.js";
import { drawSubjects, trueAccuracy, trueLoss } from "#lawfit/simulate/ladder-laws.js";
import { type RunCount, type StudyTarget, studyRuns, studyTargets } from "./design.ts";
import type { NoiseShape } from "./noise.ts";

/** What data sets are drawn from. */
export interface Condition {
  runs: RunCount;
  /** Correlation of the noise of neighbouring checkpoints. */
  autocorrelation: number;
  noise: NoiseShape;
}

/** Standard deviations: of losses on their logarithm, of scores as they are. */
export const NOISE = {
  runLoss: 0.005,
  checkpointLoss: 0.004,
  runScore: 0.01,
  checkpointScore: 0.01,
} as const;

/** Checkpoints at the end of a run whose mean noise its final loss has. */
const FINAL_WINDOW = 5;

/** What is measured on a run. */
export interface MeasuredRun {
  run: string;
  n: number;
  d: number;
  finalLoss: number;
  /** Loss and score at each checkpoint. */
  loss: Float64Array;
  score: Float64Array;
}

/** A target with what the laws say of it. */
export interface KnownTarget extends StudyTarget {
  loss: number;
  score: number;
}

/** Simulated runs, and the truth at the targets. */
export interface DataSet {
  runs: MeasuredRun[];
  targets: KnownTarget[];
}

/**
 * Draws a data set. Laws are drawn anew for each, as `lawfit simulate ladder` draws them, and hold exactly: the final loss is
 * the chinchilla law at the run's size times exp(noise), the score of a checkpoint the sigmoid law of its measured loss
 * plus noise. Noise is a run's effect plus first-order autoregressive noise of its checkpoints.
 *
 * @param replication the same number always gives the same data set
 */
export function drawDataSet(
  { runs, autocorrelation, noise }: Condition,
  replication: number,
  seed: number,
): DataSet {
  const key = `${seed}/${runs}/${autocorrelation}/${noise.name}/${replication}`;
  const stream = randomStream(key);
  const [subject] = drawSubjects(Math.floor(stream.uniform(0, 2 ** 52)), 1);
  const { chinchilla, sigmoid } = subject!;
  const design = studyRuns(runs);
  const checkpointNoise = (length: number, sd: number) =>
    autoregressiveNoise(stream, length, sd, autocorrelation);
  const measured = design.map(({ run, n, d, checkpoints }): MeasuredRun => {
    const effects = noise.draw(stream, n);
    const ofLoss = checkpointNoise(checkpoints.length, NOISE.checkpointLoss).map(
      (e) => e + NOISE.runLoss * effects.loss,
    );
    const loss = ofLoss.map((e, i) => trueLoss(chinchilla, n, checkpoints[i]!) * Math.exp(e));
    const score = checkpointNoise(checkpoints.length, NOISE.checkpointScore).map(
      (e, i) => trueAccuracy(sigmoid!, loss[i]!) + NOISE.runScore * effects.score + e,
    );
    const final = ofLoss.subarray(-FINAL_WINDOW).reduce((sum, e) => sum + e, 0) / FINAL_WINDOW;
    return { run, n, d, finalLoss: trueLoss(chinchilla, n, d) * Math.exp(final), loss, score };
  });
  const targets = studyTargets(design).map((target): KnownTarget => {
    const loss = trueLoss(chinchilla, target.n, target.d);
    return { ...target, loss, score: trueAccuracy(sigmoid!, loss) };
  });
  return { runs: measured, targets };
}

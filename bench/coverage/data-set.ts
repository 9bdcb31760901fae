import { autoregressiveNoise, randomStream } from "#lawfit/random.js";
import { drawSubjects } from "#lawfit/simulate/ladder-laws.js";
import { mean } from "#lawfit/statistics.js";
import { type RunCount, type StudyTarget, studyRuns, studyTargets } from "./design.ts";
import type { Scenario } from "./scenarios.ts";

/** What data sets are drawn from. */
export interface Condition {
  runs: RunCount;
  /** Correlation of the noise of neighbouring checkpoints. */
  autocorrelation: number;
  scenario: Scenario;
  /** Compute of the targets beyond the runs, over that of the largest run. */
  ratios: readonly number[];
}

/** Standard deviations: of losses on their logarithm, of scores as they are. */
export const NOISE = {
  runLoss: 0.005,
  checkpointLoss: 0.004,
  runScore: 0.01,
  checkpointScore: 0.01,
} as const;

/** Places in a wide window whose mean true loss its runs have. */
const WINDOW_PLACES = 21;

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
 * Draws a data set. Laws are drawn anew for each, as `lawfit simulate ladder` draws them, changed to the scenario's, and hold exactly:
 * the final loss is the law at the run's size times exp(noise), the score of a checkpoint the link of its measured loss
 * plus noise. Noise is a run's effect plus first-order autoregressive noise of its checkpoints.
 *
 * @param replication the same number always gives the same data set
 */
export function drawDataSet(
  { runs, autocorrelation, scenario, ratios }: Condition,
  replication: number,
  seed: number,
): DataSet {
  const key = `${seed}/${runs}/${autocorrelation}/${scenario.name}/${replication}`;
  const stream = randomStream(key);
  const ofTruth = randomStream(`${key}/truth`);
  const [subject] = drawSubjects(Math.floor(stream.uniform(0, 2 ** 52)), 1);
  const design = studyRuns(runs, scenario.design);
  const trueLoss = scenario.law(subject!.chinchilla, ofTruth);
  const largest = Math.max(...design.map(({ n, checkpoints }) => trueLoss(n, checkpoints[0]!)));
  const trueScore = scenario.link(subject!.sigmoid!, ofTruth, largest);
  const finalLoss = (n: number, d: number): number => {
    if (scenario.window === 0) return trueLoss(n, d);
    const places = Array.from(
      { length: WINDOW_PLACES },
      (_, i) => 1 - (scenario.window * i) / (WINDOW_PLACES - 1),
    );
    return mean(places.map((place) => trueLoss(n, place * d)));
  };
  const checkpointNoise = (length: number, sd: number) =>
    autoregressiveNoise(stream, length, scenario.noiseScale * sd, autocorrelation);
  const measured = design.map(({ run, n, d, checkpoints }): MeasuredRun => {
    const effects = scenario.noise.draw(stream, n, () => randomStream(`${key}/size ${n}`));
    const ofLoss = checkpointNoise(checkpoints.length, NOISE.checkpointLoss).map(
      (e) => e + scenario.noiseScale * NOISE.runLoss * effects.loss,
    );
    const loss = ofLoss.map((e, i) => trueLoss(n, checkpoints[i]!) * Math.exp(e));
    const score = checkpointNoise(checkpoints.length, NOISE.checkpointScore).map(
      (e, i) => trueScore(loss[i]!) + scenario.noiseScale * NOISE.runScore * effects.score + e,
    );
    const final = ofLoss.subarray(-FINAL_WINDOW).reduce((sum, e) => sum + e, 0) / FINAL_WINDOW;
    return { run, n, d, finalLoss: finalLoss(n, d) * Math.exp(final), loss, score };
  });
  const targets = studyTargets(design, ratios, scenario.design).map((target): KnownTarget => {
    const loss = trueLoss(target.n, target.d);
    return { ...target, loss, score: trueScore(loss) };
  });
  return { runs: measured, targets };
}

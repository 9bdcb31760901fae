import { unitNoise } from "./normal.ts";

/** What an interval is for. */
export type Purpose = "curve" | "run" | "checkpoint";

/** What lies between the curve and a measurement; in the unit of the draws it is added to. */
interface NoiseLevels {
  /** Standard deviation of runs about the curve, the noise of their checkpoints not counted. */
  run: number;
  /** Standard deviation of a run's checkpoints about the run. */
  checkpoint: number;
  /** Questions of the evaluation set, where the draws are shares of right answers; none for a loss. */
  questions?: number | undefined;
}

/** Where noise comes from. */
type Source = "run" | "checkpoint" | "evaluation";

/** What each purpose asks, and the noise that it adds to the curve. */
export const purposes: Readonly<Record<Purpose, { description: string; sources: readonly Source[] }>> = {
  curve: { description: "the mean at a size", sources: [] },
  run: { description: "what a new run reaches: adds the spread between runs", sources: ["run"] },
  checkpoint: {
    description:
      "the score of a new run's checkpoint: adds the spread between runs, of its checkpoints and of the evaluation set",
    sources: ["run", "checkpoint", "evaluation"],
  },
};

/** Standard normal numbers of each source, one a replicate. */
export type ReplicateNoise = Readonly<Record<Source, Float64Array>>;

/**
 * The noise of all replicates, for all cells and purposes: shared, it cancels in paired differences as the runs do.
 *
 * @param key seed and what the noise is of, such as the target
 */
export function replicateNoise(replicates: number, key: string): ReplicateNoise {
  const of = (source: Source): Float64Array => unitNoise(replicates, `${key}/${source}`);
  return { run: of("run"), checkpoint: of("checkpoint"), evaluation: of("evaluation") };
}

/**
 * Draws of what the purpose asks: draws of the curve, each with independent noise added. Noise that was measured in
 * another unit, such as the logarithm of a loss, is to be added to draws in that unit.
 *
 * @param curve one value a replicate
 * @throws RangeError for noise of another number of replicates or a level that is not a number >= 0
 */
export function drawsFor(
  purpose: Purpose,
  curve: Float64Array,
  levels: NoiseLevels,
  noise: ReplicateNoise,
): Float64Array {
  const draws = curve.slice();
  for (const source of purposes[purpose].sources) {
    const unit = noise[source];
    if (unit.length !== curve.length) throw new RangeError(`${unit.length} noises of ${curve.length} draws`);
    const varianceAt = noiseVariance(source, levels);
    for (let i = 0; i < draws.length; i++) draws[i]! += Math.sqrt(varianceAt(curve[i]!)) * unit[i]!;
  }
  return draws;
}

/** Variance of a source, at a value of the curve. */
function noiseVariance(source: Source, levels: NoiseLevels): (value: number) => number {
  if (source === "evaluation") {
    const { questions = Number.POSITIVE_INFINITY } = levels;
    if (!(questions > 0)) throw new RangeError(`questions ${questions}; allowed: above 0`);
    // A draw beyond 0 or 1 is not a share of right answers; at the ends there is no noise.
    return (value) => (value > 0 && value < 1 ? (value * (1 - value)) / questions : 0);
  }
  const variance = levels[source] ** 2;
  if (!(levels[source] >= 0 && variance < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`${source} noise ${levels[source]}; allowed: a number >= 0`);
  }
  return () => variance;
}

import { armOf } from "./arm.ts";
import type { Condition } from "./data-set.ts";
import { RUN_COUNTS, type RunCount } from "./design.ts";
import { noiseShapes } from "./noise.ts";
import type { Study } from "./run-study.ts";

function conditions(
  runs: readonly RunCount[],
  autocorrelations: readonly number[],
  noises: readonly string[],
): Condition[] {
  return noises.flatMap((noise) =>
    runs.flatMap((count) =>
      autocorrelations.map((autocorrelation) => {
        return { runs: count, autocorrelation, noise: noiseShapes.get(noise)! };
      }),
    ),
  );
}

export const studyNames = ["main", "noise", "methods"] as const;
export type StudyName = (typeof studyNames)[number];

const shared = { resamples: 399, freshStarts: 1, level: 0.9, seed: 1 } as const;

/**
 * Studies by name. `main`: all numbers of runs and autocorrelations, the forms and the noise as supposed. `noise`: noise
 * that is not as supposed. `methods`: intervals that take long.
 */
export const studies: Readonly<Record<StudyName, Study>> = {
  main: {
    ...shared,
    conditions: conditions(RUN_COUNTS, [0, 0.5, 0.9], ["normal"]),
    arms: [
      armOf("run", "percentile", "expanded", "basic", "bca", "delta", "paper-delta"),
      armOf("block", "percentile", "expanded"),
      armOf("wild", "percentile", "expanded"),
      armOf("parametric", "percentile", "expanded"),
      armOf("row", "percentile"),
    ],
    losses: ["huber", "squared"],
    replications: 500,
  },
  noise: {
    ...shared,
    conditions: conditions([16, 40], [0.5], ["heavy-tails", "small-noisier", "large-noisier", "tied"]),
    arms: [
      armOf("run", "percentile", "expanded"),
      armOf("block", "expanded"),
      armOf("wild", "expanded"),
      armOf("parametric", "expanded"),
    ],
    losses: ["huber", "squared"],
    replications: 300,
  },
  methods: {
    ...shared,
    conditions: conditions([16], [0.5], ["normal"]),
    arms: [
      armOf("run", "studentised"),
      armOf("wild", "studentised"),
      armOf("run-by-size", "percentile"),
      armOf("residual", "percentile"),
    ],
    losses: ["huber", "squared"],
    replications: 300,
  },
};

import { armOf } from "./arm.ts";
import type { Condition } from "./data-set.ts";
import { RUN_COUNTS, type RunCount } from "./design.ts";
import type { Study } from "./run-study.ts";
import { getScenario, scenarios } from "./scenarios.ts";

/** All combinations, scenario by scenario. */
export function conditions(
  runs: readonly RunCount[],
  autocorrelations: readonly number[],
  names: readonly string[],
  ratios: readonly number[] = [2, 10],
): Condition[] {
  return names.flatMap((name) =>
    runs.flatMap((count) =>
      autocorrelations.map((autocorrelation) => {
        return { runs: count, autocorrelation, scenario: getScenario(name), ratios };
      }),
    ),
  );
}

export const studyNames = ["main", "noise", "methods", "misfit"] as const;
export type StudyName = (typeof studyNames)[number];

const shared = { resamples: 399, freshStarts: 1, level: 0.9, seed: 1 } as const;

/**
 * Studies by name. `main`: all numbers of runs and autocorrelations, the forms and the noise as supposed. `noise`: noise
 * that is not as supposed. `methods`: intervals that take long. `misfit`: all scenarios, most of which have truths that are not fitted,
 * with targets up to 100 times beyond the runs.
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
  misfit: {
    ...shared,
    conditions: conditions(RUN_COUNTS, [0.5], [...scenarios.keys()], [3, 10, 30, 100]),
    arms: [
      armOf("run", "percentile"),
      armOf("block", "expanded"),
      armOf("parametric", "percentile", "expanded", "basic", "delta"),
    ],
    losses: ["huber"],
    replications: 300,
  },
};

/** Scenarios that a quick study has with all numbers of runs; the others it has with 16. */
const ALL_COUNTS: readonly string[] = [
  "normal",
  "drift-0.05-precise",
  "gompertz-precise",
  "two-groups-precise",
];

/** The study in minutes on one core: coverage at one target has a Monte Carlo standard error of up to 5 points. */
export function quickly(study: Study): Study {
  const some = study.conditions.filter(
    ({ runs, scenario }) => runs === 16 || ALL_COUNTS.includes(scenario.name),
  );
  return { ...study, conditions: some, replications: 100, resamples: 199 };
}

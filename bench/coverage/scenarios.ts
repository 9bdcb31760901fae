import type { DesignName } from "./design.ts";
import { type NoiseShape, noiseShapes } from "./noise.ts";
import {
  chinchilla,
  driftingExponents,
  gompertz,
  kaplanOffset,
  type LawTruth,
  type LinkTruth,
  logSigmoid,
  mirroredGompertz,
  sigmoid,
  twoGroups,
} from "./truths.ts";

/** In what the truth differs from what is fitted. */
export type ScenarioGroup = "right form" | "wrong law" | "wrong link" | "wrong noise" | "design" | "window";

/** What data sets are drawn from, whatever the number of runs. */
export interface Scenario {
  /** Name in result tables. */
  name: string;
  group: ScenarioGroup;
  /** What is true, in a sentence without its full stop. */
  description: string;
  law: LawTruth;
  link: LinkTruth;
  noise: NoiseShape;
  /** Standard deviations of the noise, over those that every study has. */
  noiseScale: number;
  design: DesignName;
  /** Share of training whose mean loss is taken for a run's final one; the targets' true loss is that at their end. */
  window: number;
}

/** Chinchilla's law, the sigmoid and normal noise, but for what is given. */
function scenario(
  name: string,
  group: ScenarioGroup,
  description: string,
  given: Partial<Omit<Scenario, "name" | "group" | "description">>,
): Scenario {
  const noise = noiseShapes.get("normal")!;
  const right = {
    law: chinchilla,
    link: sigmoid,
    noise,
    noiseScale: 1,
    design: "crossed",
    window: 0,
  } as const;
  return { name, group, description, ...right, ...given };
}

/** The right forms under a shape of noise. */
function noiseScenario(shape: string): Scenario {
  const noise = noiseShapes.get(shape)!;
  return scenario(shape, shape === "normal" ? "right form" : "wrong noise", noise.description, { noise });
}

const drift = (perDecade: number): Scenario =>
  scenario(
    `drift-${perDecade}`,
    "wrong law",
    `both exponents of the law change by ${perDecade} with each tenfold of their input, up or down`,
    { law: driftingExponents(perDecade) },
  );

const window = (share: number): Scenario =>
  scenario(`window-${share}`, "window", `a run's final loss is the mean over its last ${100 * share} %`, {
    window: share,
  });

/** With a third of the noise, as of means over checkpoints and tasks of many questions: what is wrong with the forms then counts more. */
const precise = (one: Scenario): Scenario => {
  return {
    ...one,
    name: `${one.name}-precise`,
    description: `${one.description}; a third of the noise`,
    noiseScale: 1 / 3,
  };
};

const wrongForms: readonly Scenario[] = [
  ...[0.01, 0.02, 0.05].map(drift),
  scenario("kaplan-offset", "wrong law", "Kaplan's law with an offset", { law: kaplanOffset }),
  scenario("gompertz", "wrong link", "Gompertz's curve with the sigmoid's ends, steepest point and slope", {
    link: gompertz,
  }),
  scenario(
    "mirrored-gompertz",
    "wrong link",
    "Gompertz's curve the other way round, which no intervals know",
    {
      link: mirroredGompertz,
    },
  ),
  scenario("two-groups", "wrong link", "two groups of questions, each with a sigmoid of its own", {
    link: twoGroups,
  }),
  scenario("log-sigmoid", "wrong link", "the log-sigmoid, at chance at the runs' largest loss", {
    link: logSigmoid,
  }),
  scenario("drift-gompertz", "wrong link", "drift-0.02 and gompertz at once", {
    law: driftingExponents(0.02),
    link: gompertz,
  }),
];

const right = noiseScenario("normal");

const all: readonly Scenario[] = [
  right,
  precise(right),
  ...[...noiseShapes.keys()].filter((shape) => shape !== "normal").map(noiseScenario),
  ...wrongForms,
  ...wrongForms.map(precise),
  scenario("tied-design", "design", "runs of 20 tokens a parameter: size and tokens do not vary apart", {
    design: "tied",
  }),
  ...[0.05, 0.1, 0.2, 0.4].map(window),
];

export const scenarios: ReadonlyMap<string, Scenario> = new Map(all.map((one) => [one.name, one]));

/** @throws RangeError for a name that is none */
export function getScenario(name: string): Scenario {
  const found = scenarios.get(name);
  if (found === undefined)
    throw new RangeError(`no scenario ${name}; there are ${[...scenarios.keys()].join(", ")}`);
  return found;
}

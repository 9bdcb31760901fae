import { groupBy } from "../collections.ts";
import { chanceOf } from "../methods/emergence.ts";
import { finalPart } from "../methods/final-window.ts";
import { measureFitRuns } from "../methods/measured.ts";
import { ALL_RUNS, type RunIndex } from "../methods/runs.ts";
import { meanOf, median, sum, variance } from "../statistics.ts";
import { countOf, formatNumber, percent } from "../text.ts";

/** Whether the runs of a table say enough of a task to extrapolate it. */
export type PredictabilityVerdict = "predictable" | "noisy" | "do not extrapolate" | "not known";

/** A prediction of a larger run's score from smaller ones, by the reference configuration. */
export interface RollOut {
  /** Names of the runs that were fitted. */
  fitted: ReadonlyMap<string, number>;
  predicted: number;
  actual: number;
  determined: boolean;
}

/** What a task's own data say of how well it can be predicted. */
export interface Predictability {
  task: string;
  metric: string;
  verdict: PredictabilityVerdict;
  /** The numbers that decided it. */
  reason: string;
  /** Fit runs that have the metric. */
  runs: number;
  /** Standard deviation of a score between neighbouring checkpoints at the end of training, pooled over runs; NaN with one checkpoint each. */
  checkpointSd: number;
  /** Standard deviation of the final scores of runs of equal size and tokens, pooled; NaN where there are none. */
  seedSd: number;
  /** Standard deviation of the final scores of all runs. */
  signal: number;
  /** signal / the larger of the two standard deviations of noise; NaN where neither is known. */
  signalToNoise: number;
  /** Score of guessing; NaN where it is not known. */
  chance: number;
  /** Final score of the run with the most FLOPs, and how far it is above chance in standard deviations of noise. */
  largestScore: number;
  aboveChance: number;
  /** Measured roll-outs, those that the data determine, and the median of |predicted - actual| over these. */
  rollOuts: number;
  determined: number;
  rollOutError: number;
  /** The same error where a run is predicted to score what the largest fitted run does. */
  naiveError: number;
  /** 1 - rollOutError / naiveError: 1 is no error, 0 no better than no law at all. */
  skill: number;
}

/** Checkpoints at the end of a run whose noise is taken, as in table `variance`. */
const WINDOW = 10;

/** Fewest roll-outs that say something of a task. */
const LEAST_ROLL_OUTS = 5;

/** Below these a task is not to be extrapolated, and below those it is noisy. */
const LEAST = { signalToNoise: 2, aboveChance: 2, skill: 0 };
const CLEAR = { signalToNoise: 5, aboveChance: 4, skill: 0.5 };

/**
 * Judges a task by the noise and the reach of its scores, and by the roll-outs of the reference configuration.
 *
 * @param rollOuts of the task, with a measured score
 */
export function judgeTask(
  index: RunIndex,
  { task, metric }: Pick<Predictability, "task" | "metric">,
  rollOuts: readonly RollOut[],
): Predictability {
  const measured = measureFitRuns(index, { quantity: { metric, subjects: [task] }, runs: ALL_RUNS });
  const { n, d, c } = index.table;
  const runs = Array.from(measured, ([run, own]) => {
    const last = own.rows.at(-1)!;
    const values = finalPart(own, WINDOW, index.table).values;
    return { run, last: own.values.at(-1)!, values, c: c[last]!, size: `${n[last]} ${d[last]}` };
  }).sort((a, b) => a.c - b.c);
  const steps = runs.flatMap(({ values }) => Array.from(values.slice(1), (value, i) => value - values[i]!));
  const checkpointSd = Math.sqrt(meanOf(steps, (step) => step ** 2) / 2);
  const seeds = [...groupBy(runs, ({ size }) => size).values()].filter(({ length }) => length > 1);
  const seedSd = pooled(seeds.map((ofSize) => ofSize.map(({ last }) => last)));
  const finals = runs.map(({ last }) => last);
  const noise = Math.max(...[checkpointSd, seedSd].filter((sd) => !Number.isNaN(sd)));
  const signal = runs.length > 1 ? Math.sqrt(variance(finals)) : Number.NaN;
  const known = chanceOf(index, task);
  const chance = typeof known === "number" ? known : Number.NaN;
  const largestScore = finals.at(-1) ?? Number.NaN;
  const of = rollOuts.filter(({ determined }) => determined);
  const rollOutError = medianOf(of, ({ predicted, actual }) => Math.abs(predicted - actual));
  const naiveError = medianOf(of, ({ fitted, actual }) => {
    const largest = runs.findLast(({ run }) => fitted.has(run));
    return largest === undefined ? Number.NaN : Math.abs(largest.last - actual);
  });
  const facts = {
    ...{ task, metric, runs: runs.length, checkpointSd, seedSd, signal, chance, largestScore },
    signalToNoise: Number.isFinite(noise) ? signal / noise : Number.NaN,
    aboveChance: Number.isFinite(noise) ? (largestScore - chance) / noise : Number.NaN,
    ...{ rollOuts: rollOuts.length, determined: of.length, rollOutError, naiveError },
    skill: 1 - rollOutError / naiveError,
  };
  return { ...facts, ...verdictOf(facts) };
}

type Facts = Omit<Predictability, "verdict" | "reason">;

/** What speaks against a task, by the number that says it; undefined where the number does not, or is not known. */
const DOUBTS: readonly ((facts: Facts, bound: typeof LEAST) => string | undefined)[] = [
  ({ aboveChance: sds, largestScore, chance }, bound) =>
    sds < bound.aboveChance
      ? `the largest run scores ${formatNumber(largestScore, 3)}, ${formatNumber(sds, 2)} standard deviations of noise above chance (${formatNumber(chance, 3)})`
      : undefined,
  ({ signalToNoise }, bound) =>
    signalToNoise < bound.signalToNoise
      ? `scores differ between runs by ${formatNumber(signalToNoise, 2)} times their noise`
      : undefined,
  ({ skill, rollOutError, naiveError }, bound) =>
    skill < bound.skill || (skill === 0 && bound.skill === 0)
      ? `roll-outs err by ${formatNumber(rollOutError, 3)}, the score of the largest run fitted by ${formatNumber(naiveError, 3)}`
      : undefined,
  ({ determined, rollOuts }, bound) =>
    determined < (bound === LEAST ? 0.5 : 0.9) * rollOuts
      ? `the data determine ${determined} of ${rollOuts} roll-outs`
      : undefined,
];

function verdictOf(facts: Facts): Pick<Predictability, "verdict" | "reason"> {
  const against = (bound: typeof LEAST) => DOUBTS.flatMap((doubt) => doubt(facts, bound) ?? []);
  const [grave, light] = [against(LEAST), against(CLEAR)];
  if (grave.length > 0) return { verdict: "do not extrapolate", reason: grave.join("; ") };
  if (facts.rollOuts < LEAST_ROLL_OUTS)
    return {
      verdict: "not known",
      reason: `${countOf(facts.rollOuts, "roll-out")} ${facts.rollOuts === 1 ? "is" : "are"} measured, fewer than ${LEAST_ROLL_OUTS}`,
    };
  if (light.length > 0) return { verdict: "noisy", reason: light.join("; ") };
  const { skill, signalToNoise, chance } = facts;
  const noise = Number.isNaN(signalToNoise)
    ? "noise is not known from one checkpoint a run"
    : `signal ${formatNumber(signalToNoise, 3)} times the noise`;
  const unknown = Number.isNaN(chance) ? "; chance is not known" : "";
  const saved = `roll-outs save ${percent(skill)} of the error without a law`;
  return { verdict: "predictable", reason: `${saved}; ${noise}${unknown}` };
}

const medianOf = <Item>(items: readonly Item[], value: (item: Item) => number): number =>
  items.length === 0 ? Number.NaN : median(items.map(value));

/** Pooled standard deviation within groups; NaN without groups. */
function pooled(groups: readonly (readonly number[])[]): number {
  const squares = groups.map((group) => group.length * variance(group));
  return Math.sqrt(sum(squares) / sum(groups.map(({ length }) => length - 1)));
}

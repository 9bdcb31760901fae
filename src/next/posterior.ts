import type { Form } from "../forms/form.ts";
import { Belief } from "./belief.ts";
import { discrepancyRoot } from "./discrepancy.ts";

/** A solution about which a law is taken as linear, and how much it counts. */
export interface Mode {
  parameters: Float64Array;
  /** Share of the draws that are about it; all sum to 1. */
  weight: number;
}

/** What is known of a law before a run is added. */
export interface Knowledge {
  form: Form;
  /** Whether predictions are known and measured as logarithms. */
  isLog: boolean;
  /** The runs that were fitted: inputs, and the variance of their noise. */
  runs: readonly { inputs: readonly number[]; noise: number }[];
  modes: readonly Mode[];
  /** Standard deviation of each parameter before any run; 0 of one that is fixed. */
  prior: Float64Array;
  /** Variance of the noise of a run to come. */
  noise: number;
  /** Variance of what the law gets wrong, which near runs share. */
  discrepancy: number;
}

/**
 * What is known of a law's predictions at candidates and targets, in this order of places. The law is linear about each mode; its parameters
 * have their prior, on which the runs are taken one after the other, as the candidates will be. Several modes are a mixture: the
 * covariance has the mean of theirs and that of their predictions.
 */
export function beliefOf(
  knowledge: Knowledge,
  candidates: readonly (readonly number[])[],
  targets: readonly (readonly number[])[],
): Belief {
  const { runs, modes, noise, discrepancy } = knowledge;
  const asked = [...candidates, ...targets];
  const all = [...asked, ...runs.map(({ inputs }) => inputs)];
  const wrong = discrepancy > 0 ? discrepancyRoot(all) : { root: new Float64Array(0), width: 0 };
  const noises = Float64Array.from(all, (_, i) => runs[i - asked.length]?.noise ?? noise);
  const parts = modes.map(({ parameters, weight }) => {
    const law = lawRoot(knowledge, parameters, all);
    const root = beside([law, scaled(wrong, Math.sqrt(discrepancy))], all.length);
    const belief = new Belief({ ...root, noise: noises, targets: [] });
    for (let i = asked.length; i < all.length; i++) belief.train(i);
    return scaled(
      { root: belief.root().subarray(0, asked.length * root.width), width: root.width },
      Math.sqrt(weight),
    );
  });
  const { root, width } = beside([...parts, betweenModes(knowledge, asked)], asked.length);
  return new Belief({
    ...{ root, width, noise: noises.subarray(0, asked.length) },
    targets: targets.map((_, t) => candidates.length + t),
  });
}

/** Rows of numbers, one a place. */
interface Rows {
  root: Float64Array;
  width: number;
}

/** How predictions move with the parameters, each in units of its prior. */
function lawRoot(
  { form, isLog, prior }: Knowledge,
  parameters: Float64Array,
  places: readonly (readonly number[])[],
): Rows {
  const width = prior.length;
  const root = new Float64Array(places.length * width);
  const gradient = new Float64Array(width);
  places.forEach((inputs, i) => {
    const value = form.gradient(parameters, inputs, gradient);
    const unit = isLog ? value : 1;
    for (let p = 0; p < width; p++) {
      const slope = (gradient[p]! / unit) * prior[p]!;
      root[i * width + p] = Number.isFinite(slope) ? slope : 0;
    }
  });
  return { root, width };
}

/** Departures of the modes' predictions from their mean; none of one mode. */
function betweenModes(knowledge: Knowledge, places: readonly (readonly number[])[]): Rows {
  const { modes } = knowledge;
  if (modes.length < 2) return { root: new Float64Array(0), width: 0 };
  const width = modes.length;
  const root = new Float64Array(places.length * width);
  places.forEach((inputs, i) => {
    const values = modes.map(({ parameters }) => predicted(knowledge, parameters, inputs));
    const mean = values.reduce((sum, value, k) => sum + modes[k]!.weight * value, 0);
    values.forEach((value, k) => {
      const by = Math.sqrt(modes[k]!.weight) * (value - mean);
      root[i * width + k] = Number.isFinite(by) ? by : 0;
    });
  });
  return { root, width };
}

/** A law's prediction, as it is known: the value, or its logarithm. */
export function predicted(
  { form, isLog }: Pick<Knowledge, "form" | "isLog">,
  parameters: Float64Array,
  inputs: readonly number[],
): number {
  const value = form.value(parameters, inputs);
  return isLog ? Math.log(value) : value;
}

const scaled = ({ root, width }: Rows, by: number): Rows => ({
  root: root.map((value) => value * by),
  width,
});

/** Rows put together place by place. */
function beside(parts: readonly Rows[], places: number): Rows {
  const width = parts.reduce((sum, part) => sum + part.width, 0);
  const root = new Float64Array(places * width);
  let first = 0;
  for (const part of parts) {
    for (let i = 0; i < places && part.width > 0; i++)
      root.set(part.root.subarray(i * part.width, (i + 1) * part.width), i * width + first);
    first += part.width;
  }
  return { root, width };
}

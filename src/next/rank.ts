import { derivedInterval, onDraws } from "../derived/interval.ts";
import { fitOfPoints } from "../draw/fits.ts";
import { standardErrorsOfPredictions } from "../identifiability/prediction-error.ts";
import type { SolutionRows } from "../methods/method.ts";
import type { Solver } from "../plan/solver.ts";
import type { RunLaw } from "../planner/laws.ts";
import { levelOfDraws } from "../planner/plan-law.ts";
import type { Problem } from "../solve/problem.ts";
import { unvariedInputs } from "../solve/unvaried-inputs.ts";
import { mean, variance } from "../statistics.ts";
import { formatNumber, percent } from "../text.ts";
import { batchFor, leftAfter } from "./batch.ts";
import type { Belief } from "./belief.ts";
import { leftByRefits } from "./check.ts";
import { knowledgeOf } from "./knowledge.ts";
import { modesOf } from "./modes.ts";
import type { Noise } from "./noise.ts";
import { beliefOf, type Knowledge, predicted } from "./posterior.ts";

/** Candidates in the terms of a law. */
export interface AskedRuns {
  /** Inputs of each candidate. */
  candidates: readonly (readonly number[])[];
  costs: Float64Array;
  /** What is to be known better. */
  targets: readonly { name: string; inputs: readonly number[] }[];
  /** Most that a batch may cost; undefined where none is asked for. */
  spend: number | undefined;
  /** Coverage of the targets' intervals. */
  level: number;
}

/** A prediction of a target, with the interval that the draws have of it. */
export interface KnownTarget {
  name: string;
  value: number;
  lower: number;
  upper: number;
}

/** What the candidates would tell of the targets, by a law. */
export interface RankedRuns {
  law: RunLaw;
  asked: AskedRuns;
  targets: KnownTarget[];
  noise: Noise;
  /** Whether noise is of the logarithm of what is predicted. */
  isLog: boolean;
  /** Modes of the draws, and the draws. */
  modes: number;
  draws: number;
  /** Prediction of each candidate by the fit. */
  values: Float64Array;
  /** Runs that were fitted with the inputs of each candidate. */
  trained: Int32Array;
  /** What the runs leave open for want of another value of an input, or of another ratio of two. */
  open: string | undefined;
  /** Share of the width of each target's interval that a candidate alone leaves: an array a candidate. */
  left: Float64Array[];
  /** Candidates by what they shrink, the mean over the targets, for their cost; the best first. */
  ranking: number[];
  /** Candidates that the spending limit pays for, in order, and the share that is left after each; empty without a limit. */
  batch: { order: number[]; left: Float64Array[] };
  /** The share by refits: of the best few candidates by their number, and of the batch as -1. */
  checked: ReadonlyMap<number, Float64Array>;
  /** Why no run helps; undefined where some do. */
  useless: string | undefined;
}

const NO_DRAWS =
  "there are no draws of its parameters: it could not be resampled, or the run has stored none; allowed: a run with bootstrap: {draws: true} (lawfit fit --bootstrap N --draws), or a table whose fit can be resampled";

/** The batch among what is checked. */
export const BATCH = -1;

/** Candidates that are checked by refits. */
const CHECKED = 3;

/** Shrinkage below which a run does not help. */
const LEAST = 0.01;

/**
 * Ranks candidates by the expected shrinkage of the targets' intervals for their cost, and picks a batch that a spending limit pays for. The first
 * few and the batch are checked by refits.
 *
 * @param solve solves the refits
 * @returns the reason where the run has not stored what is needed of the law
 */
export async function rankRuns(
  law: RunLaw,
  asked: AskedRuns,
  solve: Solver,
): Promise<RankedRuns | { reason: string }> {
  const { draws, parameters, form } = law.law;
  const fitted = fitOfPoints(law.law);
  if (draws === undefined) return { reason: NO_DRAWS };
  if ("reason" in fitted) return fitted;
  const { problem } = fitted;
  const { candidates, costs, spend } = asked;
  const at = asked.targets.map(({ inputs }) => inputs);
  const { told, wary, noise } = knowledgeOf(problem, parameters, draws);
  const predictions = (p: Float64Array) => at.map((inputs) => predicted(told, p, inputs));
  const errorsAt = (p: Float64Array) =>
    beliefOf({ ...told, modes: [{ parameters: p, weight: 1 }] }, [], at).variance.map(Math.sqrt);
  const modes = modesOf(parameters, draws, predictions, errorsAt);
  const knowledge: Knowledge = { ...told, modes };
  const belief = beliefOf(knowledge, candidates, at);
  const left = candidates.map((_, i) => leftBy(belief, i, candidates.length));
  const worth = Float64Array.from(left, (shares, i) => (1 - mean(shares)) / costs[i]!);
  const ranking = Array.from(worth.keys()).sort((a, b) => worth[b]! - worth[a]!);
  const order =
    spend === undefined ? [] : batchFor(beliefOf({ ...wary, modes }, candidates, at), { cost: costs, spend });
  const batch = { order, left: leftAfter(belief, candidates.length, order) };
  const first = ranking.slice(0, CHECKED);
  const least = [...left, ...batch.left].reduce((least, shares) => Math.min(least, mean(shares)), 1);
  const useless =
    least > 1 - LEAST
      ? whyUseless(least, { draws: noise.isShown ? draws : undefined, knowledge, candidates })
      : undefined;
  const sets =
    useless === undefined ? [...first.map((i) => [i]), ...(order.length === 0 ? [] : [order])] : [];
  const refits = await leftByRefits(
    { problem, parameters, knowledge },
    sets.map((set) => set.map((i) => candidates[i]!)),
    at,
    solve,
  );
  const errors = standardErrorsOfPredictions(([p]) => predictions(p!), [parameters], [law.law.spread]);
  return {
    ...{ law, asked, noise, isLog: knowledge.isLog, modes: modes.length, left, ranking, batch, useless },
    draws: draws.degenerate.filter((is) => is === 0).length,
    targets: asked.targets.map(({ name, inputs }, t) => {
      const value = form.value(parameters, inputs);
      // Draws have the noise of the residuals: they are all but the fit where there is none, and not of errors that are given.
      const isGiven = Number.isNaN(noise.freedom);
      const { isLog } = knowledge;
      const { lower, upper } = derivedInterval(
        {
          value,
          isPositive: isLog,
          error: isGiven ? errors[t]! : { reason: "the noise of a run is not known" },
        },
        isGiven ? asked.level : levelOfDraws(law, asked.level),
        isGiven || !noise.isShown ? undefined : onDraws(draws, (p) => form.value(p, inputs)),
      );
      return { name, value, lower, upper };
    }),
    values: Float64Array.from(candidates, (inputs) => form.value(parameters, inputs)),
    trained: Int32Array.from(
      candidates,
      (inputs) => knowledge.runs.filter((run) => run.inputs.every((x, v) => isSame(x, inputs[v]!))).length,
    ),
    open: whyOpen(problem, at),
    checked: new Map(refits.map((shares, s) => [s < first.length ? first[s]! : BATCH, shares])),
  };
}

/** Inputs that differ by no more are those of one run. */
const isSame = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 * Math.abs(a);

/** What all runs share and a target does not have, so that nothing measured says how the law changes with it. */
function whyOpen(problem: Problem, targets: readonly (readonly number[])[]): string | undefined {
  const shared = unvariedInputs(problem).find(({ isShared }) => !targets.every(isShared));
  return (
    shared &&
    `${shared.text}, and a target has not: the law alone says how it changes with that; runs that vary it would tell`
  );
}

/** Share of the standard deviation of each target that one run leaves. */
function leftBy(belief: Belief, candidate: number, candidates: number): Float64Array {
  return Float64Array.from(belief.withTarget, (_, t) => {
    const before = belief.variance[candidates + t]!;
    return before > 0 ? Math.sqrt(Math.max(0, 1 - belief.gain(t, candidate) / before)) : 1;
  });
}

/** Share of the noise of a run below which the law is flat at a candidate: its draws differ by less. */
const FLAT = 0.2;

function whyUseless(
  left: number,
  {
    draws,
    knowledge,
    candidates,
  }: { draws: SolutionRows | undefined; knowledge: Knowledge; candidates: AskedRuns["candidates"] },
): string {
  const best = `no run helps: the best shrinks the interval by ${percent(1 - left, 2)}`;
  const elsewhere = `${best}: what the candidates would tell is not what is open at the target`;
  if (draws === undefined) return elsewhere;
  const spreads = candidates.map((inputs) =>
    Math.sqrt(variance(onDraws(draws, (p) => predicted(knowledge, p, inputs)).filter(Number.isFinite))),
  );
  const [most, noise] = [Math.max(...spreads), Math.sqrt(knowledge.noise)];
  const unit = knowledge.isLog
    ? (value: number) => percent(value, 2)
    : (value: number) => formatNumber(value, 2);
  return most < FLAT * noise
    ? `${best}, because the law is flat there: at the candidates its draws differ by ${unit(most)} at most, and the noise of a run is ${unit(noise)}`
    : elsewhere;
}

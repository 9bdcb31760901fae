import type { Form } from "../forms/form.ts";
import { quantile } from "../intervals/draws.ts";
import { normalProbability } from "../intervals/normal.ts";
import { inUnitOfResponse } from "../solve/loss.ts";
import { meanOf } from "../statistics.ts";
import type { PooledFit } from "./fit-recipes.ts";
import { costsOf, ofRun, type Recipe } from "./recipe.ts";
import { factorAt, lastCrossing, type ScaleLine, scaleLine } from "./scale.ts";

/** A value with an interval; NaN where it is not known. */
export interface Ranged {
  value: number;
  lower: number;
  upper: number;
}

/** What is predicted of a recipe at a target. */
export interface RecipeAtTarget {
  recipe: number;
  predicted: Ranged;
  /** Place by the predictions, 1 the best, and the places that the draws give it. */
  rank: Ranged;
  /** Share of the draws in which it is the best; a draw of several best ones counts for each in equal parts. */
  bestProbability: number;
  /** Mean over the draws of how much worse it is than the best. */
  regret: number;
  /** Factor of the target's compute at which the reference has its value; infinite where the reference never has. */
  multiplier: Ranged;
}

/** Two recipes at a target: `a` is the one that is predicted to be better. */
export interface RecipePair {
  a: number;
  b: number;
  /** Prediction of `a` less that of `b`. */
  difference: Ranged;
  /** Share of the draws in which `a` is better. */
  probability: number;
  /** The largest cost on the line of the target at which the laws cross, and the share of the draws in which they do. */
  crossing: Ranged;
  crossingProbability: number;
  /** The least cost from which on a run of each has the target's order with a probability of 90 %. */
  decisionCost: number;
}

/** Recipes at a target. */
export interface Comparison {
  target: { name: string; inputs: readonly number[]; cost: number };
  recipes: RecipeAtTarget[];
  pairs: RecipePair[];
}

/** How far beyond the target a crossing is looked for, in compute. */
const BEYOND = 1000;

/** Probability at which a decision counts as made. */
export const DECIDED = 0.9;

/** Places between the least run and the target at which single runs are compared. */
const PLACES = 40;

interface Asked {
  target: { name: string; inputs: readonly number[] };
  /** Place of the recipe that compute is compared with. */
  reference: number;
  best: "lowest" | "highest";
  level: number;
}

/** Compares recipes at a target by their laws and by draws of these. */
export function compareAt(
  recipes: readonly Recipe[],
  fit: PooledFit,
  draws: readonly (readonly Float64Array[])[],
  { target, reference, best, level }: Asked,
): Comparison {
  const { form } = recipes[0]!.problem;
  const sign = best === "lowest" ? 1 : -1;
  const all = recipes.map((_, r) => r);
  const line = scaleLine(form.variableNames, target.inputs);
  const valueAt = (law: Float64Array, inputs: readonly number[]) => form.value(law, inputs);
  const predicted = fit.laws.map((law) => valueAt(law, target.inputs));
  const drawn = draws.map((laws) => laws.map((law) => valueAt(law, target.inputs)));
  const rankIn = (values: readonly number[]) =>
    values.map((value) => 1 + values.filter((other) => sign * (other - value) < 0).length);
  const ranks = rankIn(predicted);
  const drawnRanks = drawn.map(rankIn);
  const bestOf = (values: readonly number[]) => sign * Math.min(...values.map((value) => sign * value));
  const multiplier = (laws: readonly Float64Array[], r: number, line: ScaleLine) =>
    r === reference
      ? 1
      : factorAt(
          (factor) => valueAt(laws[reference]!, line.at(factor)),
          valueAt(laws[r]!, target.inputs),
          sign,
        );
  const cost = costsOf(form.variableNames, [target.inputs])[0]!;
  return {
    target: { ...target, cost },
    recipes: all.map((r) => ({
      recipe: r,
      predicted: ranged(
        predicted[r]!,
        drawn.map((values) => values[r]!),
        level,
      ),
      rank: rankRange(
        ranks[r]!,
        drawnRanks.map((of) => of[r]!),
        level,
      ),
      bestProbability: meanOf(drawn, (values) => {
        const best = values.filter((value) => value === bestOf(values)).length;
        return values[r] === bestOf(values) ? 1 / best : 0;
      }),
      regret: meanOf(drawn, (values) => Math.abs(values[r]! - bestOf(values))),
      multiplier:
        line === undefined
          ? UNKNOWN
          : ranged(
              multiplier(fit.laws, r, line),
              draws.map((laws) => multiplier(laws, r, line)),
              level,
            ),
    })),
    pairs: all.flatMap((first) =>
      all.slice(first + 1).map((second): RecipePair => {
        const [a, b] = ranks[first]! <= ranks[second]! ? [first, second] : [second, first];
        const differences = drawn.map((values) => values[a]! - values[b]!);
        const probability = meanOf(differences, (value) => (sign * value < 0 ? 1 : value === 0 ? 0.5 : 0));
        return {
          ...{ a, b, probability },
          difference: ranged(predicted[a]! - predicted[b]!, differences, level),
          ...(line === undefined
            ? { crossing: UNKNOWN, crossingProbability: Number.NaN, decisionCost: Number.NaN }
            : alongLine({ a, b }, { recipes, fit, draws, line, cost, level })),
        };
      }),
    ),
  };
}

/** Compute over which the direction of a law is looked at. */
const FACTOR = 10;

/** That every law gets worse with compute, as where `best` is not that of the response: the order is then the reverse of what was meant. */
export function worseWithCompute(
  { laws }: PooledFit,
  form: Form,
  targets: readonly { name: string; inputs: readonly number[] }[],
  best: "lowest" | "highest",
): string | undefined {
  const sign = best === "lowest" ? 1 : -1;
  const isWorse = targets.every(({ inputs }) => {
    const line = scaleLine(form.variableNames, inputs);
    return (
      line !== undefined &&
      laws.every((law) => sign * (form.value(law, inputs) - form.value(law, line.at(1 / FACTOR))) > 0)
    );
  });
  const [moves, other] = best === "lowest" ? ["rises", "highest"] : ["falls", "lowest"];
  return isWorse
    ? `the response ${moves} with compute by the law of every recipe, and the ${best} value is taken for the best: ` +
        `where the ${other} is, say --best ${other}`
    : undefined;
}

/** Where the laws of two recipes cross, and from where on single runs have the target's order. */
function alongLine(
  { a, b }: { a: number; b: number },
  {
    recipes,
    fit,
    draws,
    line,
    cost,
    level,
  }: {
    recipes: readonly Recipe[];
    fit: PooledFit;
    draws: readonly (readonly Float64Array[])[];
    line: ScaleLine;
    cost: number;
    level: number;
  },
): Pick<RecipePair, "crossing" | "crossingProbability" | "decisionCost"> {
  const { form, residual } = recipes[0]!.problem;
  const least = Math.min(...[a, b].map((r) => Math.min(...recipes[r]!.costs))) / cost;
  const difference = (laws: readonly Float64Array[]) => (factor: number) => {
    const inputs = line.at(factor);
    return form.value(laws[a]!, inputs) - form.value(laws[b]!, inputs);
  };
  const crossing = lastCrossing(difference(fit.laws), least, BEYOND) * cost;
  const crossings = draws.flatMap((laws) => {
    const at = lastCrossing(difference(laws), least, BEYOND) * cost;
    return Number.isNaN(at) ? [] : [at];
  });
  const isPlain = inUnitOfResponse(residual);
  const noise = Math.hypot(...[a, b].map((r) => ofRun(fit.noises[r]!)));
  /** By how much `a` is above `b`, in the unit of the residuals. */
  const lead = (laws: readonly Float64Array[], factor: number) => {
    const [of, other] = [a, b].map((r) => form.value(laws[r]!, line.at(factor)));
    return isPlain ? of! - other! : Math.log(of! / other!);
  };
  const rightAt = (factor: number) =>
    meanOf(draws, (laws) => {
      const toTarget = Math.sign(lead(laws, 1));
      const size = toTarget * lead(laws, factor);
      return noise > 0 ? normalProbability(size / noise) : size > 0 ? 1 : 0;
    });
  let decided = Number.NaN;
  for (let i = PLACES; i >= 0; i--) {
    const factor = least ** (1 - i / PLACES);
    if (!(rightAt(factor) >= DECIDED)) break;
    decided = factor * cost;
  }
  return {
    crossing: crossings.length === 0 ? { ...UNKNOWN, value: crossing } : ranged(crossing, crossings, level),
    crossingProbability: draws.length === 0 ? Number.NaN : crossings.length / draws.length,
    decisionCost: decided,
  };
}

const UNKNOWN: Ranged = { value: Number.NaN, lower: Number.NaN, upper: Number.NaN };

/** A value with percentiles of its draws; an end is infinite where the draws there are. */
function ranged(value: number, draws: readonly number[], level: number): Ranged {
  const sorted = draws.filter((draw) => !Number.isNaN(draw)).toSorted((x, y) => x - y);
  return { value, lower: quantile(sorted, (1 - level) / 2), upper: quantile(sorted, (1 + level) / 2) };
}

/** Places that the draws give with at least the level's share of them between. */
function rankRange(value: number, draws: readonly number[], level: number): Ranged {
  const sorted = draws.toSorted((x, y) => x - y);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? Number.NaN;
  return { value, lower: at((1 - level) / 2), upper: at((1 + level) / 2) };
}

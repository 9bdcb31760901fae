import { getOrInsert, groupBy } from "../collections.ts";
import type { Solver } from "../plan/solver.ts";
import { mean } from "../statistics.ts";
import { fitOwn, fitTogether, type PooledFit } from "./fit-recipes.ts";
import { hasEnough, ofPoints, type Recipe } from "./recipe.ts";
import { type Pooling, poolings } from "./spec.ts";

/** How decisions are made from small runs: by the values of the largest of them, or by laws. */
export type DecisionMethod = "ranking" | Pooling;

/** Decisions from the runs up to a cost, beside the largest runs. */
export interface DecisionTest {
  method: DecisionMethod;
  /** Largest cost of the runs that were used, and of the runs that say what is right. */
  cut: number;
  top: number;
  /** Runs that were used. */
  runs: number;
  /** Pairs of recipes that were ordered, and of these the ones ordered as at the largest runs. */
  pairs: number;
  right: number;
  /** Root mean square of what the differences of pairs are off by, in the unit of the response. */
  differenceError: number;
  /** Measured value of the recipe that is taken for the best less that of the best, either way at least 0; NaN where no place has all recipes. */
  regret: number;
  /** Root mean square of the relative errors of all larger runs; NaN of a ranking. */
  error: number;
}

/** Costs that are so close are one scale. */
const SAME_SCALE = 1.25;

/** Cuts that are tried. */
const MOST_CUTS = 6;

/** Digits in which inputs of recipes agree where they are the same place. */
const DIGITS = 4;

/**
 * Predicts the largest runs, at places of the inputs that recipes have in common, from the runs up to each smaller cost.
 *
 * @param tried ways of pooling that may be taken
 * @returns the tests, and why there are none
 */
export async function testDecisions(
  recipes: readonly Recipe[],
  {
    shared,
    tried,
    best,
  }: { shared: readonly number[]; tried: readonly Pooling[]; best: "lowest" | "highest" },
  solve: Solver,
): Promise<{ tests: DecisionTest[]; reason: string | undefined }> {
  const none = (reason: string) => ({ tests: [], reason });
  const levels = scalesOf(recipes.flatMap(({ costs }) => [...costs]));
  if (levels.length === 0) return none("no input says what a run costs");
  const places = placesOf(recipes);
  const top = levels.findLastIndex((level) => truthOf(recipes, places, level).size > 0);
  if (top < 0)
    return none("no two recipes have a run at the same inputs, so that no measured order is known");
  const truth = truthOf(recipes, places, levels[top]!);
  const usable = levels
    .slice(0, top)
    .filter(({ high }) => recipes.every((recipe) => hasEnough(upTo(recipe, high))));
  if (usable.length === 0)
    return none(
      "no cost below that of the largest runs has more runs of every recipe than the law has parameters",
    );
  const sign = best === "lowest" ? 1 : -1;
  const tests: DecisionTest[] = [];
  for (const { high } of spread(usable, MOST_CUTS)) {
    const below = recipes.map((recipe) => upTo(recipe, high));
    const said = {
      cut: high,
      top: levels[top]!.high,
      runs: below.reduce((sum, { runs }) => sum + new Set(runs).size, 0),
    };
    const placesBelow = placesOf(below);
    // Each pair by the largest runs that it has in common: smaller scales first, which larger ones replace.
    const order = new Map(
      levels
        .filter((level) => level.high <= high)
        .flatMap((level) => [...truthOf(below, placesBelow, level)]),
    );
    const ranked = (a: number, b: number): number | undefined => order.get(pairKey(a, b));
    tests.push({ method: "ranking", ...said, error: Number.NaN, ...judged(recipes, truth, ranked, sign) });
    const own = await fitOwn(below, solve);
    if ("reason" in own) continue;
    for (const pooling of tried) {
      const fit = pooling === "own" ? own : await fitTogether(below, pooling, own, shared, solve);
      // Exponents that are no further apart than their errors are shared.
      if ("reason" in fit) continue;
      const lawOrder = (a: number, b: number): number =>
        mean(
          commonPlaces(recipes, places, levels[top]!, a, b).map(
            (at) => valueAt(recipes, fit, a, at) - valueAt(recipes, fit, b, at),
          ),
        );
      tests.push({
        method: pooling,
        ...said,
        error: errorOf(recipes, fit, high),
        ...judged(recipes, truth, lawOrder, sign),
      });
    }
  }
  return { tests, reason: undefined };
}

/** The way of pooling with the least mean logarithm of the error over the cuts at which all were fitted; undefined without tests. */
export function bestPooling(tests: readonly DecisionTest[]): Pooling | undefined {
  const ofLaws = tests.filter(({ method, error }) => method !== "ranking" && error > 0);
  const fitted = new Set(ofLaws.map(({ method }) => method));
  const cuts = [...groupBy(ofLaws, ({ cut }) => cut).values()];
  const whole = cuts.filter((of) => of.length === fitted.size);
  const compared = (whole.length > 0 ? whole : cuts).flat();
  let best: { pooling: Pooling; error: number } | undefined;
  for (const pooling of poolings) {
    const errors = compared.flatMap(({ method, error }) => (method === pooling ? [Math.log(error)] : []));
    if (errors.length > 0 && (best === undefined || mean(errors) < best.error))
      best = { pooling, error: mean(errors) };
  }
  return best?.pooling;
}

/**
 * How wrong differences of recipes were where the largest runs were as far from the runs that were used as a target is from them.
 *
 * @param cost of the target
 * @returns the test of the way of pooling whose distance is the nearest; undefined where there is none
 */
export function nearestTest(
  tests: readonly DecisionTest[],
  pooling: Pooling,
  cost: number,
): DecisionTest | undefined {
  const away = ({ top, cut }: DecisionTest) => Math.abs(Math.log(top / cut) - Math.log(cost / top));
  return tests
    .filter(({ method, differenceError }) => method === pooling && differenceError > 0)
    .toSorted((a, b) => away(a) - away(b))[0];
}

interface Scale {
  low: number;
  high: number;
}

/** Costs in groups of nearly equal ones, ascending. */
function scalesOf(costs: readonly number[]): Scale[] {
  const scales: Scale[] = [];
  for (const cost of costs.filter((value) => value > 0).toSorted((a, b) => a - b)) {
    const last = scales.at(-1);
    if (last !== undefined && cost <= last.low * SAME_SCALE) last.high = cost;
    else scales.push({ low: cost, high: cost });
  }
  return scales;
}

const upTo = (recipe: Recipe, cost: number): Recipe =>
  ofPoints(
    recipe,
    Array.from(recipe.costs.keys()).filter((i) => recipe.costs[i]! <= cost),
  );

type Places = readonly ReadonlyMap<string, number[]>[];

/** Points of each recipe by place of the inputs. */
function placesOf(recipes: readonly Recipe[]): Places {
  return recipes.map(({ inputs }) => {
    const places = new Map<string, number[]>();
    inputs.forEach((at, i) => {
      getOrInsert(places, at.map((value) => value.toPrecision(DIGITS)).join(" "), () => []).push(i);
    });
    return places;
  });
}

const isIn = ({ costs }: Recipe, i: number, { low, high }: Scale): boolean =>
  costs[i]! >= low && costs[i]! <= high;

const measuredAt = ({ problem }: Recipe, points: readonly number[]): number =>
  mean(points.map((i) => problem.response[i]!));

/** Inputs of places of a scale that two recipes have in common. */
function commonPlaces(
  recipes: readonly Recipe[],
  places: Places,
  scale: Scale,
  a: number,
  b: number,
): (readonly number[])[] {
  return Array.from(places[a]!).flatMap(([key, [i]]) =>
    places[b]!.has(key) && isIn(recipes[a]!, i!, scale) ? [recipes[a]!.inputs[i!]!] : [],
  );
}

const pairKey = (a: number, b: number): string => `${a} ${b}`;

/** By how much one recipe's measured value is above another's at a scale, the mean of their common places. */
function truthOf(recipes: readonly Recipe[], places: Places, scale: Scale): Map<string, number> {
  const truth = new Map<string, number>();
  for (let a = 0; a < recipes.length; a++) {
    for (let b = a + 1; b < recipes.length; b++) {
      const differences = Array.from(places[a]!).flatMap(([key, points]) => {
        const others = places[b]!.get(key);
        if (others === undefined || !isIn(recipes[a]!, points[0]!, scale)) return [];
        return [measuredAt(recipes[a]!, points) - measuredAt(recipes[b]!, others)];
      });
      if (differences.length > 0) truth.set(pairKey(a, b), mean(differences));
    }
  }
  return truth;
}

const valueAt = (recipes: readonly Recipe[], fit: PooledFit, r: number, inputs: readonly number[]): number =>
  recipes[r]!.problem.form.value(fit.laws[r]!, inputs);

/** How an order of pairs does beside the measured one. */
function judged(
  recipes: readonly Recipe[],
  truth: ReadonlyMap<string, number>,
  order: (a: number, b: number) => number | undefined,
  sign: 1 | -1,
): Pick<DecisionTest, "pairs" | "right" | "regret" | "differenceError"> {
  let [pairs, right] = [0, 0];
  const squares: number[] = [];
  // Wins of each recipe, by the order and as measured.
  const wins = recipes.map(() => 0);
  const margins = recipes.map(() => 0);
  let isComplete = true;
  for (let a = 0; a < recipes.length; a++) {
    for (let b = a + 1; b < recipes.length; b++) {
      const measured = truth.get(pairKey(a, b));
      const said = order(a, b);
      if (measured === undefined || said === undefined || Number.isNaN(said)) {
        isComplete = false;
        continue;
      }
      wins[sign * said < 0 ? a : b]!++;
      margins[a]! += sign * measured;
      margins[b]! -= sign * measured;
      squares.push((said - measured) ** 2);
      if (measured === 0) continue;
      pairs++;
      if (said * measured > 0) right++;
    }
  }
  const chosen = wins.indexOf(Math.max(...wins));
  // Sums of differences with all others are the recipes' values times their number, up to a constant.
  const regret = isComplete ? (margins[chosen]! - Math.min(...margins)) / recipes.length : Number.NaN;
  return { pairs, right, regret, differenceError: Math.sqrt(mean(squares)) };
}

/** Root mean square of the relative errors of the runs beyond a cost. */
function errorOf(recipes: readonly Recipe[], fit: PooledFit, cut: number): number {
  const squares = recipes.flatMap((recipe, r) =>
    recipe.inputs.flatMap((at, i) => {
      const measured = recipe.problem.response[i]!;
      return recipe.costs[i]! > cut && measured !== 0
        ? [((valueAt(recipes, fit, r, at) - measured) / measured) ** 2]
        : [];
    }),
  );
  return Math.sqrt(mean(squares));
}

/** At most some of them, evenly, with the last. */
function spread<Item>(items: readonly Item[], most: number): Item[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, i) => items[Math.round((i * (items.length - 1)) / (most - 1))]!);
}

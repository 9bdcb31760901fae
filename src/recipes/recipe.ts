import { residualsOf } from "../bootstrap/residuals.ts";
import { fitOfPoints } from "../draw/fits.ts";
import type { RunLaw } from "../planner/laws.ts";
import { freeParameters, type Problem } from "../solve/problem.ts";
import { countsByName } from "../tables/guess/input-names.ts";

/** The runs of a recipe, with its law. Points of a run lie side by side. */
export interface Recipe {
  name: string;
  /** The law on the recipe's points alone. */
  problem: Problem;
  /** Name of the run of each point. */
  runs: readonly string[];
  /** Inputs of the law at each point. */
  inputs: readonly (readonly number[])[];
  /** What each point costs (`costOf`). */
  costs: Float64Array;
}

/** A recipe of a fitted law; a reason where the run has not stored what is needed. */
export function recipeOf(name: string, { law }: RunLaw): Recipe | { reason: string } {
  const fitted = fitOfPoints(law);
  if ("reason" in fitted) return fitted;
  const order = fitted.runs.runs.flatMap((run) =>
    law.points.flatMap((point, i) => (point.run === run ? [i] : [])),
  );
  const recipe: Recipe = {
    ...{ name, problem: fitted.problem },
    runs: law.points.map(({ run }) => run),
    inputs: law.points.map(({ variables }) => variables),
    costs: costsOf(
      fitted.problem.form.variableNames,
      law.points.map(({ variables }) => variables),
    ),
  };
  return ofPoints(recipe, order);
}

/** Some points of a recipe, in an order. */
export function ofPoints(recipe: Recipe, places: readonly number[]): Recipe {
  const { problem, runs, inputs, costs } = recipe;
  const picked = (values: Float64Array) => Float64Array.from(places, (i) => values[i]!);
  return {
    name: recipe.name,
    problem: {
      ...problem,
      variables: problem.variables.map(picked),
      response: picked(problem.response),
      ...(problem.weights && { weights: picked(problem.weights) }),
      ...(problem.sigma && { sigma: picked(problem.sigma) }),
    },
    runs: places.map((i) => runs[i]!),
    inputs: places.map((i) => inputs[i]!),
    costs: picked(costs),
  };
}

/** Number of points of each run, in order. */
export function runLengthsOf({ runs }: Pick<Recipe, "runs">): number[] {
  const lengths: number[] = [];
  runs.forEach((run, i) => {
    if (i > 0 && run === runs[i - 1]) lengths[lengths.length - 1]!++;
    else lengths.push(1);
  });
  return lengths;
}

/**
 * What places of a law's inputs cost: FLOPs, 6 N D of parameters and tokens; of a law of one of the two its number. NaN where the
 * names of the inputs say none of them.
 */
export function costsOf(names: readonly string[], places: readonly (readonly number[])[]): Float64Array {
  const { n, d, c } = countsByName(new Map(names.map((name, v) => [name, places.map((at) => at[v]!)])));
  if (c !== undefined) return c;
  if (n !== undefined && d !== undefined) return n.map((size, i) => 6 * size * d[i]!);
  return n ?? d ?? new Float64Array(places.length).fill(Number.NaN);
}

/** What `costsOf` counts, for people; undefined where it is nothing. */
export function costUnit(names: readonly string[]): string | undefined {
  const { n, d, c } = countsByName(new Map(names.map((name) => [name, [1]])));
  if (c !== undefined || (n !== undefined && d !== undefined)) return "FLOPs";
  return n !== undefined ? "parameters" : d !== undefined ? "tokens" : undefined;
}

/** The noise of a recipe's points, in the unit of the residuals. */
export interface RecipeNoise {
  /** Standard deviation of what a run's points have in common, and of what is left. */
  between: number;
  within: number;
}

/** Weight of the noise of all recipes in that of one, in points more than parameters. */
const SHARED_FREEDOM = 10;

/**
 * The noise of each recipe by the residuals of its law: its own, drawn towards that of all recipes as far as it rests on few points.
 *
 * @param laws parameters of each recipe's law
 * @param taken parameters that the law of each recipe takes up
 */
export function noisesOf(
  recipes: readonly Recipe[],
  laws: readonly Float64Array[],
  taken?: readonly number[],
): RecipeNoise[] {
  const all = recipes.map((recipe, r) => {
    const { problem } = recipe;
    const points = problem.response.length;
    const runLengths = runLengthsOf(recipe);
    const free = freeParameters(problem);
    const { betweenRuns, withinRuns } = residualsOf(problem, laws[r]!, {
      ...{ runLengths, points },
      strata: [runLengths.length],
    });
    // Of laws that share exponents each takes up less than its parameters.
    const by = taken === undefined ? 1 : Math.max(1, points - free) / Math.max(1, points - taken[r]!);
    return {
      freedom: Math.max(0, points - free),
      between: betweenRuns ** 2 * by,
      within: withinRuns ** 2 * by,
    };
  });
  const total = all.reduce((sum, { freedom }) => sum + freedom, 0);
  const pooled = (of: "between" | "within") =>
    total === 0 ? 0 : all.reduce((sum, each) => sum + each.freedom * each[of], 0) / total;
  const [between, within] = [pooled("between"), pooled("within")];
  return all.map((each, r) => {
    // Errors that are given are the noise itself.
    if (recipes[r]!.problem.sigma !== undefined) return rooted(each);
    const share = each.freedom / (each.freedom + SHARED_FREEDOM);
    return rooted({
      between: share * each.between + (1 - share) * between,
      within: share * each.within + (1 - share) * within,
    });
  });
}

const rooted = ({ between, within }: RecipeNoise): RecipeNoise => ({
  between: Math.sqrt(between),
  within: Math.sqrt(within),
});

/** Standard deviation of a new run of a recipe. */
export const ofRun = ({ between, within }: RecipeNoise): number => Math.hypot(between, within);

/** Whether a recipe has more points than its law has parameters. */
export function hasEnough({ problem }: Pick<Recipe, "problem">): boolean {
  return problem.response.length > freeParameters(problem);
}

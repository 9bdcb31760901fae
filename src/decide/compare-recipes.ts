import { UserError } from "../errors.ts";
import { readTargets } from "../forecast/targets.ts";
import { recipesOfRun } from "../recipes/recipes-of-run.ts";
import { poolings, type RecipesOptions } from "../recipes/spec.ts";
import { recipeTables } from "../recipes/tables.ts";
import type { SweepSpec } from "../spec/spec.ts";
import type { Table } from "../tables/table.ts";
import { type Answer, type AnswerOptions, answer } from "./answer.ts";
import { solverOf, targetsOf } from "./next.ts";

/** Recipes that were compared, and the run whose laws they are compared by. */
export interface RecipeComparison extends Omit<Answer, "tables"> {
  /** Table `recipes` (docs/results.md): a row for each target and recipe; predictions in the unit of the response. */
  recipes: Table;
  /** Table `recipe_pairs`: a row for each target and pair. */
  recipe_pairs: Table;
  /** Table `recipe_decisions`: a row for each cut and way of deciding. */
  recipe_decisions: Table;
}

/**
 * Compares training recipes at scale (docs/recipes.md): a law of each recipe, with exponents that recipes share or not, what they predict at a
 * target, how sure their order is, and how such decisions from smaller runs came out at the largest.
 *
 * @param source a finished run of method `fit` by groups, each of which is a recipe, or a sweep of that method with `fit: {group}`, which is
 * fitted first
 * @throws UserError where there is no such run, for groups that are less than two, for targets inside the runs or without an input of the law, and for
 * options out of their range; and as `runSweep` does
 */
export async function compareRecipes(
  source: string | SweepSpec,
  { targets: given, ...options }: RecipesOptions & AnswerOptions,
): Promise<RecipeComparison> {
  checkOptions(options);
  readTargets(given, true);
  if (typeof source !== "string") demandGroups(source, "compare-recipes");
  const { tables, ...rest } = await answer(source, options, "compare-recipes", async (run, where) => {
    const spec = run.job.manifest.sweep as SweepSpec;
    demandGroups(spec, where);
    const targets = targetsOf(run, given, options, where);
    const compared = await recipesOfRun(
      run.job,
      run.cells,
      { targets, responses: [spec.fit?.y ?? []].flat() },
      { ...options, targets: given },
      options.solver ?? solverOf(source),
      where,
    );
    return recipeTables(compared, run.job);
  });
  return { ...tables, ...rest };
}

/** @throws UserError for a sweep without groups */
function demandGroups({ method, fit }: SweepSpec, where: string): void {
  if (method === "fit" && fit?.group !== undefined) return;
  throw new UserError(
    `${where}: nothing says which runs are of which recipe; allowed: a fit by groups (--by COLUMN, fit: {group: COLUMN})`,
  );
}

/** @throws UserError for an option out of its range */
function checkOptions({ pooling, best, draws = 20, level = 0.5 }: Omit<RecipesOptions, "targets">): void {
  const refuse = (name: string, value: unknown, allowed: string) => {
    throw new UserError(`--${name}: ${value}; allowed: ${allowed}`);
  };
  if (pooling !== undefined && pooling !== "auto" && !poolings.includes(pooling))
    refuse("pooling", JSON.stringify(pooling), ["auto", ...poolings].join(", "));
  if (best !== undefined && best !== "lowest" && best !== "highest")
    refuse("best", JSON.stringify(best), "lowest, highest");
  if (!(Number.isInteger(draws) && draws >= 20)) refuse("draws", draws, "a whole number >= 20");
  if (!(level > 0 && level < 1)) refuse("level", level, "a number above 0 and below 1");
}

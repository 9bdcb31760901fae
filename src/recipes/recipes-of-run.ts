import { groupBy } from "../collections.ts";
import { configurationKey, type LoadedJob } from "../draw/job.ts";
import { type Row, recordsBy, str } from "../draw/records.ts";
import { UserError } from "../errors.ts";
import { inputsAt } from "../next/candidates.ts";
import type { Solver } from "../plan/solver.ts";
import { lawsOfRun, type RunLaw } from "../planner/laws.ts";
import { formatNumber } from "../text.ts";
import { type Comparison, compareAt, worseWithCompute } from "./compare.ts";
import { bestPooling, type DecisionTest, testDecisions } from "./decisions.ts";
import { drawLaws, fitTogether, ofOwn, type PooledFit } from "./fit-recipes.ts";
import { hasEnough, type Recipe, recipeOf } from "./recipe.ts";
import { sharedParameters } from "./shared-form.ts";
import { DRAWS, type Pooling, poolings, type RecipesOptions } from "./spec.ts";

/** A target with the inputs that are known of it. */
export interface RecipesTarget {
  name: string;
  inputs: Readonly<Record<string, number>>;
}

/** A recipe of a run. */
export interface RunRecipe {
  law: RunLaw;
  recipe: Recipe;
}

/** Recipes of a response, compared by a law. */
export interface ComparedRecipes {
  /** The response, where the run has several; else empty. */
  response: string;
  recipes: readonly RunRecipe[];
  /** Recipes that are not compared, with the reason. */
  leftOut: readonly { name: string; cell: Row; reason: string }[];
  fit: PooledFit;
  /** Whether the way of pooling was given, is that of the least error, or what is taken where no test could be made, with the reason. */
  poolingBy: string;
  comparisons: readonly Comparison[];
  tests: readonly DecisionTest[];
  draws: number;
  level: number;
  reference: string;
  best: "lowest" | "highest";
}

/** A recipe's cell: name of the recipe and response. */
interface RecipeCell {
  cell: Row;
  name: string;
  response: string;
}

/**
 * Compares the recipes of a finished run of method `fit` by groups, for each response and law.
 *
 * @param responses the responses of the run
 * @throws UserError where there are less than two recipes, for a reference that is none, and for targets that lack an input
 */
export async function recipesOfRun(
  job: LoadedJob,
  cells: readonly Row[],
  { responses, targets }: { responses: readonly string[]; targets: readonly RecipesTarget[] },
  options: RecipesOptions,
  solve: Solver,
  where: string,
): Promise<ComparedRecipes[]> {
  const all = cells.map((cell): RecipeCell => {
    const task = str(cell, "task");
    const response = responses.length > 1 ? (responses.find((name) => task.endsWith(`: ${name}`)) ?? "") : "";
    return { cell, response, name: response === "" ? task : task.slice(0, -response.length - 2) };
  });
  const laws = new Map(lawsOfRun(job, cells).map((law) => [Number(law.cell.cell), law]));
  const compared: ComparedRecipes[] = [];
  const groups = groupBy(all, ({ cell, response }) => `${response} ${configurationKey(cell, job.axes)}`);
  const refused: string[] = [];
  for (const group of groups.values()) {
    const found = await compareGroup(job, group, laws, targets, options, solve, where);
    if ("reason" in found) refused.push(found.reason);
    else compared.push(found);
  }
  if (compared.length === 0) throw new UserError(`${where}: ${[...new Set(refused)].join("; ")}`);
  for (const reason of new Set(refused)) options.onWarning?.(`recipes: ${reason}`);
  return compared;
}

async function compareGroup(
  job: LoadedJob,
  group: readonly RecipeCell[],
  laws: ReadonlyMap<number, RunLaw>,
  targets: readonly RecipesTarget[],
  {
    pooling = "auto",
    best = "lowest",
    draws = DRAWS,
    level = 0.9,
    reference,
    at = {},
    onWarning,
  }: RecipesOptions,
  solve: Solver,
  where: string,
): Promise<ComparedRecipes | { reason: string }> {
  const response = group[0]!.response;
  const of = response === "" ? "" : `${response}: `;
  const read = group.map(({ cell, name }) => readRecipe(job, cell, name, laws.get(Number(cell.cell))));
  const recipes = read.filter((one) => "recipe" in one);
  const leftOut = read.filter((one) => "reason" in one);
  for (const { name, reason } of leftOut) onWarning?.(`recipes: ${of}${name} is not compared: ${reason}`);
  if (recipes.length < 2) {
    const names = recipes.map(({ recipe }) => recipe.name).join("");
    const without = leftOut.map(({ name, reason }) => `${name} (${reason})`).join(", ");
    return {
      reason:
        `${of}${recipes.length === 0 ? "no recipe" : `one recipe, ${names},`} can be compared` +
        `${without === "" ? "" : `, without ${without}`}; allowed: two or more with more runs than the law has parameters`,
    };
  }
  const known = recipes.map(({ recipe }) => recipe);
  const base = reference === undefined ? 0 : known.findIndex(({ name }) => name === reference);
  if (base < 0)
    throw new UserError(
      `${where}: --reference: ${JSON.stringify(reference)} is no recipe that is compared; allowed: ${known.map(({ name }) => name).join(", ")}`,
    );
  const { form } = known[0]!.problem;
  const asked = targets.map((target) => ({
    name: target.name,
    inputs: inputsOf(target, form.variableNames, at, where),
  }));
  const shared = sharedParameters(form);
  const own = ofOwn(
    known,
    known.map(({ problem }) => problem),
    recipes.map(({ law }) => law.law.parameters),
  );
  const tried = pooling === "auto" ? poolings : poolings.filter((one) => one === "own" || one === pooling);
  const { tests, reason } = await testDecisions(known, { shared, tried, best }, solve);
  const chosen = pooling === "auto" ? (bestPooling(tests) ?? "shared") : pooling;
  const { fit, instead } = await pooled(known, chosen, own, shared, solve);
  const by =
    pooling === "auto"
      ? reason === undefined
        ? "least error of larger runs"
        : `no test: ${reason}`
      : "given";
  if (instead !== undefined)
    onWarning?.(`recipes: ${of}pooling ${chosen} is not possible, ${fit.pooling} is taken: ${instead}`);
  const worse = worseWithCompute(fit, form, asked, best);
  if (worse !== undefined) onWarning?.(`recipes: ${of}${worse}`);
  const drawn = await drawLaws(known, fit, draws, solve);
  if (drawn.length < draws / 2)
    return { reason: `${of}${drawn.length} of ${draws} simulated tables could be fitted` };
  return {
    ...{ response, recipes, leftOut, fit, tests, level, best },
    poolingBy: instead === undefined ? by : `${by}; ${chosen} is not possible: ${instead}`,
    comparisons: asked.map((target) =>
      compareAt(known, fit, drawn, { target, reference: base, best, level }),
    ),
    draws: drawn.length,
    reference: known[base]!.name,
  };
}

/** The fit by a way of pooling, or by the next one with less in common where that is not possible, with the reason. */
async function pooled(
  recipes: readonly Recipe[],
  pooling: Pooling,
  own: PooledFit,
  shared: readonly number[],
  solve: Solver,
): Promise<{ fit: PooledFit; instead: string | undefined }> {
  if (pooling === "own") return { fit: own, instead: undefined };
  const fit = await fitTogether(recipes, pooling, own, shared, solve);
  if (!("reason" in fit)) return { fit, instead: undefined };
  const next = pooling === "partial" ? await pooled(recipes, "shared", own, shared, solve) : { fit: own };
  return { fit: next.fit, instead: fit.reason };
}

function readRecipe(
  job: LoadedJob,
  cell: Row,
  name: string,
  law: RunLaw | undefined,
): RunRecipe | { name: string; cell: Row; reason: string } {
  const skipped = recordsBy(job.tables.problems_skipped, "cell", cell.cell as number)[0];
  if (law === undefined)
    return { name, cell, reason: str(skipped, "reason") || "the run has stored no law of it" };
  const recipe = recipeOf(name, law);
  if ("reason" in recipe) return { name, cell, reason: recipe.reason };
  const { response, form } = recipe.problem;
  if (hasEnough(recipe)) return { law, recipe };
  return {
    name,
    cell,
    reason: `${response.length} rows for the ${form.parameterNames.length} parameters of the law`,
  };
}

/** @throws UserError where the target lacks an input of the law */
function inputsOf(
  { name, inputs }: RecipesTarget,
  variables: readonly string[],
  at: Readonly<Record<string, number>>,
  where: string,
): number[] {
  const columns = new Map(Object.entries(inputs).map(([input, value]) => [input, [value]]));
  return inputsAt(variables, columns, { at, uniqueTokens: undefined }).map((values, v) => {
    const value = values?.[0];
    if (value !== undefined && Number.isFinite(value)) return value;
    throw new UserError(
      `${where}: --target: ${JSON.stringify(name)} lacks ${variables[v]}, an input of the law (it has ${assigned(inputs)}); allowed: --at ${variables[v]}=VALUE`,
    );
  });
}

const assigned = (inputs: Readonly<Record<string, number>>): string =>
  Object.entries(inputs)
    .map(([name, value]) => `${name}=${formatNumber(value)}`)
    .join(", ");

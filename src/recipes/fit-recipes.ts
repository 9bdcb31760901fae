import { withResiduals } from "../bootstrap/residuals.ts";
import { UserError } from "../errors.ts";
import { parameterErrors } from "../identifiability/parameter-errors.ts";
import type { Solver } from "../plan/solver.ts";
import { randomStream } from "../random.ts";
import { boundsOf, type Prior, type Problem, type SolveResult } from "../solve/problem.ts";
import { mean, median } from "../statistics.ts";
import { noisesOf, type Recipe, type RecipeNoise, runLengthsOf } from "./recipe.ts";
import { type SharedForm, sharedForm } from "./shared-form.ts";
import type { Pooling } from "./spec.ts";

/** The laws of recipes as they were fitted together. */
export interface PooledFit {
  pooling: Pooling;
  /** Parameters of the law of each recipe. */
  laws: Float64Array[];
  noises: RecipeNoise[];
  /** Of parameters that recipes may differ in about a common one, the standard deviation that they do; by place in the law's form. */
  spreads: ReadonlyMap<number, number>;
  /** What was solved, with its points recipe by recipe, and its parameters: one for each recipe, or one for all. */
  solved: { problem: Problem; parameters: Float64Array }[];
  /** The form of all recipes; undefined where each is solved by itself. */
  joint: SharedForm | undefined;
}

interface Unfitted {
  reason: string;
}

/** Factors of the common exponents that are started from. */
const STARTS = [1, 0.7, 1.4];

/**
 * Fits each recipe by itself.
 *
 * @param starts of each recipe's law: a number of random starts, or "auto"
 */
export async function fitOwn(recipes: readonly Recipe[], solve: Solver): Promise<PooledFit | Unfitted> {
  const problems = recipes.map(({ problem }, r) => ({
    ...problem,
    key: `${problem.key} recipe ${r} ${problem.response.length}`,
  }));
  const results = await solve(problems, {});
  const laws = parametersOf(results, recipes);
  if ("reason" in laws) return laws;
  return ofOwn(recipes, problems, laws);
}

/** Laws that were fitted to each recipe by itself. */
export function ofOwn(
  recipes: readonly Recipe[],
  problems: readonly Problem[],
  laws: Float64Array[],
): PooledFit {
  return {
    ...{ pooling: "own", laws, noises: noisesOf(recipes, laws), spreads: new Map(), joint: undefined },
    solved: problems.map((problem, r) => ({ problem, parameters: laws[r]! })),
  };
}

function parametersOf(
  results: readonly SolveResult[],
  recipes: readonly Recipe[],
): Float64Array[] | Unfitted {
  const laws: Float64Array[] = [];
  for (const [r, result] of results.entries()) {
    if ("skipped" in result) return { reason: `${recipes[r]?.name ?? "recipes"}: ${result.skipped.reason}` };
    laws.push(result.solution.parameters);
  }
  return laws;
}

/**
 * Fits the laws of all recipes at once, with common exponents or with exponents about common ones.
 *
 * @param own the fits of each recipe by itself
 * @param shared places of the parameters that are common
 * @returns the reason where recipes cannot be fitted so
 */
export async function fitTogether(
  recipes: readonly Recipe[],
  pooling: "shared" | "partial",
  own: PooledFit,
  shared: readonly number[],
  solve: Solver,
): Promise<PooledFit | Unfitted> {
  const [first] = recipes as [Recipe];
  if (shared.length === 0)
    return { reason: `law ${first.problem.form.name} has no exponent that recipes could share` };
  const isPartial = pooling === "partial";
  const spreads = isPartial ? spreadsOf(recipes, own, shared) : new Map<number, number>();
  if ("reason" in spreads) return spreads;
  let joint: SharedForm;
  try {
    joint = sharedForm(first.problem.form, recipes.length, shared, isPartial);
  } catch (error) {
    if (error instanceof UserError) return { reason: error.message };
    throw error;
  }
  const starts = await startsOf(recipes, own, shared, solve);
  if (starts.length === 0) return { reason: "no fit with common exponents" };
  const problem = jointProblem(recipes, joint, own.noises, spreads, shared);
  const [result] = await solve([{ ...problem, givenStarts: starts.map(joint.pack) }], { starts: 0 });
  if (result === undefined || "skipped" in result) return { reason: result?.skipped.reason ?? "not solved" };
  const { parameters } = result.solution;
  const laws = joint.unpack(parameters);
  const free = first.problem.form.parameterNames.length - shared.length;
  const taken = isPartial ? undefined : recipes.map(() => free + shared.length / recipes.length);
  return {
    ...{ pooling, laws, spreads, joint, noises: noisesOf(recipes, laws, taken) },
    solved: [{ problem, parameters }],
  };
}

/** Laws of each recipe with exponents that are the same for all: the median of their own, and some beside it. */
async function startsOf(
  recipes: readonly Recipe[],
  own: PooledFit,
  shared: readonly number[],
  solve: Solver,
): Promise<Float64Array[][]> {
  const problems = STARTS.flatMap((factor, s) =>
    recipes.map(({ problem }, r): Problem => {
      const bounds = boundsOf(problem);
      const [lower, upper] = [bounds.lower.slice(), bounds.upper.slice()];
      for (const p of shared) {
        const common = factor * median(own.laws.map((law) => law[p]!));
        const value = Math.min(Math.max(common, bounds.lower[p]!), bounds.upper[p]!);
        lower[p] = value;
        upper[p] = value;
      }
      const start = own.laws[r]!.map((value, p) => (shared.includes(p) ? lower[p]! : value));
      const key = `${problem.key} recipe ${r} start ${s}`;
      return { ...problem, lower, upper, givenStarts: [start], key };
    }),
  );
  const results = await solve(problems, { starts: 2 });
  return STARTS.flatMap((_, s) => {
    const laws = parametersOf(results.slice(s * recipes.length, (s + 1) * recipes.length), recipes);
    return "reason" in laws ? [] : [laws];
  });
}

/** The regression of all recipes at once, each weighed by its noise. */
function jointProblem(
  recipes: readonly Recipe[],
  joint: SharedForm,
  noises: readonly RecipeNoise[],
  spreads: ReadonlyMap<number, number>,
  shared: readonly number[],
): Problem {
  const [{ problem }] = recipes as [Recipe];
  const { loss, residual, form, sigma } = problem;
  const joined = (of: (recipe: Recipe, r: number) => ArrayLike<number>) =>
    Float64Array.from(recipes.flatMap((recipe, r) => Array.from(of(recipe, r))));
  const sizes = noises.map(({ between, within }) => Math.hypot(between, within));
  const pooled = Math.sqrt(mean(sizes.map((size) => size * size)));
  // A loss with a threshold would mean another one with other weights.
  const isWeighed = loss.kind === "squared" && sigma === undefined && sizes.every((size) => size > 0);
  const given = recipes.some(({ problem: { weights } }) => weights !== undefined);
  const { lower, upper } = boundsOf(problem);
  const ofRecipes = recipes.flatMap((_, r) =>
    shared.flatMap((p): Prior[] => {
      const parameter = joint.deviation(r, p);
      const sd = spreads.get(p);
      return parameter === undefined || sd === undefined ? [] : [{ parameter, centre: 0, sd }];
    }),
  );
  const own = (problem.priors ?? []).flatMap((prior) =>
    joint.form.parameterNames
      .filter((name) => name === prior.parameter || name.startsWith(`${prior.parameter}_recipe`))
      .map((parameter) => ({ ...prior, parameter })),
  );
  const priors = [...ofRecipes, ...own];
  return {
    ...{ form: joint.form, loss, residual },
    variables: [
      ...form.variableNames.map((_, v) => joined((recipe) => recipe.problem.variables[v]!)),
      ...recipes.map((_, i) =>
        joined(({ problem: { response } }, r) => new Float64Array(response.length).fill(r === i ? 1 : 0)),
      ),
    ],
    response: joined((recipe) => recipe.problem.response),
    ...(sigma && { sigma: joined((recipe) => recipe.problem.sigma!) }),
    ...((isWeighed || given) && {
      weights: joined(({ problem: { response, weights } }, r) =>
        response.map((_, i) => (weights?.[i] ?? 1) * (isWeighed ? (pooled / sizes[r]!) ** 2 : 1)),
      ),
    }),
    lower: joint.spread(lower, Number.NEGATIVE_INFINITY),
    upper: joint.spread(upper, Number.POSITIVE_INFINITY),
    ...(priors.length > 0 && { priors, noise: sigma ? 1 : (problem.noise ?? pooled) }),
    key: `${recipes.map((recipe) => recipe.problem.key).join(" ")} ${joint.form.name} ${priors.length} ${recipes.map(({ runs }) => runs.length).join(" ")}`,
  };
}

/** Fewest recipes by which it can be said how far exponents are apart. */
const FEWEST = 3;

/**
 * How far the exponents of recipes are apart beyond the errors of their fits: the moment estimate of DerSimonian & Laird (1986).
 *
 * @returns standard deviations by place of the parameter; none where their errors explain all
 */
function spreadsOf(
  recipes: readonly Recipe[],
  own: PooledFit,
  shared: readonly number[],
): Map<number, number> | Unfitted {
  if (recipes.some(({ problem }) => problem.loss.kind !== "squared"))
    return { reason: "partial pooling takes the squared loss, by whose noise exponents are weighed" };
  const errors = recipes.map((recipe, r) => {
    const runLengths = runLengthsOf(recipe);
    const runs = {
      runs: runLengths.map(String),
      runLengths,
      hasKnownErrors: recipe.problem.sigma !== undefined,
    };
    return parameterErrors({ problem: recipe.problem, parameters: own.laws[r]!, runs }).standardErrors;
  });
  const spreads = new Map<number, number>();
  for (const p of shared) {
    const known = recipes.flatMap((_, r) => {
      const error = errors[r]![p]!;
      return error > 0 && Number.isFinite(error) ? [{ value: own.laws[r]![p]!, weight: error ** -2 }] : [];
    });
    if (known.length < FEWEST)
      return {
        reason: `the errors of ${recipes[0]!.problem.form.parameterNames[p]} are known of ${known.length} recipes, and ${FEWEST} are needed`,
      };
    const total = known.reduce((sum, { weight }) => sum + weight, 0);
    const centre = known.reduce((sum, { value, weight }) => sum + weight * value, 0) / total;
    const q = known.reduce((sum, { value, weight }) => sum + weight * (value - centre) ** 2, 0);
    const squares = known.reduce((sum, { weight }) => sum + weight * weight, 0);
    const variance = (q - (known.length - 1)) / (total - squares / total);
    if (variance > 0) spreads.set(p, Math.sqrt(variance));
  }
  return spreads.size === 0
    ? { reason: "exponents are no further apart than their errors: they are shared" }
    : spreads;
}

/**
 * Laws of simulated tables: the runs as the fit says, with normal noise of the run and of the point, and priors about what was fitted.
 *
 * @returns of each table the law of each recipe; tables that cannot be fitted are left out
 */
export async function drawLaws(
  recipes: readonly Recipe[],
  fit: PooledFit,
  draws: number,
  solve: Solver,
): Promise<Float64Array[][]> {
  const { joint, solved, noises } = fit;
  const problems = Array.from({ length: draws }, (_, table) => {
    const residuals = recipes.map((recipe, r) =>
      noiseOf(recipe, noises[r]!, `recipes ${recipe.problem.key} ${table}`),
    );
    const parts =
      joint === undefined ? residuals : [Float64Array.from(residuals.flatMap((part) => Array.from(part)))];
    return solved.map(({ problem, parameters }, s): Problem => {
      const residual = parts[s]!;
      const moved = withResiduals(problem, parameters, residual, residual.length);
      const { normal } = randomStream(`recipes priors ${problem.key} ${table}`);
      const priors = moved.priors?.map((prior) => ({ ...prior, centre: prior.centre + prior.sd * normal() }));
      return {
        ...{ ...moved, ...(priors && { priors }), givenStarts: [parameters] },
        ...{ key: `${problem.key} recipes ${table}`, startKey: problem.key },
      };
    });
  });
  const results = await solve(problems.flat(), { starts: joint === undefined ? 1 : 0 });
  return problems.flatMap((_, table) => {
    const of = parametersOf(results.slice(table * solved.length, (table + 1) * solved.length), recipes);
    if ("reason" in of) return [];
    return [joint === undefined ? of : joint.unpack(of[0]!)];
  });
}

/** Noise of a recipe's points, of their runs and their own. */
function noiseOf(recipe: Recipe, { between, within }: RecipeNoise, key: string): Float64Array {
  const { normal } = randomStream(key);
  const residual = new Float64Array(recipe.runs.length);
  let first = 0;
  for (const length of runLengthsOf(recipe)) {
    const ofRun = between * normal();
    for (let i = first; i < first + length; i++) residual[i] = ofRun + within * normal();
    first += length;
  }
  return residual;
}

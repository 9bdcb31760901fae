import type { ExtendedMethod } from "../extension.ts";
import { boundsFor } from "../methods/bounds.ts";
import { predictStep } from "../methods/chain.ts";
import { defineMethod, type Plan, type Stage, type TaskData } from "../methods/method.ts";
import { priorsFor } from "../methods/priors.ts";
import { noteUse, type RunIndex, sizeAt, type VariablesOf } from "../methods/runs.ts";
import { variablesBy } from "../methods/sized-law.ts";
import { leftOutOf, sideBySide } from "../methods/stages.ts";
import { sizeTargets } from "../methods/steps.ts";
import { whyUnsolvable } from "../solve/check-problem.ts";
import type { Problem } from "../solve/problem.ts";
import type { FreeColumns } from "../tables/checkpoint-table.ts";
import { describeRow } from "../tables/origin.ts";
import { type FitRecipe, fitChoices, fitRecipe, STAGE } from "./choices.ts";
import { extension } from "./extension.ts";
import { RESPONSE, readFreeTable } from "./read-table.ts";

/** Any law on any table: one regression for each group of rows. */
export const fit: ExtendedMethod = {
  ...defineMethod({
    name: "fit",
    description: "any law on a table of any columns, each group of rows for itself",
    stages: [STAGE],
    choices: fitChoices,
    recipe: fitRecipe,
    metric: () => RESPONSE,
    predicts: () => "loss",
    needs: () => [{ metric: RESPONSE, on: "fit" }],
    laws: ({ law }) => [law],
    // A law of another response is not meant for this one.
    isFor({ law: { output } }, task, { table }) {
      const responses = new Set(table.free!.responses.values());
      return output === undefined || !responses.has(output) || table.free!.responses.get(task) === output;
    },
    fitsAlone: true,
    detailsFits: true,
    plan: planFit,
  }),
  extension,
  reading: { key: "fit", read: readFreeTable },
};

/** The regression of a group of rows, a point for each. */
function planFit(recipe: FitRecipe, { index, task, targets }: TaskData): Plan {
  const { residual } = recipe;
  const { table } = index;
  const form = recipe.law.formOf(new Set(table.inputs!.keys()), table.free!.responses.get(task));
  const variables = variablesBy(form.variableNames, (name) => (size) => size.inputs?.get(name));
  const own = targets.filter(({ name }) => index.targetRows(task, name).length > 0);
  const { sized, skipped } = sizeTargets(STAGE, own, variables);
  const actual = (target: string) => table.metrics.get(RESPONSE)![index.targetRows(task, target).at(-1)!]!;
  for (const { name } of own) noteUse(index, RESPONSE, index.targetRows(task, name));
  return {
    stages: [planLaw(recipe, form, variables, { index, task }), ...skipped],
    fitRuns: index.fitRuns(task).map(({ run }) => run),
    ...predictStep(
      form,
      residual,
      sized.map(({ target: { name }, variables }) => ({ target: name, variables, actual: actual(name) })),
    ),
    at([parameters], size) {
      const values = variables(size);
      if (parameters === undefined || "leftOut" in values) return Number.NaN;
      return form.value(parameters, values);
    },
  };
}

function planLaw(
  { residual, loss, bounds: given, priors: known }: FitRecipe,
  form: ReturnType<FitRecipe["law"]["formOf"]>,
  variables: VariablesOf,
  { index, task }: { index: RunIndex; task: string },
): Stage {
  const { table } = index;
  const { weights, responses } = table.free!;
  const y = table.metrics.get(RESPONSE)!;
  const leftOut: string[] = [];
  const used: number[] = [];
  const points = index.fitRuns(task).flatMap(({ run, rows }) =>
    Array.from(rows).flatMap((row) => {
      const at = variables(sizeAt(table, row));
      if (Number.isNaN(y[row])) leftOut.push(`${responses.get(task)} is missing`);
      else if ("leftOut" in at) leftOut.push(at.leftOut);
      else {
        used.push(row);
        return [{ run, row, at, response: y[row]! }];
      }
      return [];
    }),
  );
  noteUse(index, RESPONSE, Uint32Array.from(used));
  if (points.length === 0) return { name: STAGE, skipped: { reason: `no row is complete: ${leftOut[0]}` } };
  const bounds = boundsFor(given, form);
  if ("reason" in bounds) return { name: STAGE, skipped: bounds };
  const priors = priorsFor(known, form);
  if ("reason" in priors) return { name: STAGE, skipped: priors };
  const { points: ordered, ...runs } = sideBySide(points, ({ run }) => run);
  const problem = {
    form,
    variables: form.variableNames.map((_, v) => Float64Array.from(ordered, ({ at }) => at[v]!)),
    response: Float64Array.from(ordered, ({ response }) => response),
    ...(weights && errorsOf(weights, residual, ordered)),
    loss,
    residual,
    ...bounds,
    ...priors,
    // Residuals over their standard errors are as large as these say.
    ...(priors.priors && weights?.kind === "sigma" && loss.kind === "squared" && { noise: 1 }),
  };
  // Of a point the user knows the row of the file.
  const reason = whyUnsolvable({ ...problem, key: "" })?.replace(/(?<= at )point (\d+)/, (_, point: string) =>
    describeRow(table.origin ?? { files: [] }, ordered[Number(point) - 1]!.row),
  );
  if (reason !== undefined) return { name: STAGE, skipped: { reason } };
  return {
    name: STAGE,
    inputsOf: (size) => {
      const at = variables(size);
      return "leftOut" in at ? undefined : at;
    },
    problem,
    ...runs,
    ...(weights?.kind === "sigma" && { hasKnownErrors: true }),
    ...leftOutOf(leftOut),
  };
}

/**
 * The weights of points, or what their residuals are divided by: a standard error of the response is one of the residual where that is
 * plain, and error / response where it is relative or of logarithms.
 */
export function errorsOf(
  { kind, values }: NonNullable<FreeColumns["weights"]>,
  residual: FitRecipe["residual"],
  points: readonly { row: number; response: number }[],
): Pick<Problem, "weights" | "sigma"> {
  if (kind === "weights") return { weights: Float64Array.from(points, ({ row }) => values[row]!) };
  const unit = (response: number) => (residual === "plain" ? 1 : Math.abs(response));
  return { sigma: Float64Array.from(points, ({ row, response }) => values[row]! / unit(response)) };
}

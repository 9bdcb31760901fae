import type { AnswerOptions, AnswerPlaces } from "../decide/answer.ts";
import { compareRecipes } from "../decide/compare-recipes.ts";
import { planNext } from "../decide/next.ts";
import { plan } from "../decide/plan.ts";
import type { NextOptions } from "../next/spec.ts";
import { formatCandidates } from "../next/summary.ts";
import type { PlanOptions } from "../planner/spec.ts";
import { formatPlans } from "../planner/summary.ts";
import type { RecipesOptions } from "../recipes/spec.ts";
import type { CheckedSpec } from "../spec/spec.ts";
import { formatTable, type TextFormat } from "../tables/format.ts";
import { printFormatted, printText } from "./output.ts";
import { type FitJob, interruptibly, watchOf } from "./run-named-sweep.ts";
import { formatSummary } from "./sweep-summary.ts";

/** What is asked by the laws of a finished run, or of a table that is fitted first. */
export type Question =
  | { kind: "plans"; options: Omit<PlanOptions, "onWarning"> & Pick<AnswerPlaces, "cells"> }
  | { kind: "candidates"; options: Omit<NextOptions, "onWarning"> & Pick<AnswerPlaces, "cells"> };

/** Answers and prints it. */
export async function runPlan(
  source: string | CheckedSpec,
  question: Question,
  { out, fresh, quiet, format }: Omit<FitJob, "format"> & { format: TextFormat },
): Promise<void> {
  await interruptibly(out, async (interrupts) => {
    const watch = watchOf({ quiet, format: format === "text" ? format : "json" });
    const { fitted, axes, files, table, print } = await answerOf(source, question, {
      out,
      fresh,
      ...interrupts,
      ...watch,
    });
    if (format !== "text") return printFormatted(formatTable(table, { format }), format);
    printText(fitted === undefined ? print(table, axes) : formatSummary(fitted, out));
    for (const file of files) printText(`wrote ${file}\n`);
  });
}

/** Compares the recipes of a table, which is fitted first, and prints how they compare. */
export async function runRecipes(
  spec: CheckedSpec,
  options: Omit<RecipesOptions, "onWarning">,
  { out, fresh, quiet, format }: Omit<FitJob, "format"> & { format: TextFormat },
): Promise<void> {
  await interruptibly(out, async (interrupts) => {
    const watch = watchOf({ quiet, format: format === "text" ? format : "json" });
    const { fitted, recipes, files } = await compareRecipes(spec, {
      ...options,
      out,
      fresh,
      ...interrupts,
      ...watch,
    });
    if (format !== "text") return printFormatted(formatTable(recipes, { format }), format);
    printText(formatSummary(fitted!, out));
    for (const file of files) printText(`wrote ${file}\n`);
  });
}

async function answerOf(source: string | CheckedSpec, { kind, options }: Question, job: AnswerOptions) {
  if (kind === "plans") {
    const { plans, ...rest } = await plan(source, { ...options, ...job });
    return { ...rest, table: plans, print: formatPlans };
  }
  const { candidates, ...rest } = await planNext(source, { ...options, ...job });
  return { ...rest, table: candidates, print: formatCandidates };
}

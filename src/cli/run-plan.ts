import { type PlanPlaces, plan } from "../decide/plan.ts";
import type { PlanOptions } from "../planner/spec.ts";
import { formatPlans } from "../planner/summary.ts";
import type { CheckedSpec } from "../spec/spec.ts";
import { formatTable, type TextFormat } from "../tables/format.ts";
import { printFormatted, printText } from "./output.ts";
import { type FitJob, interruptibly, watchOf } from "./run-named-sweep.ts";
import { formatSummary } from "./sweep-summary.ts";

/** Plans by the laws of a finished run, or of a table that is fitted first, and prints them. */
export async function runPlan(
  source: string | CheckedSpec,
  options: PlanOptions & Pick<PlanPlaces, "cells">,
  { out, fresh, quiet, format }: Omit<FitJob, "format"> & { format: TextFormat },
): Promise<void> {
  await interruptibly(out, async (interrupts) => {
    const watch = watchOf({ quiet, format: format === "text" ? format : "json" });
    const result = await plan(source, { ...options, out, fresh, ...interrupts, ...watch });
    const { fitted, plans, axes } = result;
    if (format !== "text") return printFormatted(formatTable(plans, { format }), format);
    printText(fitted === undefined ? formatPlans(plans, axes) : formatSummary(fitted, out));
    for (const file of result.files) printText(`wrote ${file}\n`);
  });
}

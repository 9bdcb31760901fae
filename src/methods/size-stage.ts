import type { Form } from "../forms/form.ts";
import type { Loss, Residual } from "../solve/problem.ts";
import { mean } from "../statistics.ts";
import { didYouMean } from "../tables/nearest.ts";
import { boundsFor } from "./bounds.ts";
import { familyOfRuns } from "./families.ts";
import { finalPart } from "./final-mean.ts";
import { leftOutOf } from "./left-out.ts";
import { describeQuantity, type Measured, measureFitRuns, type Quantity } from "./measured.ts";
import type { Stage } from "./method.ts";
import { ALL_RUNS, type RunIndex } from "./runs.ts";
import { sideBySide } from "./side-by-side.ts";
import { type Size, sizeAt } from "./size.ts";

/** A regression of final values on size. */
export interface SizeStage {
  name: string;
  /** What the quantity is of, where it is not the task's own. */
  subject?: string;
  /** Family of the runs. @default any */
  family?: string;
  /** Name under which a run is resampled. @default its own */
  drawnAs?(run: string): string;
  form: Form;
  quantity: Quantity;
  /** Predicate on the fit runs. */
  runs: string;
  /** Checkpoints at the end of a run whose mean is its final value. */
  finalWindow: number;
  /** As `boundsFor` takes them. */
  bounds: string;
  loss: Loss;
  residual: Residual;
  /** Variables of the form for a run of that size, or why the run is left out. */
  variables(size: Size): number[] | { leftOut: string };
  /**
   * Looks at the checkpoints that a run's final value is the mean of.
   *
   * @returns why the stage cannot be posed
   */
  check(final: Measured, run: string): string | undefined;
}

/** The final value of each fit run against its size. One point a run. */
export function planSizeStage(stage: SizeStage, index: RunIndex): Stage {
  const { name, form, quantity, runs, finalWindow, loss, residual, family } = stage;
  const families = family === undefined ? undefined : familyOfRuns(index, undefined);
  const identity = { name, ...(stage.subject !== undefined && { subject: stage.subject }) };
  const skip = (reason: string): Stage => ({ ...identity, skipped: { reason } });
  const found: { run: string; size: Size; variables: number[]; response: number }[] = [];
  const leftOut: string[] = [];
  for (const [run, measured] of measureFitRuns(index, { quantity, runs })) {
    if (families !== undefined && families.get(run) !== family) continue;
    const final = finalPart(measured, finalWindow);
    const reason = stage.check(final, run);
    if (reason !== undefined) return skip(reason);
    const size = sizeAt(index.table, final.rows.at(-1)!);
    const variables = stage.variables(size);
    if ("leftOut" in variables) leftOut.push(variables.leftOut);
    else found.push({ run, size, variables, response: mean(final.values) });
  }
  if (found.length === 0) {
    return skip(
      leftOut.length > 0 ? `every run is left out: ${leftOut[0]}` : whyNoPoint(index, quantity, runs, family),
    );
  }
  const bounds = boundsFor(stage.bounds, form);
  if ("reason" in bounds) return skip(bounds.reason);
  const { points, ...pointRuns } = sideBySide(found, ({ run }) => stage.drawnAs?.(run) ?? run);
  return {
    ...identity,
    inputsOf: (size) => {
      const variables = stage.variables(size);
      return "leftOut" in variables ? undefined : variables;
    },
    sizes: points.map(({ size }) => size),
    problem: {
      form,
      variables: form.variableNames.map((_, v) =>
        Float64Array.from(points, ({ variables }) => variables[v]!),
      ),
      response: Float64Array.from(points, ({ response }) => response),
      loss,
      residual,
      ...bounds,
    },
    ...pointRuns,
    ...(stage.drawnAs && { measured: points.map(({ run }) => run) }),
    ...leftOutOf(leftOut),
  };
}

function whyNoPoint({ subjects }: RunIndex, quantity: Quantity, runs: string, family?: string): string {
  const those = `${family === undefined ? "" : ` on ${family}`}${runs === ALL_RUNS ? "" : ` of those with ${runs}`}`;
  const unknown = quantity.subjects.find((subject) => !subjects.includes(subject));
  const hint =
    unknown === undefined ? "" : `; no subject is named ${unknown}${didYouMean(unknown, subjects)}`;
  return `no fit run${those} has ${describeQuantity(quantity)}${hint}`;
}

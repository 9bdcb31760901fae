import { concatenated, groupBy } from "../collections.ts";
import { didYouMean } from "../errors.ts";
import type { Form } from "../forms/form.ts";
import type { Loss, Problem, Residual } from "../solve/problem.ts";
import { mean } from "../statistics.ts";
import { boundsFor } from "./bounds.ts";
import { readFinal } from "./final-window.ts";
import {
  describeQuantity,
  type Measured,
  measureFitRuns,
  type Quantity,
  whyNotPositive,
} from "./measured.ts";
import type { LeftOutPoints, PointRuns, Stage } from "./method.ts";
import { NO_PRIORS, priorsFor } from "./priors.ts";
import { ALL_RUNS, familyOfRuns, type RunIndex, type Size, sizeAt, type VariablesOf } from "./runs.ts";

/** A regression of final values on size, one point for each fit run. */
export interface SizeStage {
  name: string;
  /** Subject of the quantity, where it is not the task. */
  subject?: string;
  /** Family of the runs. @default any */
  family?: string;
  /** Name under which a run is resampled. @default its own */
  drawnAs?(run: string): string;
  form: Form;
  quantity: Quantity;
  /** Predicate on the fit runs. */
  runs: string;
  /** What at the end of a run its final value is the mean of, as `finalPart` takes it. */
  finalWindow: number;
  /** As `boundsFor` takes them. */
  bounds: string;
  /** As `priorsFor` takes them. @default none */
  priors?: string;
  loss: Loss;
  residual: Residual;
  variables: VariablesOf;
  /**
   * Checks the checkpoints whose mean is a run's final value.
   *
   * @returns why the regression cannot be made, if so
   */
  check(final: Measured, run: string): string | undefined;
}

/** The regression of the final value of each fit run on its size; skipped where no run has the quantity. */
export function planSizeStage(stage: SizeStage, index: RunIndex): Stage {
  const { name, form, quantity, runs, finalWindow, loss, residual, family } = stage;
  const families = family === undefined ? undefined : familyOfRuns(index, undefined);
  const identity = { name, ...(stage.subject !== undefined && { subject: stage.subject }) };
  const skip = (reason: string): Stage => ({ ...identity, skipped: { reason } });
  const measuredRuns: { run: string; size: Size; variables: number[]; response: number }[] = [];
  const leftOut: string[] = [];
  for (const [run, measured] of measureFitRuns(index, { quantity, runs })) {
    if (families !== undefined && families.get(run) !== family) continue;
    const final = readFinal(index, measured, finalWindow);
    const reason = stage.check(final, run);
    if (reason !== undefined) return skip(reason);
    const size = sizeAt(index.table, final.rows.at(-1)!);
    const variables = stage.variables(size);
    if ("leftOut" in variables) leftOut.push(variables.leftOut);
    else measuredRuns.push({ run, size, variables, response: mean(final.values) });
  }
  if (measuredRuns.length === 0) {
    return skip(
      leftOut.length > 0 ? `every run is left out: ${leftOut[0]}` : whyNoPoint(index, quantity, runs, family),
    );
  }
  const bounds = boundsFor(stage.bounds, form);
  if ("reason" in bounds) return skip(bounds.reason);
  const { points, ...pointRuns } = sideBySide(measuredRuns, ({ run }) => stage.drawnAs?.(run) ?? run);
  const problem = {
    form,
    variables: form.variableNames.map((_, v) => Float64Array.from(points, ({ variables }) => variables[v]!)),
    response: Float64Array.from(points, ({ response }) => response),
    loss,
    residual,
    ...bounds,
  };
  const priors = priorsFor(stage.priors ?? NO_PRIORS, problem);
  if ("reason" in priors) return skip(priors.reason);
  return {
    ...identity,
    inputsOf: (size) => {
      const variables = stage.variables(size);
      return "leftOut" in variables ? undefined : variables;
    },
    sizes: points.map(({ size }) => size),
    problem: { ...problem, ...priors },
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

/** A regression of final losses on size. */
export interface LossStage extends Omit<SizeStage, "residual" | "check"> {
  /** @default of logarithms */
  residual?: Residual;
}

/** The regression of final losses on size; skipped where its residuals need losses above 0, and one is not. */
export function planLossStage({ residual = "log", ...stage }: LossStage, index: RunIndex): Stage {
  const check = (final: Measured) =>
    residual === "plain" ? undefined : whyNotPositive(index.table, stage.quantity.metric, final, residual);
  return planSizeStage({ ...stage, residual, check }, index);
}

/** Points of one run: the variables of a form, and the response. All arrays have one length. */
export interface LinkPoints {
  x: readonly Float64Array[];
  y: Float64Array;
}

/** The points of several runs, one run after the other. */
export interface PooledPoints extends LinkPoints, Pick<PointRuns, "runs" | "runLengths"> {}

/** Puts the points of runs together. @param extra points that belong to no run, which come last */
export function poolPoints(byRun: ReadonlyMap<string, LinkPoints>, extra?: LinkPoints): PooledPoints {
  const ofRuns = [...byRun.values()];
  const parts = extra === undefined ? ofRuns : [...ofRuns, extra];
  return {
    x: (parts[0]?.x ?? []).map((_, v) => concatenated(parts.map(({ x }) => x[v]!))),
    y: concatenated(parts.map(({ y }) => y)),
    runs: [...byRun.keys()],
    runLengths: ofRuns.map(({ y }) => y.length),
  };
}

/** A regression on checkpoints. */
export interface LinkStage {
  name: string;
  /** What its response is measured on, where that is not the task as a whole. */
  subject?: string;
  form: Form;
  /** As `boundsFor` takes them. */
  bounds: string;
  /** As `priorsFor` takes them. @default none */
  priors?: string;
  loss: Loss;
  /** @default plain */
  residual?: Residual;
  /** Other properties of the problem: how it is trained, where its starts are drawn. */
  more?: Partial<Problem>;
}

/**
 * The regression of the response on the variables at the checkpoints of some runs. Stages on the same points share their arrays.
 *
 * @param reason why the stage is skipped if no run has a point
 */
export function planLinkStage(
  {
    name,
    subject,
    form,
    bounds: given,
    priors: known = NO_PRIORS,
    loss,
    residual = "plain",
    more,
  }: LinkStage,
  { x, y, runs, runLengths }: PooledPoints,
  reason: string,
): Stage {
  const identity = { name, ...(subject !== undefined && { subject }) };
  if (runLengths.every((length) => length === 0)) return { ...identity, skipped: { reason } };
  const bounds = boundsFor(given, form);
  if ("reason" in bounds) return { ...identity, skipped: bounds };
  const variables = form.variableNames.map((_, v) => x[v]!);
  const problem = { form, variables, response: y, loss, residual, ...bounds, ...more };
  const priors = priorsFor(known, problem);
  if ("reason" in priors) return { ...identity, skipped: priors };
  return {
    ...identity,
    problem: { ...problem, ...priors },
    runs,
    runLengths,
  };
}

/**
 * Puts the points of one run side by side, in the order in which the runs first occur.
 *
 * @param runOf name under which a point is resampled
 */
export function sideBySide<Point>(
  points: readonly Point[],
  runOf: (point: Point) => string,
): { points: Point[] } & Pick<PointRuns, "runs" | "runLengths"> {
  const byRun = groupBy(points, runOf);
  return {
    points: [...byRun.values()].flat(),
    runs: [...byRun.keys()],
    runLengths: Array.from(byRun.values(), ({ length }) => length),
  };
}

/** Counts reasons, one for each point, in the order in which they first occur; nothing where there is none. */
export function leftOutOf(reasons: Iterable<string>): { leftOut?: readonly LeftOutPoints[] } {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  if (counts.size === 0) return {};
  return { leftOut: Array.from(counts, ([reason, points]) => ({ reason, points })) };
}

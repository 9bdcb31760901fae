import type { Form } from "../forms/form.ts";
import type { Loss, Problem } from "../solve/problem.ts";
import { boundsFor } from "./bounds.ts";
import type { Stage } from "./method.ts";

/** Points of one run: the variables of a form, and the response. All arrays of one length. */
export interface LinkPoints {
  x: readonly Float64Array[];
  y: Float64Array;
}

/** A regression on checkpoints. */
export interface LinkStage {
  name: string;
  form: Form;
  /** As `boundsFor` takes them. */
  bounds: string;
  loss: Loss;
  /** Points of no run, which come last. @default none */
  extra?: LinkPoints;
  /** What else the problem has: how it is trained, where its starts are drawn. */
  more?: Partial<Problem>;
}

/**
 * The response against the variables at the checkpoints of some runs.
 *
 * @param reason why there is no point, where there is none
 */
export function planLinkStage(
  { name, form, bounds: given, loss, extra, more }: LinkStage,
  runs: ReadonlyMap<string, LinkPoints>,
  reason: string,
): Stage {
  const own = [...runs.values()];
  if (own.every(({ y }) => y.length === 0)) return { name, skipped: { reason } };
  const bounds = boundsFor(given, form);
  if ("reason" in bounds) return { name, skipped: bounds };
  const all = extra === undefined ? own : [...own, extra];
  return {
    name,
    problem: {
      form,
      variables: form.variableNames.map((_, v) => joinArrays(all.map(({ x }) => x[v]!))),
      response: joinArrays(all.map(({ y }) => y)),
      loss,
      residual: "plain",
      ...bounds,
      ...more,
    },
    runs: [...runs.keys()],
    runLengths: own.map(({ y }) => y.length),
  };
}

function joinArrays(parts: readonly Float64Array[]): Float64Array {
  const joined = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    joined.set(part, start);
    start += part.length;
  }
  return joined;
}

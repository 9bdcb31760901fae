import type { Form } from "../forms/form.ts";
import { getForm } from "../forms/registry.ts";

const cache = new Map<string, Form>();

/**
 * The value of a built-in form, so that a simulated law is the very law that a method fits.
 *
 * @param parameters by name, on the form's natural scale
 * @param variables in the form's order
 */
export function evaluateForm(
  name: string,
  parameters: Readonly<Record<string, number>>,
  variables: number[],
): number {
  const form = cache.get(name) ?? getForm(name);
  cache.set(name, form);
  return form.value(
    form.parameterNames.map((parameter) => parameters[parameter] as number),
    variables,
  );
}

/** What is true of one subject on one target, at the end of training. */
export interface TargetTruth {
  target: string;
  subject: string;
  /** The laws' values: what such a run has on average (of ln(loss)), without any noise. */
  loss: number;
  accuracy?: number;
  /** The values of this run, with its effect, without checkpoint and evaluation noise. */
  runLoss: number;
  runAccuracy?: number;
}

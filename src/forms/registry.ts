import { UserError } from "../errors.ts";
import { chinchilla } from "./builtin/chinchilla.ts";
import { linear } from "./builtin/linear.ts";
import { logSigmoid } from "./builtin/log-sigmoid.ts";
import { powerLaw } from "./builtin/power-law.ts";
import { powerLawOffset } from "./builtin/power-law-offset.ts";
import { sigmoid } from "./builtin/sigmoid.ts";
import { singleStep } from "./builtin/single-step.ts";
import { singleStepCompute } from "./builtin/single-step-compute.ts";
import { type DefinedForm, defineForm } from "./define-form.ts";
import type { FormRecord } from "./form.ts";
import { nearestHint } from "./names.ts";

/** The built-in forms by name. A new one is a record in a file of its own and a line here. */
export const forms: ReadonlyMap<string, FormRecord> = new Map(
  [chinchilla, powerLaw, powerLawOffset, sigmoid, logSigmoid, linear, singleStep, singleStepCompute].map(
    (record) => [record.name, record],
  ),
);

/**
 * The form of a name, from `others` (such as those of a sweep file) first, then from the built-in ones.
 * @throws UserError with the nearest name where there is none.
 */
export function getForm(name: string, others: ReadonlyMap<string, FormRecord> = new Map()): DefinedForm {
  const record = others.get(name) ?? forms.get(name);
  if (record === undefined) {
    const names = [...new Set([...others.keys(), ...forms.keys()])];
    throw new UserError(`unknown form "${name}"; allowed: ${names.join(", ")}${nearestHint(name, names)}`);
  }
  return defineForm(record);
}

import type { Form } from "./form.ts";
import { getForm } from "./registry.ts";

/** A form that may be true in place of another on the same inputs, with the parameters that are held at a value. */
export interface Alternative {
  form: Form;
  held: Readonly<Record<string, number>>;
}

/**
 * Scores that links reach at the least loss. No task has only right labels and answers; and as no run is near this end, a fit that is free to choose it
 * takes what noise says.
 */
const CEILINGS = [0.92, 0.96, 1];

/** Forms of which any may stand for any other. The log-sigmoid has the ceiling 1 by itself. */
const SETS: readonly (readonly { form: string; held?: Readonly<Record<string, number>> }[])[] = [
  [
    ...["sigmoid", "gompertz"].flatMap((form) => CEILINGS.map((b) => ({ form, held: { b } }))),
    { form: "log-sigmoid" },
  ],
  [{ form: "chinchilla" }, { form: "kaplan-offset" }],
];

/** The forms that may be true where a form is fitted, itself among them, possibly with held parameters; itself alone where no others are known. */
export function alternativesTo(form: Form): readonly Alternative[] {
  const set = SETS.find((members) => members.some((member) => getForm(member.form).record === form.record));
  if (set === undefined) return [{ form, held: {} }];
  return set.map((member) => ({ form: getForm(member.form), held: member.held ?? {} }));
}

import type { Form } from "./form.ts";
import { forms, getForm } from "./registry.ts";

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

/** Links of which any may be true in place of any other. The log-sigmoid has the ceiling 1 by itself. */
const LINKS: readonly { name: string; ceilings: readonly (number | undefined)[] }[] = [
  ...["sigmoid", "log-logistic", "gompertz", "two-sigmoids"].map((name) => ({ name, ceilings: CEILINGS })),
  { name: "log-sigmoid", ceilings: [undefined] },
];

/** The forms that may be true where a form is fitted; none where no others are known. */
export function alternativesTo({ record }: Form): readonly Alternative[] {
  if (!LINKS.some(({ name }) => forms.get(name) === record)) return [];
  return LINKS.flatMap(({ name, ceilings }) =>
    ceilings.map((b): Alternative => ({ form: getForm(name), held: b === undefined ? {} : { b } })),
  );
}

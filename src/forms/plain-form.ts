import type { Form, FormRecord } from "./form.ts";
import { forms, laws } from "./registry.ts";
import { rowRunner } from "./row-runner.ts";
import { programRunner, type Runner } from "./runner.ts";

/** What of a form only the thread has that defined it: its record has functions, but for a built-in form, and its sources are long. */
type AtHome = "record" | "kernelSource" | "trainingSource" | "linearity" | "inCoordinates";

/** A form as plain data, which threads can give each other. */
export interface PlainForm extends Omit<Form, keyof Runner | "valueOfRows" | AtHome> {
  /** Whether every thread has its record. */
  isBuiltIn: boolean;
  /** Tells it from the others of its thread. */
  id: number;
}

const builtInRecord = (name: string): FormRecord | undefined => forms.get(name) ?? laws.get(name);

/** Whether a form is as it is built in. */
export const isBuiltIn = ({ name, record }: Form): boolean => builtInRecord(name) === record;

const plainForms = new WeakMap<Form, PlainForm>();
let plainFormCount = 0;

/** The plain data of a form: the same object each time, so that a message with many problems has it once. */
export function plainForm(form: Form): PlainForm {
  const before = plainForms.get(form);
  if (before !== undefined) return before;
  const { name, output, parameterNames, variableNames, lower, upper } = form;
  const { expression, columns, logTerms, offset, linearity, program, latex } = form;
  const names = { name, output, parameterNames, variableNames, isBuiltIn: isBuiltIn(form) };
  const plain = {
    ...names,
    id: plainFormCount++,
    lower,
    upper,
    expression,
    columns,
    logTerms,
    offset,
    linearity,
    program,
    latex,
  };
  plainForms.set(form, plain);
  return plain;
}

/** A form of plain data, in a thread that has no parser: it can be evaluated, and has no sources. */
export function formOf(plain: PlainForm): Form {
  const missing = (what: AtHome): never => {
    throw new Error(`${what} of form ${plain.name} was asked for in a thread that has its plain data only`);
  };
  return {
    ...plain,
    ...programRunner(plain.program),
    valueOfRows: rowRunner(plain.program),
    get record() {
      return plain.isBuiltIn ? builtInRecord(plain.name)! : missing("record");
    },
    get linearity() {
      return missing("linearity");
    },
    get inCoordinates() {
      return missing("inCoordinates");
    },
    get kernelSource() {
      return missing("kernelSource");
    },
    get trainingSource() {
      return missing("trainingSource");
    },
  };
}

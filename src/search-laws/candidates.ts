import { canonicalKey } from "../forms/canonical-key.ts";
import { formatExpression, operationCount } from "../forms/expression.ts";
import type { Form } from "../forms/form.ts";
import { forms, laws } from "../forms/registry.ts";
import type { AxisContext } from "../methods/axis.ts";
import { readLaw } from "../methods/law.ts";
import type { SearchData } from "./data.ts";
import { expressionOf, keyOf, type Member, type ReadyGrammar } from "./enumerate.ts";

/** A form that is tried. */
export interface Candidate {
  /** Name of a law, or the expression. */
  name: string;
  form: Form;
  /** Its place in the grammar; undefined for laws that stand there as they are. */
  member: Member | undefined;
  /** Operations, parameters and inputs of its expression, written out. */
  complexity: number;
}

/** Forms that have been met, by their canonical keys. */
export class Met {
  readonly #inputs: readonly string[];
  readonly #keys = new Set<string>();

  constructor(inputs: readonly string[]) {
    this.#inputs = inputs;
  }

  /** Whether an expression is met for the first time. */
  isNew(expression: string): boolean {
    return this.#add(keyOf(expression, this.#inputs));
  }

  /** Whether a form is met for the first time. */
  isNewForm(form: Form): boolean {
    return this.#add(keyOfForm(form, this.#inputs));
  }

  #add(key: string): boolean {
    const before = this.#keys.size;
    return this.#keys.add(key).size > before;
  }
}

/** The canonical key of a form, its variables numbered as the inputs. */
export function keyOfForm(form: Form, inputs: readonly string[]): string {
  const { variableNames, parameterNames, expression } = form;
  const isSame = variableNames.every((name, v) => name === inputs[v]);
  return isSame
    ? canonicalKey(expression)
    : keyOf(formatExpression(expression, parameterNames, variableNames), inputs);
}

/** A member of a grammar as a form. */
export function candidateOf(ready: ReadyGrammar, member: Member, context: AxisContext): Candidate {
  const text = expressionOf(ready, member);
  return { ...lawCandidate(`y = ${text}`, ready.inputs, context), name: text, member };
}

/** A law by its name, or an expression, as a form. */
export function lawCandidate(law: string, inputs: readonly string[], context: AxisContext): Candidate {
  const form = readLaw(law, context).formOf(new Set(inputs));
  return { name: law, form, member: undefined, complexity: operationCount(form.expression) };
}

/** Names of the forms and laws whose inputs are all among the given ones. */
export function libraryOf(inputs: readonly string[]): string[] {
  const named = [...forms, ...laws].filter(
    ([, { variables, example }]) =>
      !example.hasKinks && Object.keys(variables).every((name) => inputs.includes(name)),
  );
  return named.map(([name]) => name);
}

/** The columns of a form's variables. */
export function variablesOf({ variableNames }: Form, { inputs }: Pick<SearchData, "inputs">): Float64Array[] {
  return variableNames.map((name) => inputs.get(name)!);
}

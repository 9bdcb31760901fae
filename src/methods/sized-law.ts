import { didYouMean, UserError, withPrefix } from "../errors.ts";
import type { Form } from "../forms/form.ts";
import type { CheckpointTable } from "../tables/checkpoint-table.ts";
import { demandInputs, type Law } from "./law.ts";
import type { Size, VariablesOf } from "./runs.ts";

/** A form of the sizes of runs. */
export interface SizedLaw {
  form: Form;
  variables: VariablesOf;
}

/** Reads one variable of a form; NaN or undefined where a size does not have it. */
type ReadVariable = (size: Size) => number | undefined;

/** The variables of a form, each as it is read; a size that lacks one is left out. */
export function variablesBy(names: readonly string[], readerOf: (name: string) => ReadVariable): VariablesOf {
  const readers = names.map(readerOf);
  return (size) => {
    const values = readers.map((read) => read(size) ?? Number.NaN);
    const missing = values.findIndex(Number.isNaN);
    return missing < 0 ? values : { leftOut: `${names[missing]} is missing` };
  };
}

/** Names that laws have for parameters, tokens and FLOPs. */
const SIZES: ReadonlyMap<string, "n" | "d" | "c"> = new Map([
  ["N", "n"],
  ["D", "d"],
  ["C", "c"],
]);

/** What a law takes of runs: a part of their size, or a column of the table. */
type Source = "n" | "d" | "c" | "column";

/** Where the names of a law are read from on a table. A name that is none of these is a parameter. */
function sourceOf(name: string, { inputs, named }: CheckpointTable): Source | undefined {
  if (inputs?.has(name)) return "column";
  return SIZES.get(name) ?? named?.sizes.get(name);
}

/** Names that a law may take from columns of a checkpoint table. */
export function columnsAsked({ inputs }: Law): string[] {
  return inputs.map(({ name }) => name).filter((name) => !SIZES.has(name));
}

/**
 * A law of the sizes of runs and of columns of their table.
 *
 * @param flops how FLOPs are counted
 * @param response name of what it is of, where an expression has no left side
 * @throws UserError where no name of an expression is left for a parameter
 */
export function sizedLaw(
  law: Law,
  table: CheckpointTable,
  flops: (size: Size) => number,
  response?: string,
): SizedLaw {
  const known = law.inputs.map(({ name }) => name).filter((name) => sourceOf(name, table) !== undefined);
  const form = law.formOf(new Set(known), response);
  const readers: Record<Exclude<Source, "column">, ReadVariable> = {
    n: ({ n }) => n,
    d: ({ d }) => d,
    c: flops,
  };
  const variables = variablesBy(form.variableNames, (name) => {
    const source = sourceOf(name, table);
    return source === undefined || source === "column" ? ({ inputs }) => inputs?.get(name) : readers[source];
  });
  return { form, variables };
}

/**
 * Demands that laws can be had on a checkpoint table.
 *
 * @returns what each expression takes for inputs and for parameters, a line each
 * @throws UserError for a form whose variable is no column, and for an expression without an input, with a name that is nearly that of a
 * column, or without a parameter
 */
export function demandLaws(laws: readonly Law[], table: CheckpointTable, where: string): string[] {
  const columns = table.named?.columns ?? [];
  return laws.flatMap((law) => {
    const known = new Set(
      law.inputs.map(({ name }) => name).filter((name) => sourceOf(name, table) !== undefined),
    );
    const missing = law.inputs.find(({ name, mayBeParameter }) => !mayBeParameter && !known.has(name));
    if (missing !== undefined) {
      const { name, what } = missing;
      throw new UserError(
        `${where}: law ${law.text}: no column ${JSON.stringify(name)}${what === "" ? "" : ` (${what})`}${didYouMean(name, columns)}; ` +
          `allowed: columns: {inputs: {${name}: COLUMN}}; the columns are ${columns.join(", ")}`,
      );
    }
    demandInputs(law, known, columns, where);
    const { form } = withPrefix(where, () => sizedLaw(law, table, ({ c }) => c));
    if (!law.inputs.some(({ mayBeParameter }) => mayBeParameter)) return [];
    return [
      `law ${law.text}: inputs ${form.variableNames.join(", ")}; parameters ${form.parameterNames.join(", ")}`,
    ];
  });
}

/** Names of the columns that a law takes on a table. */
export function columnsTaken(law: Law, table: CheckpointTable): string[] {
  return columnsAsked(law).filter((name) => sourceOf(name, table) === "column");
}

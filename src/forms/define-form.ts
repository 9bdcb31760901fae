import { UserError } from "../errors.ts";
import { canonicalise } from "./canonicalise.ts";
import { checkRecord } from "./check-record.ts";
import { type Expression, indicesOf } from "./expression.ts";
import type { Form, FormRecord } from "./form.ts";
import { Graph } from "./graph.ts";
import { kernelSource } from "./kernel-source.ts";
import { latexForm } from "./latex.ts";
import { findLogTerms } from "./log-terms.ts";
import { reservedNames } from "./names.ts";
import { parseForm } from "./parse.ts";
import { buildProgram, usedColumns } from "./program.ts";
import { programRunner } from "./run-program.ts";
import { trainingSource } from "./training-source.ts";

/** A form with its second derivatives in JavaScript too. */
export interface DefinedForm extends Form {
  /**
   * Value, gradient, and second derivatives written to `hessian`: lower triangle by rows,
   * `hessian[i*(i+1)/2 + j]`, j <= i.
   */
  hessian(
    parameters: ArrayLike<number>,
    variables: ArrayLike<number>,
    gradient: Float64Array,
    hessian: Float64Array,
  ): number;
}

/**
 * Makes a form from its record: checks it, parses and differentiates the expression.
 * @throws UserError that names the form, the place and what is allowed.
 */
export function defineForm(record: FormRecord): DefinedForm {
  checkRecord(record);
  const parameterNames = Object.keys(record.parameters);
  const variableNames = Object.keys(record.variables);
  const { output, expression } = parseForm(record.expression, {
    form: record.name,
    parameterNames,
    variableNames,
  });
  checkUse(record, output, expression, parameterNames, variableNames);

  const graph = new Graph();
  const root = canonicalise(graph, expression);
  checkConstants(record, graph);
  const logTerms = findLogTerms(graph, root, usedColumns(graph, root));
  const program = buildProgram(graph, root, parameterNames.length);
  const runner = programRunner(program);
  let source: string | undefined;
  let sourceOfTraining: string | undefined;

  return {
    record,
    name: record.name,
    output,
    parameterNames,
    variableNames,
    lower: Float64Array.from(Object.values(record.parameters), ({ lower = -Infinity }) => lower),
    upper: Float64Array.from(Object.values(record.parameters), ({ upper = Infinity }) => upper),
    expression,
    columns: [...program.columns],
    logTerms: logTerms.terms,
    offset: logTerms.offset,
    program,
    ...runner,
    get kernelSource() {
      source ??= kernelSource(program, logTerms);
      return source;
    },
    get trainingSource() {
      sourceOfTraining ??= trainingSource(graph, root, parameterNames.length, variableNames.length);
      return sourceOfTraining;
    },
    latex: latexForm(output, expression, parameterNames, variableNames),
  };
}

function checkUse(
  record: FormRecord,
  output: string,
  expression: Expression,
  parameterNames: readonly string[],
  variableNames: readonly string[],
): void {
  const fail = (problem: string): never => {
    throw new UserError(`form "${record.name}": ${problem} in "${record.expression}"`);
  };
  if (parameterNames.includes(output) || variableNames.includes(output) || reservedNames.has(output)) {
    fail(`the output "${output}" has the name of a parameter, variable or function`);
  }
  for (const [kind, names] of [
    ["parameter", parameterNames],
    ["variable", variableNames],
  ] as const) {
    const used = indicesOf(expression, kind);
    const unused = names.find((_, i) => !used.has(i));
    if (unused !== undefined) fail(`${kind} "${unused}" is never used`);
  }
}

function checkConstants(record: FormRecord, graph: Graph): void {
  for (const node of graph.nodes) {
    const constants =
      node.kind === "number"
        ? [node.value]
        : node.kind === "sum"
          ? [node.constant, ...node.terms.map((term) => term.coefficient)]
          : [];
    const bad = constants.find((constant) => !Number.isFinite(constant));
    if (bad !== undefined) {
      throw new UserError(
        `form "${record.name}": a constant part of "${record.expression}" is ${bad}, not finite`,
      );
    }
  }
}

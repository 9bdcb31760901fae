import { shortened, UserError } from "../errors.ts";
import { canonicalise } from "./canonicalise.ts";
import { checkRecord, checkSize, formLimits, isInherited, reservedNames } from "./check-record.ts";
import { type Expression, indicesOf } from "./expression.ts";
import type { Form, FormCoordinates, FormRecord } from "./form.ts";
import { Graph, StepBudget } from "./graph.ts";
import { kernelSource, trainingSource } from "./kernel-source.ts";
import { latexForm } from "./latex.ts";
import { findLogTerms } from "./log-terms.ts";
import { parseForm } from "./parse.ts";
import { buildProgram, type Program, usedColumns } from "./program.ts";
import { rowRunner } from "./row-runner.ts";
import { programRunner, type Runner } from "./runner.ts";
import { findLinearity } from "./structure.ts";

/** A form with its second derivatives in JavaScript too. */
export interface DefinedForm extends Form, Pick<Runner, "hessian"> {}

/**
 * Makes a form from its record: checks it, parses and differentiates the expression.
 * @throws UserError that names the form, the place and what is allowed.
 */
export function defineForm(record: FormRecord): DefinedForm {
  checkSize(record);
  checkRecord(record);
  const parameterNames = Object.keys(record.parameters);
  const variableNames = Object.keys(record.variables);
  const { output, expression } = parseForm(record.expression, {
    form: record.name,
    parameterNames,
    variableNames,
  });
  checkUse(record, output, expression, parameterNames, variableNames);

  const budget = new StepBudget(formLimits.steps, (most) => {
    throw new UserError(
      `form "${record.name}": its derivatives take more than the ${most} steps that are allowed; use fewer parameters, factors ` +
        "or terms, or less nesting",
    );
  });
  const graph = new Graph(budget);
  const root = canonicalise(graph, expression);
  const logTerms = findLogTerms(graph, root, usedColumns(graph, root));
  const program = buildProgram(graph, root, parameterNames.length);
  checkDerived(record, program);
  const runner = programRunner(program);
  let linearity: Form["linearity"] | undefined;
  let source: string | undefined;
  let sourceOfTraining: string | undefined;
  let ofRows: ReturnType<typeof rowRunner> | undefined;
  let inCoordinates: Form | undefined;

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
    get linearity() {
      linearity ??= findLinearity(graph, root, parameterNames.length);
      return linearity;
    },
    program,
    ...runner,
    valueOfRows(parameters, variables, values) {
      ofRows ??= rowRunner(program);
      ofRows(parameters, variables, values);
    },
    get inCoordinates() {
      inCoordinates ??= record.coordinates && defineForm(inOtherCoordinates(record, record.coordinates));
      return inCoordinates;
    },
    get kernelSource() {
      source ??= kernelSource(program, logTerms, this.linearity);
      return source;
    },
    get trainingSource() {
      sourceOfTraining ??= trainingSource(graph, root, parameterNames.length, variableNames.length);
      return sourceOfTraining;
    },
    latex: latexForm(output, expression, parameterNames, variableNames),
  };
}

function inOtherCoordinates(
  record: FormRecord,
  { expression, parameters, start }: FormCoordinates,
): FormRecord {
  const { coordinates: _, units: __, ...others } = record;
  return { ...others, expression, parameters, startRanges: { default: start } };
}

function checkUse(
  record: FormRecord,
  output: string,
  expression: Expression,
  parameterNames: readonly string[],
  variableNames: readonly string[],
): void {
  const fail = (problem: string): never => {
    throw new UserError(`form "${record.name}": ${problem} in "${shortened(record.expression)}"`);
  };
  const taken = [...parameterNames, ...variableNames, ...reservedNames];
  if (taken.includes(output) || isInherited(output)) {
    fail(
      `the output "${output}" has the name of a parameter, variable, function or property of every object`,
    );
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

/** Checks that need the derivatives. */
function checkDerived(record: FormRecord, { operations }: Program): void {
  const bad = operations.find(({ operator, value }) => operator === "number" && !Number.isFinite(value));
  if (bad !== undefined) {
    throw new UserError(
      `form "${record.name}": a constant part of "${shortened(record.expression)}", or of a derivative, is ${bad.value}, not finite`,
    );
  }
  if (operations.length > formLimits.derived) {
    throw new UserError(
      `form "${record.name}": its value, gradient and second derivatives are ${operations.length} operations; ` +
        `allowed: at most ${formLimits.derived}`,
    );
  }
}

import { compileExpression, type Expression } from "./expression.ts";
import { graphEvaluator } from "./graph.ts";
import type { Operation } from "./operations.ts";
import { neededFor, type Program } from "./program.ts";

/** A variable on many rows: one value for all of them, or one for each. */
export type RowVariable = number | Float64Array;

/** Rows that go through the program together: few enough that their registers stay in the processor's nearest cache. */
const BLOCK = 256;

/** Computes an operation for the first `count` rows of a block. */
type BlockStep = (count: number) => void;

/**
 * Evaluates a program on many rows, operation by operation and not row by row. Its values are those of `Runner.value` to the last bit.
 *
 * @returns a function of the parameters (rows x parameters, row-major, or one row for all), the variables and the array that takes the
 * values, one a row. It is not reentrant
 */
export function rowRunner({
  operations,
  columns,
  parameters: width,
  value,
}: Pick<Program, "operations" | "columns" | "parameters" | "value">): (
  parameters: Float64Array,
  variables: readonly RowVariable[],
  out: Float64Array,
) => void {
  const needed = neededFor(operations, [value]);
  const registers = new Map(needed.map((position) => [position, new Float64Array(BLOCK)]));
  const of = (operator: Operation["operator"]) =>
    needed.flatMap((position) => {
      const operation = operations[position]!;
      return operation.operator === operator
        ? [{ register: registers.get(position)!, value: operation.value }]
        : [];
    });
  for (const { register, value: literal } of of("number")) register.fill(literal);
  const parametersAt = of("parameter");
  const columnsAt = of("column").map(({ register, value: index }) => {
    return { register, fill: columnFiller(columns[index]!) };
  });
  const steps = needed
    .filter((position) => operations[position]!.inputs.length > 0)
    .map((position) => blockStep(operations[position]!, position, registers));
  const result = registers.get(value)!;
  return (parameters, variables, out) => {
    const stride = parameters.length === width ? 0 : width;
    for (let first = 0; first < out.length; first += BLOCK) {
      const count = Math.min(BLOCK, out.length - first);
      for (const { register, value: index } of parametersAt) {
        for (let i = 0; i < count; i++) register[i] = parameters[(first + i) * stride + index]!;
      }
      for (const { register, fill } of columnsAt) fill(register, variables, first, count);
      for (const step of steps) step(count);
      out.set(count === BLOCK ? result : result.subarray(0, count), first);
    }
  };
}

/** Writes a column, which depends on the variables alone, for `count` rows from a first one on. */
type ColumnFiller = (
  register: Float64Array,
  variables: readonly RowVariable[],
  first: number,
  count: number,
) => void;

function columnFiller(expression: Expression): ColumnFiller {
  const evaluate = compileExpression(expression);
  const none: number[] = [];
  return (register, variables, first, count) => {
    if (expression.kind === "variable") {
      const given = variables[expression.index]!;
      if (typeof given === "number") register.fill(given);
      else for (let i = 0; i < count; i++) register[i] = given[first + i]!;
      return;
    }
    const row = variables.map((given) => (typeof given === "number" ? given : given[first]!));
    if (variables.every((given) => typeof given === "number")) {
      register.fill(evaluate(none, row));
      return;
    }
    for (let i = 0; i < count; i++) {
      for (let v = 0; v < row.length; v++) {
        const given = variables[v]!;
        if (typeof given !== "number") row[v] = given[first + i]!;
      }
      register[i] = evaluate(none, row);
    }
  };
}

function blockStep(
  { operator, inputs }: Operation,
  position: number,
  registers: ReadonlyMap<number, Float64Array>,
): BlockStep {
  const out = registers.get(position)!;
  // An operation of fewer inputs does not read the others.
  const [a = out, b = out, c = out] = inputs.map((input) => registers.get(input)!);
  switch (operator) {
    case "number":
    case "parameter":
    case "column":
      throw new Error(`${operator} is not a step`);
    case "negate":
      return (count) => {
        for (let i = 0; i < count; i++) out[i] = -a[i]!;
      };
    case "add":
      return (count) => {
        for (let i = 0; i < count; i++) out[i] = a[i]! + b[i]!;
      };
    case "subtract":
      return (count) => {
        for (let i = 0; i < count; i++) out[i] = a[i]! - b[i]!;
      };
    case "multiply":
      return (count) => {
        for (let i = 0; i < count; i++) out[i] = a[i]! * b[i]!;
      };
    case "fma":
      return (count) => {
        for (let i = 0; i < count; i++) out[i] = a[i]! * b[i]! + c[i]!;
      };
    case "exp":
      return (count) => {
        for (let i = 0; i < count; i++) out[i] = Math.exp(a[i]!);
      };
    default: {
      const evaluate = graphEvaluator(operator);
      return (count) => {
        for (let i = 0; i < count; i++) out[i] = evaluate(a[i]!, b[i]!);
      };
    }
  }
}

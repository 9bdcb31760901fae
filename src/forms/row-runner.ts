import { compileExpression, type Expression } from "./expression.ts";
import { neededFor, type Program } from "./program.ts";
import { BLOCK, registersOf, stepsOf } from "./runner.ts";

/** A variable on many rows of parameters: one number for all of them, or one for each. */
export type RowVariable = number | Float64Array;

/**
 * Evaluates a program on many rows of parameters, operation by operation and not row by row. Its values are those of `Runner.value` to
 * the last bit.
 *
 * @returns `Form.valueOfRows`, which is not reentrant
 */
export function rowRunner(
  program: Program,
): (parameters: Float64Array, variables: readonly RowVariable[], values: Float64Array) => void {
  const { operations, columns, parameters: width } = program;
  const needed = neededFor(operations, [program.value]);
  const steps = stepsOf(operations, needed, BLOCK);
  const registers = registersOf(operations, BLOCK);
  const registerOf = (position: number) => registers.subarray(position * BLOCK, (position + 1) * BLOCK);
  const of = (wanted: "parameter" | "column") =>
    needed.flatMap((position) => {
      const { operator, value: index } = operations[position]!;
      return operator === wanted ? [{ register: registerOf(position), index }] : [];
    });
  const parametersAt = of("parameter");
  const columnsAt = of("column").map(({ register, index }) => {
    return { register, expression: columns[index]!, evaluate: compileExpression(columns[index]!) };
  });
  const result = registerOf(program.value);
  return (parameters, variables, values) => {
    const varied = variables.flatMap((given, v) => (typeof given === "number" ? [] : [{ given, v }]));
    const row = variables.map((given) => (typeof given === "number" ? given : Number.NaN));
    const isHeld = parameters.length === width;
    // What is the same on all rows stays in its register.
    if (isHeld) for (const { register, index } of parametersAt) register.fill(parameters[index]!);
    if (varied.length === 0) {
      for (const { register, evaluate } of columnsAt) register.fill(evaluate(noParameters, row));
    }
    for (let first = 0; first < values.length; first += BLOCK) {
      const count = Math.min(BLOCK, values.length - first);
      if (!isHeld) {
        for (const { register, index } of parametersAt) {
          take(register, parameters, first * width + index, width, count);
        }
      }
      if (varied.length > 0) {
        for (const column of columnsAt) fillColumn(column, variables, varied, row, first, count);
      }
      for (const step of steps) step(registers, count);
      put(values, first, result, count);
    }
  };
}

const noParameters: number[] = [];

/** Takes every `stride`-th number from a place on. Small loops of their own are compiled well. */
function take(to: Float64Array, from: Float64Array, place: number, stride: number, count: number): void {
  for (let i = 0, at = place; i < count; i++, at += stride) to[i] = from[at]!;
}

function put(to: Float64Array, place: number, from: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) to[place + i] = from[i]!;
}

/** A subexpression of the variables alone. */
interface ColumnRegister {
  register: Float64Array;
  expression: Expression;
  evaluate: ReturnType<typeof compileExpression>;
}

/** Writes a column for `count` rows from a first one on. */
function fillColumn(
  { register, expression, evaluate }: ColumnRegister,
  variables: readonly RowVariable[],
  varied: readonly { given: Float64Array; v: number }[],
  row: number[],
  first: number,
  count: number,
): void {
  const alone = expression.kind === "variable" ? variables[expression.index]! : undefined;
  if (typeof alone === "object") {
    take(register, alone, first, 1, count);
    return;
  }
  for (let i = 0; i < count; i++) {
    for (const { given, v } of varied) row[v] = given[first + i]!;
    register[i] = evaluate(noParameters, row);
  }
}

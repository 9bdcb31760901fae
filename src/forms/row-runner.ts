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
  const columnsAt = of("column").map(({ register, index }) => ({
    register,
    fill: columnFiller(columns[index]!),
  }));
  const result = registerOf(program.value);
  return (parameters, variables, values) => {
    const stride = parameters.length === width ? 0 : width;
    for (let first = 0; first < values.length; first += BLOCK) {
      const count = Math.min(BLOCK, values.length - first);
      for (const { register, index } of parametersAt) {
        for (let i = 0; i < count; i++) register[i] = parameters[(first + i) * stride + index]!;
      }
      for (const { register, fill } of columnsAt) fill(register, variables, first, count);
      for (const step of steps) step(registers, count);
      for (let i = 0; i < count; i++) values[first + i] = result[i]!;
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
  const noParameters: number[] = [];
  return (register, variables, first, count) => {
    const varied = variables.flatMap((given, v) => (typeof given === "number" ? [] : [{ given, v }]));
    const row = variables.map((given) => (typeof given === "number" ? given : given[first]!));
    if (varied.length === 0) {
      register.fill(evaluate(noParameters, row));
      return;
    }
    for (let i = 0; i < count; i++) {
      for (const { given, v } of varied) row[v] = given[first + i]!;
      register[i] = evaluate(noParameters, row);
    }
  };
}

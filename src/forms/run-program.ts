import { compileExpression } from "./expression.ts";
import { evaluateGraphFunction } from "./graph.ts";
import type { Operation } from "./operations.ts";
import { neededFor, type Program } from "./program.ts";

type Step = (registers: Float64Array) => void;

/** A program made ready to run in JavaScript. Runs are not reentrant: all share one set of registers. */
export interface Runner {
  /** Columns of one point from its variables. */
  columnValues(variables: ArrayLike<number>, columns: Float64Array): void;
  value(parameters: ArrayLike<number>, variables: ArrayLike<number>): number;
  gradient(parameters: ArrayLike<number>, variables: ArrayLike<number>, gradient: Float64Array): number;
  /** Also the second derivatives, lower triangle by rows. */
  hessian(
    parameters: ArrayLike<number>,
    variables: ArrayLike<number>,
    gradient: Float64Array,
    hessian: Float64Array,
  ): number;
}

export function programRunner(program: Program): Runner {
  const { operations, columns: columnExpressions } = program;
  const columnFunctions = columnExpressions.map((expression) => compileExpression(expression));
  const registers = new Float64Array(operations.length);
  const parameterAt: [position: number, index: number][] = [];
  const columnAt: [position: number, index: number][] = [];
  operations.forEach(({ operator, value }, position) => {
    if (operator === "number") registers[position] = value;
    if (operator === "parameter") parameterAt.push([position, value]);
    if (operator === "column") columnAt.push([position, value]);
  });

  const stepsFor = (roots: readonly number[]): Step[] =>
    neededFor(operations, roots)
      .filter((position) => operations[position]!.inputs.length > 0)
      .map((position) => step(operations[position]!, position));
  const valueSteps = stepsFor([program.value]);
  const gradientSteps = stepsFor([program.value, ...program.gradient]);
  let hessianSteps: Step[] | undefined;

  const noParameters: number[] = [];
  const run = (
    steps: readonly Step[],
    parameters: ArrayLike<number>,
    variables: ArrayLike<number>,
  ): number => {
    for (const [position, index] of parameterAt) registers[position] = parameters[index]!;
    for (const [position, index] of columnAt) {
      registers[position] = columnFunctions[index]!(noParameters, variables);
    }
    for (const each of steps) each(registers);
    return registers[program.value]!;
  };
  const read = (positions: readonly number[], target: Float64Array): void => {
    for (let i = 0; i < positions.length; i++) target[i] = registers[positions[i]!]!;
  };

  return {
    columnValues(variables, columns) {
      for (let j = 0; j < columnFunctions.length; j++)
        columns[j] = columnFunctions[j]!(noParameters, variables);
    },
    value: (parameters, variables) => run(valueSteps, parameters, variables),
    gradient(parameters, variables, gradient) {
      const value = run(gradientSteps, parameters, variables);
      read(program.gradient, gradient);
      return value;
    },
    hessian(parameters, variables, gradient, hessian) {
      hessianSteps ??= stepsFor([program.value, ...program.gradient, ...program.hessian]);
      const value = run(hessianSteps, parameters, variables);
      read(program.gradient, gradient);
      read(program.hessian, hessian);
      return value;
    },
  };
}

function step({ operator, inputs }: Operation, target: number): Step {
  const [a, b, c] = inputs as [number, number, number];
  switch (operator) {
    case "number":
    case "parameter":
    case "column":
      throw new Error(`${operator} is no step`);
    case "negate":
      return (r) => {
        r[target] = -r[a]!;
      };
    case "add":
      return (r) => {
        r[target] = r[a]! + r[b]!;
      };
    case "subtract":
      return (r) => {
        r[target] = r[a]! - r[b]!;
      };
    case "multiply":
      return (r) => {
        r[target] = r[a]! * r[b]!;
      };
    case "fma":
      return (r) => {
        r[target] = r[a]! * r[b]! + r[c]!;
      };
    case "exp":
      return (r) => {
        r[target] = Math.exp(r[a]!);
      };
    default:
      return (r) => {
        r[target] = evaluateGraphFunction(operator, r[a]!, inputs.length > 1 ? r[b]! : 0);
      };
  }
}

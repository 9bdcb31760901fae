import { compileExpression, sigmoid, softplus } from "./expression.ts";
import { graphFunction } from "./graph.ts";
import type { Operation } from "./operations.ts";
import { neededFor, type Program } from "./program.ts";

/** A program that JavaScript can execute. Its functions are not reentrant: all share one set of registers. */
export interface Runner {
  /** Columns of one point from its variables. */
  columnValues(variables: ArrayLike<number>, columns: Float64Array): void;
  /**
   * The columns of many points, one array a column.
   *
   * @param variables as those of `valueAt`
   */
  columnsAt(variables: readonly Float64Array[], points: number): readonly Float64Array[];
  value(parameters: ArrayLike<number>, variables: ArrayLike<number>): number;
  gradient(parameters: ArrayLike<number>, variables: ArrayLike<number>, gradient: Float64Array): number;
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
  /**
   * The value at each point, with the bits of `value` and in a fraction of its time: an operation is chosen once for many points, and
   * what depends on the parameters alone is computed once.
   *
   * @param variables one array a variable, of one length. The columns of those last given are kept: they must not change.
   * @param isEnough called when the values of points `from` to `to`, the last one left out, are there: the others are not needed where it
   *   says so
   */
  valueAt(
    parameters: ArrayLike<number>,
    variables: readonly Float64Array[],
    values: Float64Array,
    isEnough?: (from: number, to: number) => boolean,
  ): void;
  /**
   * The same with the gradient of each point, as `gradient` has it.
   *
   * @param slopes parameters x points: the derivatives by the first parameter come first
   */
  gradientAt(
    parameters: ArrayLike<number>,
    variables: readonly Float64Array[],
    values: Float64Array,
    slopes: Float64Array,
  ): void;
}

/** Points that an operation is run on at a time: the registers of a law then stay in the first cache. */
export const BLOCK = 128;

/** One operation, on the first `points` of its registers. */
type Step = (registers: Float64Array, points: number) => void;

export function programRunner(program: Program): Runner {
  const { operations, columns: columnExpressions } = program;
  const columnFunctions = columnExpressions.map((expression) => compileExpression(expression));
  const parameterAt: [position: number, index: number][] = [];
  const columnAt: [position: number, index: number][] = [];
  operations.forEach(({ operator, value }, position) => {
    if (operator === "parameter") parameterAt.push([position, value]);
    if (operator === "column") columnAt.push([position, value]);
  });
  const stepsFor = (positions: readonly number[], width: number) => stepsOf(operations, positions, width);

  const registers = registersOf(operations, 1);
  const ofValue = [program.value];
  const ofGradient = [program.value, ...program.gradient];
  const valueSteps = stepsFor(neededFor(operations, ofValue), 1);
  const gradientSteps = stepsFor(neededFor(operations, ofGradient), 1);
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
    for (const each of steps) each(registers, 1);
    return registers[program.value]!;
  };
  const read = (positions: readonly number[], target: Float64Array): void => {
    for (let i = 0; i < positions.length; i++) target[i] = registers[positions[i]!]!;
  };

  /** Columns of the points last given. */
  let kept: { variables: readonly Float64Array[]; columns: Float64Array[] } | undefined;
  const columnsAt = (variables: readonly Float64Array[], points: number): Float64Array[] => {
    if (kept?.variables !== variables) {
      const point = new Float64Array(variables.length);
      const columns = columnFunctions.map((column, c) => {
        const expression = columnExpressions[c]!;
        if (expression.kind === "variable") return variables[expression.index]!;
        const values = new Float64Array(points);
        for (let i = 0; i < points; i++) {
          for (let v = 0; v < point.length; v++) point[v] = variables[v]![i]!;
          values[i] = column(noParameters, point);
        }
        return values;
      });
      kept = { variables, columns };
    }
    return kept.columns;
  };

  let blocks: Float64Array | undefined;
  /** Runs operations on many points, a block at a time; `take` receives the registers of each block. */
  const runAt = (roots: readonly number[]) => {
    const needed = neededFor(operations, roots);
    const isPerPoint = (position: number): boolean => operations[position]!.perPoint;
    const once = stepsFor(
      needed.filter((position) => !isPerPoint(position)),
      BLOCK,
    );
    const each = stepsFor(needed.filter(isPerPoint), BLOCK);
    // What is the same at all points, and is read where points are.
    const spread = new Set(
      [...roots, ...needed.filter(isPerPoint).flatMap((position) => operations[position]!.inputs)].filter(
        (position) => !isPerPoint(position) && operations[position]!.operator !== "number",
      ),
    );
    return (
      parameters: ArrayLike<number>,
      variables: readonly Float64Array[],
      points: number,
      take: (registers: Float64Array, first: number, count: number) => boolean,
    ): void => {
      blocks ??= registersOf(operations, BLOCK);
      const columns = columnsAt(variables, points);
      for (const [position, index] of parameterAt) blocks[position * BLOCK] = parameters[index]!;
      for (const one of once) one(blocks, 1);
      for (const position of spread) {
        const first = position * BLOCK;
        blocks.fill(blocks[first]!, first, first + Math.min(BLOCK, points));
      }
      for (let first = 0; first < points; first += BLOCK) {
        const count = Math.min(BLOCK, points - first);
        for (const [position, index] of columnAt) {
          copyTo(blocks, position * BLOCK, columns[index]!, first, count);
        }
        for (const one of each) one(blocks, count);
        if (take(blocks, first, count)) return;
      }
    };
  };
  let values: ReturnType<typeof runAt> | undefined;
  let gradients: ReturnType<typeof runAt> | undefined;

  return {
    columnValues(variables, columns) {
      for (let j = 0; j < columnFunctions.length; j++)
        columns[j] = columnFunctions[j]!(noParameters, variables);
    },
    columnsAt,
    value: (parameters, variables) => run(valueSteps, parameters, variables),
    gradient(parameters, variables, gradient) {
      const value = run(gradientSteps, parameters, variables);
      read(program.gradient, gradient);
      return value;
    },
    hessian(parameters, variables, gradient, hessian) {
      hessianSteps ??= stepsFor(neededFor(operations, [...ofGradient, ...program.hessian]), 1);
      const value = run(hessianSteps, parameters, variables);
      read(program.gradient, gradient);
      read(program.hessian, hessian);
      return value;
    },
    valueAt(parameters, variables, target, isEnough) {
      values ??= runAt(ofValue);
      values(parameters, variables, target.length, (block, first, count) => {
        copyTo(target, first, block, program.value * BLOCK, count);
        return isEnough?.(first, first + count) ?? false;
      });
    },
    gradientAt(parameters, variables, target, slopes) {
      gradients ??= runAt(ofGradient);
      const points = target.length;
      gradients(parameters, variables, points, (block, first, count) => {
        copyTo(target, first, block, program.value * BLOCK, count);
        for (let p = 0; p < program.gradient.length; p++) {
          copyTo(slopes, p * points + first, block, program.gradient[p]! * BLOCK, count);
        }
        return false;
      });
    },
  };
}

/** Copies some numbers to a place. A small loop of its own is compiled well, and takes less than views of the arrays. */
function copyTo(to: Float64Array, place: number, from: Float64Array, first: number, count: number): void {
  for (let i = 0; i < count; i++) to[place + i] = from[first + i]!;
}

/** Registers of `width` numbers, one for each operation; those of literals are filled. */
export function registersOf(operations: readonly Operation[], width: number): Float64Array {
  const registers = new Float64Array(operations.length * width);
  operations.forEach(({ operator, value }, position) => {
    if (operator === "number") registers.fill(value, position * width, (position + 1) * width);
  });
  return registers;
}

/** The steps of those of the operations that have inputs, on registers of `width` numbers. */
export function stepsOf(
  operations: readonly Operation[],
  positions: readonly number[],
  width: number,
): Step[] {
  return positions
    .filter((position) => operations[position]!.inputs.length > 0)
    .map((position) => step(operations[position]!, position, width));
}

/** @param width numbers that each register has room for */
function step({ operator, inputs }: Operation, position: number, width: number): Step {
  const [a, b, c] = inputs.map((input) => input * width) as [number, number, number];
  const target = position * width;
  switch (operator) {
    case "number":
    case "parameter":
    case "column":
      throw new Error(`${operator} is not a step`);
    case "negate":
      return (r, points) => {
        for (let i = 0; i < points; i++) r[target + i] = -r[a + i]!;
      };
    case "add":
      return (r, points) => {
        for (let i = 0; i < points; i++) r[target + i] = r[a + i]! + r[b + i]!;
      };
    case "subtract":
      return (r, points) => {
        for (let i = 0; i < points; i++) r[target + i] = r[a + i]! - r[b + i]!;
      };
    case "multiply":
      return (r, points) => {
        for (let i = 0; i < points; i++) r[target + i] = r[a + i]! * r[b + i]!;
      };
    case "fma":
      return (r, points) => {
        for (let i = 0; i < points; i++) r[target + i] = r[a + i]! * r[b + i]! + r[c + i]!;
      };
    case "exp":
      return (r, points) => {
        for (let i = 0; i < points; i++) r[target + i] = Math.exp(r[a + i]!);
      };
    case "reciprocal":
      return (r, points) => {
        for (let i = 0; i < points; i++) r[target + i] = 1 / r[a + i]!;
      };
    case "sigmoid":
      return (r, points) => {
        for (let i = 0; i < points; i++) r[target + i] = sigmoid(r[a + i]!);
      };
    case "log_sigmoid":
      return (r, points) => {
        for (let i = 0; i < points; i++) r[target + i] = -softplus(-r[a + i]!);
      };
    default: {
      const evaluate = graphFunction(operator);
      const second = inputs.length > 1 ? b : a;
      return (r, points) => {
        for (let i = 0; i < points; i++) r[target + i] = evaluate(r[a + i]!, r[second + i]!);
      };
    }
  }
}

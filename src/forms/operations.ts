/** Functions that a program calls; each is `lf::<name>` in a kernel. */
export type KernelFunction =
  | "exp"
  | "log"
  | "sqrt"
  | "abs"
  | "sign"
  | "min"
  | "max"
  | "relu" // max(x, 0)
  | "step" // 1 where x > 0, else 0: the slope of relu
  | "sin"
  | "cos"
  | "atan"
  | "tanh"
  | "sigmoid"
  | "softplus"
  | "log_sigmoid";

export type Operator =
  | "number" // value
  | "parameter" // index = value
  | "column" // index = value
  | "negate"
  | "add"
  | "subtract"
  | "multiply"
  | "fma" // inputs[0] * inputs[1] + inputs[2]
  | "reciprocal"
  | KernelFunction;

/** One operation of a straight-line program; inputs are positions of earlier operations. */
export interface Operation {
  readonly operator: Operator;
  readonly inputs: readonly number[];
  /** Literal of a number, index of a parameter or column; 0 elsewhere. */
  readonly value: number;
  /** Whether the value may differ from point to point. */
  readonly perPoint: boolean;
}

/** A list of operations in which equal operations occur once. Signs move outwards and cost nothing. */
export class OperationList {
  readonly operations: Operation[] = [];
  readonly #positionOf = new Map<string, number>();

  number(value: number): number {
    return this.#push("number", [], value);
  }

  leaf(operator: "parameter" | "column", index: number): number {
    return this.#push(operator, [], index);
  }

  negate(a: number): number {
    const { operator, inputs, value } = this.operations[a]!;
    if (operator === "negate") return inputs[0]!;
    if (operator === "number") return this.number(-value);
    return this.#push("negate", [a]);
  }

  add(a: number, b: number): number {
    if (this.operations[b]!.operator === "negate") return this.subtract(a, this.negate(b));
    if (this.operations[a]!.operator === "negate") return this.subtract(b, this.negate(a));
    return this.#push("add", [a, b]);
  }

  subtract(a: number, b: number): number {
    if (this.operations[b]!.operator === "negate") return this.add(a, this.negate(b));
    return this.#push("subtract", [a, b]);
  }

  multiply(a: number, b: number): number {
    return this.#push("multiply", [a, b]);
  }

  fma(a: number, b: number, c: number): number {
    return this.#push("fma", [a, b, c]);
  }

  call(operator: "reciprocal" | KernelFunction, inputs: readonly number[]): number {
    return this.#push(operator, inputs);
  }

  #push(operator: Operator, inputs: readonly number[], value = 0): number {
    const key = `${operator} ${inputs.join(" ")} ${value}`;
    const before = this.#positionOf.get(key);
    if (before !== undefined) return before;
    const perPoint = operator === "column" || inputs.some((input) => this.operations[input]!.perPoint);
    const position = this.operations.push({ operator, inputs, value, perPoint }) - 1;
    this.#positionOf.set(key, position);
    return position;
  }
}

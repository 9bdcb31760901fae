import type { Operation } from "../../forms/operations.ts";
import { type Program, type Step, sharedOperations, stepsTo } from "../../forms/program.ts";
import type { TranslatableForm } from "../kernel.ts";

/** What an operation does, in the order of `Does` of kernels/interpreter.hpp. */
const does = [
  ...["column", "copy", "negate", "add", "subtract", "multiply", "fma", "min", "max", "reciprocal"],
  ...["exp", "log", "sqrt", "abs", "sign", "relu", "step", "sin", "cos", "atan", "tanh", "sigmoid"],
  ...["softplus", "log_sigmoid", "sigmoid_beside_softplus"],
] as const;

const codes = new Map(does.map((name, code) => [name, code]));

/** What a form may have of each kind (kernels/interpreter.hpp). */
const most = { parameters: 8, terms: 6, columns: 12, fixed: 128, rows: 96 } as const;

/** The most parameters that an interpreted form has. */
export const mostInterpreted = most.parameters;

/** The text that is compiled in place of a form's, for the interpreter of forms with so many parameters. */
export function interpreterSource(parameters: number): string {
  return `using LawfitForm = Interpreted<${parameters}>;\n`;
}

/** Codes of how a form depends on a parameter (kernels/form.md). */
const linearCodes = { itself: 1, exp: 2, "exp of minus": -2 } as const;

/** Bytes of one operation: what it does, the slot of its value, those of its operands. */
const operationBytes = 8;

const laidOut = new WeakMap<Program, Float64Array | undefined>();

/**
 * A form as the interpreter reads it (kernels/interpreter.hpp), to stand before the scalars of a request; the same array each time.
 * Undefined where the form is larger than the interpreter takes.
 */
export function interpretedForm(form: TranslatableForm): Float64Array | undefined {
  const { program } = form;
  if (!laidOut.has(program)) laidOut.set(program, layOut(form));
  return laidOut.get(program);
}

function layOut({ program, logTerms, offset, linearity }: TranslatableForm): Float64Array | undefined {
  const { operations, parameters, columns, value, gradient, hessian } = program;
  if (parameters > most.parameters || logTerms.length > most.terms || columns.length > most.columns) return;
  const slots = new FixedSlots(program);
  /** The row of each result: value, slopes, second derivatives. */
  const results = [value, ...gradient, ...hessian].map((position, row): Result => ({ position, row }));
  const isLinear = ({ row }: Result): boolean => row <= parameters && linearity[row - 1] !== undefined;
  const seconds = results
    .slice(1 + parameters)
    .filter(
      ({ position }) => operations[position]!.operator !== "number" || operations[position]!.value !== 0,
    );
  const slopes = results.slice(0, 1 + parameters);
  const lists = [
    results.slice(0, 1),
    results.filter((result) => result.row === 0 || isLinear(result)),
    slopes,
    [...slopes, ...seconds],
  ].map((wanted) => operationList(program, slots, wanted, results.length));
  const same = [...slopes, ...seconds].flatMap(({ position, row }) => {
    const slot = slots.slotOf(position);
    return slot === undefined ? [] : [word("copy", most.fixed + row, [slot])];
  });
  const all = [slots.preparation, same, ...lists];
  if (slots.used > most.fixed || all.some((list) => list === undefined)) return;
  const written = all as Word[][];
  const numbers = [
    ...[columns.length, logTerms.length, offset ?? -1, slots.constants.length],
    ...written.map((list) => list.length),
    ...linearity.map((how) => (how === undefined ? 0 : linearCodes[how])),
    seconds.reduce((bits, { row }) => bits + 2 ** (row - 1 - parameters), 0),
    ...logTerms.flatMap(({ level, levelSign, slopes }) => [
      ...[level, levelSign, slopes.length],
      ...slopes.flatMap(({ parameter, column, sign }) => [parameter, column, sign]),
    ]),
    ...slots.constants,
  ];
  const words = written.flat();
  const laid = new Float64Array(1 + numbers.length + words.length);
  laid[0] = laid.length;
  laid.set(numbers, 1);
  const bytes = new Uint8Array(laid.buffer, 8 * (1 + numbers.length));
  words.forEach((word, i) => {
    bytes.set(word, operationBytes * i);
  });
  return laid;
}

/** A value that a list of operations finds, and the row where it stands then. */
interface Result {
  position: number;
  row: number;
}

/** An operation as its bytes: what it does, the slot of its value, those of its operands. */
type Word = readonly number[];

function word(operator: (typeof does)[number], out: number, operands: readonly number[]): Word {
  return [codes.get(operator)!, out, ...operands];
}

/** The slots of what is the same at all points: parameters, numbers, and what is computed of them before the points are. */
class FixedSlots {
  readonly #operations: readonly Operation[];
  readonly #slots = new Map<number, number>();
  readonly #words: Word[] = [];
  readonly constants: readonly number[];
  /** Number of slots. */
  used: number;

  constructor({ operations, parameters, value, gradient, hessian }: Program) {
    this.#operations = operations;
    const roots = [value, ...gradient, ...hessian];
    const numbers = operations.flatMap(({ operator }, i) => (operator === "number" ? [i] : []));
    this.constants = numbers.map((i) => operations[i]!.value);
    numbers.forEach((position, i) => {
      this.#slots.set(position, parameters + i);
    });
    operations.forEach(({ operator, value: index }, position) => {
      if (operator === "parameter") this.#slots.set(position, index);
    });
    this.used = parameters + numbers.length;
    const given = new Set(this.#slots.keys());
    for (const step of stepsTo(operations, sharedOperations(operations, roots), given)) this.#compute(step);
    // A sign is not shared in the generated text, because it costs nothing there.
    operations.forEach(({ operator, perPoint, inputs: [input] }, position) => {
      if (operator === "negate" && !perPoint && this.has(input!)) this.#compute({ position, operator });
    });
  }

  get preparation(): Word[] {
    return this.#words;
  }

  /** Whether an operation's value is the same at all points, and wanted there. */
  has(position: number): boolean {
    return this.#slots.has(position);
  }

  /** The slot of an operation's value; undefined where it may differ from point to point. */
  slotOf(position: number): number | undefined {
    return this.#slots.get(position);
  }

  #compute({ position, operator }: Step): void {
    if (this.has(position)) return;
    const operands = this.#operations[position]!.inputs.map((input) => this.slotOf(input)!);
    this.#slots.set(position, this.used);
    this.#words.push(word(operator as (typeof does)[number], this.used++, operands));
  }
}

/**
 * The operations that compute some results at every point; those that are the same at all points are left out. Undefined where they
 * need more rows than there are.
 *
 * @param results rows that only results stand in
 */
function operationList(
  { operations }: Program,
  fixed: FixedSlots,
  wanted: readonly Result[],
  results: number,
): Word[] | undefined {
  const steps = stepsTo(
    operations,
    wanted.map(({ position }) => position),
    fixed,
  );
  const rows = new Rows(operations, steps, wanted, results);
  const words: Word[] = [];
  for (const { position, operator } of steps) {
    const { inputs, value } = operations[position]!;
    const operands =
      operator === "column" ? [value] : inputs.map((input) => fixed.slotOf(input) ?? rows.slotOf(input));
    rows.use(inputs);
    const out = rows.take(position);
    words.push(word(operator as (typeof does)[number], out, operands));
    if (!rows.isResult(position)) continue;
    for (const { position: found, row } of wanted) {
      if (found === position && most.fixed + row !== out) words.push(word("copy", most.fixed + row, [out]));
    }
  }
  return rows.used <= most.rows ? words : undefined;
}

/** The rows that hold values of the points: results in their own; another row is taken again when no further step needs its values. */
class Rows {
  readonly #uses = new Map<number, number>();
  readonly #rows = new Map<number, number>();
  readonly #results: ReadonlyMap<number, number>;
  readonly #free: number[] = [];
  used: number;

  constructor(
    operations: readonly Operation[],
    steps: readonly Step[],
    wanted: readonly Result[],
    results: number,
  ) {
    this.#results = new Map(wanted.map(({ position, row }) => [position, row]));
    this.used = results;
    for (const { position } of steps) {
      for (const input of new Set(operations[position]!.inputs)) {
        this.#uses.set(input, (this.#uses.get(input) ?? 0) + 1);
      }
    }
  }

  slotOf(position: number): number {
    return most.fixed + this.#rows.get(position)!;
  }

  /** The slot of a value that is computed now. */
  take(position: number): number {
    this.#rows.set(position, this.#results.get(position) ?? this.#free.pop() ?? this.used++);
    return this.slotOf(position);
  }

  isResult(position: number): boolean {
    return this.#results.has(position);
  }

  /** Counts a step that uses values. */
  use(inputs: readonly number[]): void {
    for (const input of new Set(inputs)) {
      const left = this.#uses.get(input)! - 1;
      this.#uses.set(input, left);
      const row = this.#rows.get(input);
      if (left === 0 && row !== undefined && !this.#results.has(input)) this.#free.push(row);
    }
  }
}

import type { Expression } from "./expression.ts";
import type { Program } from "./program.ts";
import type { RowVariable } from "./row-runner.ts";
import type { Runner } from "./runner.ts";
import type { Linearity } from "./structure.ts";

/** One parameter of a form, in the user's coordinates. */
export interface FormParameter {
  /** Smallest value allowed. @default -Infinity */
  lower?: number;
  /** Largest value allowed. @default Infinity */
  upper?: number;
  /** True where the parameter is the logarithm of the quantity that people quote (a = ln A). @default false */
  logarithm?: boolean;
  /**
   * True where it scales an input to the power of another parameter (A in A/N^alpha), so that the error of its logarithm is nearly
   * normal and its own is not. @default false
   */
  isScale?: boolean;
  /** Description of the parameter, for the documentation. */
  description?: string;
}

/** The interval that random starts of one parameter are drawn from, uniformly, in the user's coordinates. */
export type StartRange = readonly [low: number, high: number];

/** What the values of each input span, by its name. */
export type InputSpans = Readonly<Record<string, StartRange>>;

/**
 * How a form's parameters follow the units of its inputs and its output. The solver takes inputs and output in units in
 * which their mean is 1, so that neither starts nor steps depend on the units of the table.
 */
export interface FormUnits {
  /** Intervals of the random starts in those units, one a parameter. */
  start: Readonly<Record<string, StartRange>>;
  /**
   * Intervals, in those units, of the grid of starts from the form's structure, where they follow from what the inputs span: a step
   * lies among the data and may be steep. One whose low end is above 0 and 30 times below the high one has cells of equal ratio.
   *
   * @param inputs lowest and highest value of each
   * @default of every parameter that it does not name, `start`
   */
  grid?(inputs: InputSpans): Readonly<Record<string, StartRange>>;
  /** Whether the output has a unit: a loss has one, an accuracy does not. */
  output: boolean;
  /** Inputs that are in the same unit and keep it, a list a unit: tokens, and those of them that are unique. @default each has its own */
  together?: readonly (readonly string[])[];
  /** Whether the largest value of an input is 1 in the solver's units, and not the mean. @default false */
  largest?: boolean;
  /** Inputs that stay in the unit of the table, because no parameter follows it: numbers of experts, shares. @default none */
  held?: readonly string[];
  /**
   * Those parameters that change when every input v is given as `by[v]` times what it was, and the output as `by[output]` times:
   * the form of these at the new inputs is `by[output]` times the form of `p` at the old ones. A parameter that does not
   * depend on others must not read them.
   */
  rescaled(
    p: Readonly<Record<string, number>>,
    by: Readonly<Record<string, number>>,
  ): Readonly<Record<string, number>>;
}

/**
 * Other parameters of the same function, in which the solver works where the form's own are nearly degenerate: a power whose
 * exponent is nearly 0 and the offset that it is added to are hardly told apart. Starts, steps and ends are in these, with inputs and
 * output in the units of `FormUnits`; what users see is in the form's own.
 */
export interface FormCoordinates {
  /** The form's equation in them. */
  expression: string;
  /**
   * Those with the name of one of the form's own have its value, and its bounds narrowed to those given here. A problem with bounds of
   * its own on a parameter that is not among them is solved in the form's own.
   */
  parameters: Readonly<Record<string, FormParameter>>;
  /** Intervals of the random starts and of the grid of starts from the form's structure, one a parameter. */
  start: Readonly<Record<string, StartRange>>;
  /**
   * Intervals of the random starts of those coordinates that are sought among the inputs; the grid goes beyond.
   *
   * @param inputs what each input spans without the outermost 2 % of its values at both ends; no input has one value only
   * @default of every coordinate that it does not name, `start`
   */
  startAmong?(inputs: InputSpans): Readonly<Record<string, StartRange>>;
  /** The coordinates of the form's own parameters. */
  to(p: Readonly<Record<string, number>>): Readonly<Record<string, number>>;
  /** The form's own parameters of coordinates. */
  from(q: Readonly<Record<string, number>>): Readonly<Record<string, number>>;
}

/**
 * A form: an analytic function with parameters, and all that is known about it. Everything else (value,
 * gradient, kernel source, LaTeX, documentation) follows from this record alone.
 */
export interface FormRecord {
  /** What result tables call it: of a law that is given as an expression its equation. @default its name */
  title?: string;
  /** Name used in sweep files and tables, in kebab case: `chinchilla`. */
  name: string;
  /** `output = expression` in the notation of math.js: `L = exp(a - alpha*ln(N)) + E`. */
  expression: string;
  /** Parameters in the order of the solution vector. */
  parameters: Readonly<Record<string, FormParameter>>;
  /** Variables (inputs) in order, each with a short description and unit. */
  variables: Readonly<Record<string, string>>;
  /**
   * Named start ranges in the units of the table, for a form without `units`, and of problems that name them; `default` must be
   * there and cover every parameter. Those of built-in forms suppose counts and bits per byte.
   */
  startRanges: Readonly<Record<string, Readonly<Record<string, StartRange>>>>;
  /** How its parameters follow the units of the table. Without it the form is solved in the table's own units. */
  units?: FormUnits;
  /** What the solver works in instead of its own parameters. @default its own; needs `units` */
  coordinates?: FormCoordinates;
  /** Of a law of model size N and training tokens D: the optimal use of a budget (`computeOptimal`), if it is known. */
  bestSize?: BestSize;
  /** Description of the form, in a sentence. */
  description: string;
  /** Paper and equation. */
  source: string;
}

/**
 * The model size of the least loss under a budget of `c` FLOPs, C = 6 N D, with the exponent of the budget in it.
 *
 * @param p the form's parameters by name
 */
export type BestSize = (p: Readonly<Record<string, number>>, c: number) => { exponent: number; n: number };

/** Typical values of a form: every backend, the benchmark's conformance problems and the tests of all forms take them. */
export interface FormExample {
  /** Parameters by name, inside their bounds. Points in the ranges of the inputs must determine them. */
  parameters: Readonly<Record<string, number>>;
  /**
   * The interval that each input is taken from, evenly; evenly in the logarithm where it lies above 1e6. The output must be
   * positive there, because residuals of logarithms are tested too.
   */
  inputs: Readonly<Record<string, readonly [low: number, high: number]>>;
  /**
   * Whether units of the form can change places and its slope has kinks, as a network's: there are many minima, some of
   * them on a kink where no step makes progress, and parameters that no data determine. Only its plain residuals are tested.
   * @default false
   */
  hasKinks?: boolean;
}

/** A form that is compiled with the package, documented and tested on every backend. */
export interface BuiltInForm extends FormRecord {
  /** Typical values, which every backend is tested with. */
  example: FormExample;
}

/**
 * A term exp(u) of the form with u = level + sum_j slope_j * column_j, u affine in the parameters. The
 * solver centres the columns of such terms (the level and its slopes are otherwise nearly collinear) and
 * caps the change of u in one step.
 */
export interface LogTerm {
  /** Index of the parameter that enters u with coefficient +1 or -1 and no column. */
  level: number;
  levelSign: 1 | -1;
  slopes: { parameter: number; column: number; sign: 1 | -1 }[];
}

/** A form made ready for use: parsed, checked, differentiated. */
export interface Form {
  /** What it was made of. */
  record: FormRecord;
  name: string;
  /** Name on the left side of its equation. */
  output: string;
  /** In the order of the solution vector, which is that of the record. */
  parameterNames: string[];
  variableNames: string[];
  /** Lower bounds in the user's coordinates, one a parameter. */
  lower: Float64Array;
  /** Upper bounds in the user's coordinates, one a parameter. */
  upper: Float64Array;
  /** The parsed right-hand side. */
  expression: Expression;
  /** Subexpressions of variables alone, which the host computes once per point (`ln(N)`); at least the variables used. */
  columns: Expression[];
  /** Its exponential terms, in which the solver centres its steps. */
  logTerms: LogTerm[];
  /** Index of the parameter that is added to the sum of all log-terms and occurs nowhere else, if there is one. */
  offset: number | undefined;
  /** How the form depends on each parameter that it is linear in once the others are given; undefined for those others. */
  linearity: (Linearity | undefined)[];
  /** Value of the form. `parameters` in record order, `variables` in record order. */
  value(parameters: ArrayLike<number>, variables: ArrayLike<number>): number;
  /** Value, and the gradient with respect to the parameters written to `gradient` (length = parameters). */
  gradient(parameters: ArrayLike<number>, variables: ArrayLike<number>, gradient: Float64Array): number;
  /** The value at many points (see `Runner`). */
  valueAt: Runner["valueAt"];
  /** Value and gradient at many points (see `Runner`). */
  gradientAt: Runner["gradientAt"];
  /**
   * The value at many parameters, the same as `value` gives of one row after the other.
   *
   * @param parameters rows x parameters, row-major, in record order; or one row for all
   * @param variables in record order, each one number for all rows or one a row
   * @param values takes the value of each row
   */
  valueOfRows(parameters: Float64Array, variables: readonly RowVariable[], values: Float64Array): void;
  /** The columns of one point from its variables. */
  columnValues(variables: ArrayLike<number>, columns: Float64Array): void;
  /** Value and derivatives as straight-line code, which backends without a compiler translate. */
  program: Program;
  /** The columns of many points (see `Runner`). */
  columnsAt: Runner["columnsAt"];
  /** The form in the coordinates that the solver works in, with their names for parameters; undefined where these are its own. */
  inCoordinates: Form | undefined;
  /** Text of the C++ struct `LawfitForm` that the kernels are compiled with (see kernels/form.md). */
  kernelSource: string;
  /** Text of the struct that kernels are trained with. */
  trainingSource: string;
  /** Its equation in LaTeX, without delimiters. */
  latex: string;
}

/** What result tables call a form. */
export const titleOf = ({ name, record }: Pick<Form, "name" | "record">): string => record.title ?? name;

/** A family of forms that differ in their numbers of inputs and are made from one record. */
export interface FormFamily {
  /** Name of its forms up to their sizes: `mix-m4` of `mix-m4-2`. */
  name: string;
  /** The meaning of each size, in the order of the name: `sources`. */
  sizes: readonly SizeOfFamily[];
  /** Sizes and examples of the members that are built in. */
  builtIn: readonly { sizes: readonly number[]; example: FormExample }[];
  /** The member of those sizes. */
  make(...sizes: number[]): FormRecord;
}

/** One size in the names of a family's forms. */
interface SizeOfFamily {
  counts: string;
  least: number;
  most: number;
}

/** Name of a member. */
export function memberName({ name }: Pick<FormFamily, "name">, sizes: readonly number[]): string {
  return [name, ...sizes].join("-");
}

/** The member of a name; undefined for a name that no member has. */
export function memberOf(family: FormFamily, name: string): FormRecord | undefined {
  const prefix = `${family.name}-`;
  if (!name.startsWith(prefix)) return undefined;
  const texts = name.slice(prefix.length).split("-");
  if (texts.length !== family.sizes.length || !texts.every((text) => /^[1-9]\d*$/.test(text)))
    return undefined;
  const sizes = texts.map(Number);
  const isWithin = family.sizes.every(({ least, most }, i) => sizes[i]! >= least && sizes[i]! <= most);
  return isWithin ? family.make(...sizes) : undefined;
}

/** The names of a family in words: `mix-m4-<sources: 1 to 64>`. */
export function describeNames({ name, sizes }: FormFamily): string {
  return [name, ...sizes.map(({ counts, least, most }) => `<${counts}: ${least} to ${most}>`)].join("-");
}

/** 1, 2, ... up to a number. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

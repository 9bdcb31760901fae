import { differentiator } from "./differentiate.ts";
import { variable } from "./expression.ts";
import type { LogTerm } from "./form.ts";
import type { Graph, NodeId } from "./graph.ts";
import type { LogTerms } from "./log-terms.ts";
import { Lowering } from "./lowering.ts";
import type { Operation } from "./operations.ts";
import { type Program, type Step, sharedOperations, stepsTo, usedColumns } from "./program.ts";
import type { Linearity } from "./structure.ts";

/**
 * Text of the C++ struct `LawfitForm` (see kernels/form.md). It holds no names of the form, so two forms with the
 * same expression have the same text.
 */
export function kernelSource(
  program: Program,
  { terms: logTerms, offset }: LogTerms,
  linearity: readonly (Linearity | undefined)[],
): string {
  const { operations, parameters, columns, shared, value, gradient, hessian } = program;
  const gradientOutputs = outputsOf("g", gradient);
  const ofPoint = { returns: "V", inputs: ["p", "s", "x"], result: value, shared };
  return [
    "struct LawfitForm {",
    `  static constexpr int parameters = ${parameters};`,
    `  static constexpr int columns = ${columns.length};`,
    `  static constexpr int shared = ${shared.length};`,
    `  static constexpr int terms = ${logTerms.length};`,
    `  static constexpr int offset = ${offset ?? -1};`,
    "",
    ...logTermFunctions(logTerms),
    curvedFunction(program),
    linearFunction(linearity),
    "",
    ...writeMethod(operations, {
      ...{ returns: "void", name: "prepare", inputs: ["p"], written: ["s"] },
      outputs: outputsOf("s", shared),
    }),
    "",
    ...writeMethod(operations, { ...ofPoint, name: "value", written: [], outputs: [] }),
    "",
    ...writeMethod(operations, { ...ofPoint, name: "gradient", written: ["g"], outputs: gradientOutputs }),
    "",
    ...writeMethod(operations, {
      ...{ ...ofPoint, name: "hessian", written: ["g", "h"] },
      outputs: [...gradientOutputs, ...outputsOf("h", hessian.filter(isNotZero(operations)))],
    }),
    "};",
    "",
  ].join("\n");
}

/** `target = value of the operation at position;` */
interface Output {
  target: string;
  position: number;
}

/** Values at the positions, written to an array. */
function outputsOf(array: string, positions: readonly number[]): Output[] {
  return positions.map((position, i) => ({ target: `${array}[${i}]`, position }));
}

/** A method of the struct. */
interface Method {
  returns: string;
  name: string;
  inputs: readonly string[];
  written: readonly string[];
  outputs: readonly Output[];
  /** Position of what it returns. */
  result?: number;
  /** Positions whose values it finds in `s`. */
  shared?: readonly number[];
}

/** Lines of a method of the struct. */
function writeMethod(
  operations: readonly Operation[],
  { returns, name, inputs, written, outputs, result, shared = [] }: Method,
): string[] {
  const { lines, names, write } = statements(operations, sharedNames(shared));
  write([...outputs.map(({ position }) => position), ...(result === undefined ? [] : [result])]);
  for (const { target, position } of outputs) lines.push(`    ${target} = ${names.get(position)};`);
  if (result !== undefined) lines.push(`    return ${names.get(result)};`);
  const body = lines.join("\n");
  const list = [
    ...inputs.map((input) => argument(body, input, "const V*")),
    ...written.map((output) => argument(body, output, "V*")),
  ];
  const head = `  template <class V> LF_INLINE static ${returns} ${name}(${list.join(", ")})`;
  return lines.length === 0 ? [`${head} {}`] : [`${head} {`, body, "  }"];
}

function sharedNames(shared: readonly number[]): Map<number, string> {
  return new Map(shared.map((position, k) => [position, `s[${k}]`]));
}

/** An argument, without its name where the body does not use it: compilers warn of those. */
function argument(body: string, name: string, type: string): string {
  return body.includes(`${name}[`) ? `${type} ${name}` : type;
}

/**
 * Statements that compute operations, `const V t0 = ...;`, each once.
 *
 * @param names what has a name already and is not computed; `write` adds to it
 */
function statements(operations: readonly Operation[], names: Map<number, string>) {
  const given = new Set(names.keys());
  const lines: string[] = [];
  const write = (roots: readonly number[]): void => {
    for (const { position, operator } of stepsTo(operations, roots, given)) {
      if (names.has(position)) continue;
      const operation = operations[position]!;
      const text = operationText({ ...operation, operator }, names);
      if (isInline(operation)) names.set(position, text);
      else {
        names.set(position, `t${lines.length}`);
        lines.push(`    const V t${lines.length} = ${text};`);
      }
    }
  };
  return { lines, names, write };
}

/** Leaves and signs are written where they are used and need no statement. */
function isInline({ operator }: Operation): boolean {
  return operator === "number" || operator === "parameter" || operator === "column" || operator === "negate";
}

function operationText(
  { operator, inputs, value }: Pick<Operation, "inputs" | "value"> & Pick<Step, "operator">,
  names: ReadonlyMap<number, string>,
): string {
  const [a, b, c] = inputs.map((input) => names.get(input)!);
  switch (operator) {
    case "number":
      return `V(${literal(value)})`;
    case "parameter":
      return `p[${value}]`;
    case "column":
      return `x[${value}]`;
    case "negate":
      return `-${a}`;
    case "add":
      return `${a} + ${b}`;
    case "subtract":
      return `${a} - ${b}`;
    case "multiply":
      return `${a} * ${b}`;
    case "fma":
      return `lf::fma(${a}, ${b}, ${c})`;
    case "reciprocal":
      return `lf::reciprocal(${a})`;
    default:
      return `lf::${operator}(${[a, b].filter((argument) => argument !== undefined).join(", ")})`;
  }
}

/** Whether the value at a position is not zero everywhere. */
function isNotZero(operations: readonly Operation[]): (position: number) => boolean {
  return (position) => {
    const { operator, value } = operations[position]!;
    return operator !== "number" || value !== 0;
  };
}

/** Which second derivatives are not zero everywhere. */
function curvedFunction({ parameters, operations, hessian }: Program): string {
  const tests: string[] = [];
  for (let i = 0, k = 0; i < parameters; ++i) {
    for (let j = 0; j <= i; ++j, ++k) {
      if (isNotZero(operations)(hessian[k]!)) tests.push(`(i == ${i} && j == ${j})`);
    }
  }
  return `  LF_INLINE static constexpr bool curved(int i, int j) { return ${tests.join(" || ") || "i < 0 && j < 0"}; }`;
}

/** How the form depends on each parameter, given those that it is not linear in. */
function linearFunction(linearity: readonly (Linearity | undefined)[]): string {
  const codes = { itself: 1, exp: 2, "exp of minus": -2 };
  const cases = linearity.map((how, p) => (how === undefined ? "" : `p == ${p} ? ${codes[how]} : `)).join("");
  return `  LF_INLINE static constexpr int linear(int${cases && " p"}) { return ${cases}0; }`;
}

/** The shortest decimal that reads back as the same float64. */
function literal(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function logTermFunctions(logTerms: readonly LogTerm[]): string[] {
  const slopes = logTerms.flatMap((term, t) =>
    term.slopes.map((slope) => ({
      test: `t == ${t} && p == ${slope.parameter} && c == ${slope.column}`,
      value: slope.sign,
    })),
  );
  const line = (head: string, cases: { test: string; value: number }[], otherwise: number): string => {
    const body = cases.map(({ test, value }) => `${test} ? ${value} : `).join("");
    return `  LF_INLINE static constexpr int ${head} { return ${body}${otherwise}; }`;
  };
  // A value that all terms share needs no test of the term.
  const perTerm = (name: string, values: number[]): string => {
    const last = values.at(-1) ?? 0;
    if (values.every((value) => value === last)) return line(`${name}(int)`, [], last);
    const cases = values.slice(0, -1).map((value, t) => ({ test: `t == ${t}`, value }));
    return line(`${name}(int t)`, cases, last);
  };
  return [
    perTerm(
      "term_level",
      logTerms.map((term) => term.level),
    ),
    perTerm(
      "term_level_sign",
      logTerms.map((term) => term.levelSign),
    ),
    line(logTerms.length > 0 ? "term_slope(int t, int p, int c)" : "term_slope(int, int, int)", slopes, 0),
  ];
}

/**
 * Text of the C++ struct `LawfitForm` that kernels are trained with (see kernels/form.md): the form's value, and its
 * gradient times a number that depends on the value, added to sums. One method does both, so that what they share is computed
 * once; and the number goes into the common factors of the gradient, not into each of its elements. No second derivatives.
 *
 * @param variables number of the form's variables
 */
export function trainingSource(graph: Graph, root: NodeId, parameters: number, variables: number): string {
  // Values that are not part of the form are further columns of the graph: the number, and the sums before this point.
  const added = (index: number): NodeId => graph.column(variable(variables + index));
  const seed = added(0);
  const derivative = differentiator(graph);
  const sums = Array.from({ length: parameters }, (_, i) => {
    const slope = graph.product(1, [seed, derivative(root, i)]);
    return graph.sum(0, [
      { coefficient: 1, node: added(1 + i) },
      { coefficient: 1, node: slope },
    ]);
  });
  const columns = usedColumns(graph, root);
  const rawOf = (id: NodeId): number => {
    const node = graph.node(id);
    if (node.kind !== "column") throw new Error(`unreachable: node ${id} is not a column`);
    return node.index;
  };
  const addedColumns = Array.from({ length: 1 + parameters }, (_, index) => rawOf(added(index)));
  const lowering = new Lowering(graph, [...columns, ...addedColumns]);
  lowering.prepareProducts([root, ...sums]);
  const value = lowering.lower(root);
  const outputs = sums.map((id) => lowering.lower(id));
  const { operations } = lowering.list;
  const shared = sharedOperations(operations, [value, ...outputs]);

  const given = sharedNames(shared);
  operations.forEach(({ operator, value: column }, position) => {
    if (operator !== "column" || column < columns.length) return;
    given.set(position, column === columns.length ? "slope" : `g[${column - columns.length - 1}]`);
  });
  const { lines, names, write } = statements(operations, given);
  write([value]);
  lines.push(`    const V slope = slope_at(${names.get(value)});`);
  write(outputs);
  outputs.forEach((position, i) => {
    lines.push(`    g[${i}] = ${names.get(position)};`);
  });
  const body = lines.join("\n");
  return [
    "struct LawfitForm {",
    `  static constexpr int parameters = ${parameters};`,
    `  static constexpr int columns = ${columns.length};`,
    `  static constexpr int shared = ${shared.length};`,
    "  static constexpr int terms = 0;",
    "",
    ...writeMethod(operations, {
      ...{ returns: "void", name: "prepare", inputs: ["p"], written: ["s"] },
      outputs: outputsOf("s", shared),
    }),
    "",
    `  template <class V, class SlopeAt> LF_INLINE static void descend(${["p", "s", "x"].map((name) => argument(body, name, "const V*")).join(", ")}, const SlopeAt& slope_at, V* g) {`,
    body,
    "  }",
    "};",
    "",
  ].join("\n");
}

import { differentiator } from "./differentiate.ts";
import { variable } from "./expression.ts";
import type { LogTerm } from "./form.ts";
import type { Graph, NodeId } from "./graph.ts";
import type { LogTerms } from "./log-terms.ts";
import { Lowering } from "./lowering.ts";
import type { Operation } from "./operations.ts";
import { neededFor, type Program, sharedOperations, usedColumns } from "./program.ts";

/**
 * Text of the C++ struct `LawfitForm` (see kernels/form.md). It holds no names of the form, so two forms with the
 * same expression have the same text.
 */
export function kernelSource(program: Program, { terms: logTerms, offset }: LogTerms): string {
  const { parameters, columns, shared, value, gradient, hessian } = program;
  const vector = (name: string, positions: readonly number[]): Output[] =>
    positions.map((position, i) => ({ target: `${name}[${i}]`, position }));
  const gradientOutputs = vector("g", gradient);
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
    "",
    ...method(program, "void", "prepare", ["p"], ["s"], vector("s", shared)),
    "",
    ...method(program, "V", "value", ["p", "s", "x"], [], [], value),
    "",
    ...method(program, "V", "gradient", ["p", "s", "x"], ["g"], gradientOutputs, value),
    "",
    ...method(
      program,
      "V",
      "hessian",
      ["p", "s", "x"],
      ["g", "h"],
      [...gradientOutputs, ...vector("h", hessian)],
      value,
    ),
    "};",
    "",
  ].join("\n");
}

/** `target = value of the operation at position;` */
interface Output {
  target: string;
  position: number;
}

function method(
  program: Program,
  returnType: string,
  name: string,
  inputs: string[],
  written: string[],
  outputs: Output[],
  result?: number,
): string[] {
  const shared = inputs.includes("s") ? program.shared : [];
  return writeMethod(program.operations, returnType, name, inputs, written, outputs, result, shared);
}

/** Lines of a method of the struct; `shared` are positions whose values it finds in `s`. */
function writeMethod(
  operations: readonly Operation[],
  returnType: string,
  name: string,
  inputs: string[],
  written: string[],
  outputs: Output[],
  result?: number,
  shared: readonly number[] = [],
): string[] {
  const roots = [...outputs.map((output) => output.position), ...(result === undefined ? [] : [result])];
  const hidden = new Set(shared);
  const cut = operations.map((operation, i) => (hidden.has(i) ? { ...operation, inputs: [] } : operation));
  const names = new Map<number, string>(shared.map((position, k) => [position, `s[${k}]`]));
  const body: string[] = [];
  for (const position of neededFor(cut, roots)) {
    if (hidden.has(position)) continue;
    const text = operationText(operations[position]!, names);
    if (isInline(operations[position]!)) names.set(position, text);
    else {
      names.set(position, `t${body.length}`);
      body.push(`    const V t${body.length} = ${text};`);
    }
  }
  for (const { target, position } of outputs) body.push(`    ${target} = ${names.get(position)};`);
  if (result !== undefined) body.push(`    return ${names.get(result)};`);
  const all = body.join("\n");
  const argument = (name: string, type: string): string =>
    all.includes(`${name}[`) ? `${type} ${name}` : type;
  const list = [...inputs.map((i) => argument(i, "const V*")), ...written.map((w) => argument(w, "V*"))].join(
    ", ",
  );
  const head = `  template <class V> LF_INLINE static ${returnType} ${name}(${list})`;
  return body.length === 0 ? [`${head} {}`] : [`${head} {`, ...body, "  }"];
}

/** Leaves and signs stand where they are used and need no statement. */
function isInline({ operator }: Operation): boolean {
  return operator === "number" || operator === "parameter" || operator === "column" || operator === "negate";
}

function operationText({ operator, inputs, value }: Operation, names: ReadonlyMap<number, string>): string {
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

/** Which second derivatives are not zero everywhere. */
function curvedFunction({ parameters, operations, hessian }: Program): string {
  const tests: string[] = [];
  for (let i = 0, k = 0; i < parameters; ++i) {
    for (let j = 0; j <= i; ++j, ++k) {
      const { operator, value } = operations[hessian[k]!]!;
      if (operator !== "number" || value !== 0) tests.push(`(i == ${i} && j == ${j})`);
    }
  }
  return `  LF_INLINE static constexpr bool curved(int i, int j) { return ${tests.join(" || ") || "i < 0 && j < 0"}; }`;
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
  // What is not the form's stands in the graph as columns of its own: the number, and the sums before this point.
  const own = (index: number): NodeId => graph.column(variable(variables + index));
  const seed = own(0);
  const derivative = differentiator(graph);
  const sums = Array.from({ length: parameters }, (_, i) => {
    const slope = graph.product(1, [seed, derivative(root, i)]);
    return graph.sum(0, [
      { coefficient: 1, node: own(1 + i) },
      { coefficient: 1, node: slope },
    ]);
  });
  const columns = usedColumns(graph, root);
  const rawOf = (id: NodeId): number => {
    const node = graph.node(id);
    if (node.kind !== "column") throw new Error(`unreachable: node ${id} is no column`);
    return node.index;
  };
  const owned = Array.from({ length: 1 + parameters }, (_, index) => rawOf(own(index)));
  const lowering = new Lowering(graph, [...columns, ...owned]);
  lowering.prepareProducts([root, ...sums]);
  const value = lowering.lower(root);
  const outputs = sums.map((id) => lowering.lower(id));
  const { operations } = lowering.list;
  const shared = sharedOperations(operations, [value, ...outputs]);
  const prepared = shared.map((position, i) => ({ target: `s[${i}]`, position }));

  const names = new Map<number, string>(shared.map((position, i) => [position, `s[${i}]`]));
  operations.forEach(({ operator, value: column }, position) => {
    if (operator !== "column" || column < columns.length) return;
    names.set(position, column === columns.length ? "slope" : `g[${column - columns.length - 1}]`);
  });
  const cut = operations.map((operation, i) => (names.has(i) ? { ...operation, inputs: [] } : operation));
  const lines: string[] = [];
  const write = (roots: readonly number[]): void => {
    for (const position of neededFor(cut, roots)) {
      if (names.has(position)) continue;
      const text = operationText(operations[position]!, names);
      if (isInline(operations[position]!)) names.set(position, text);
      else {
        const name = `t${lines.length}`;
        names.set(position, name);
        lines.push(`    const V ${name} = ${text};`);
      }
    }
  };
  write([value]);
  lines.push(`    const V slope = slope_at(${names.get(value)});`);
  write(outputs);
  outputs.forEach((position, i) => {
    lines.push(`    g[${i}] = ${names.get(position)};`);
  });
  const body = lines.join("\n");
  const argument = (name: string): string => (body.includes(`${name}[`) ? `const V* ${name}` : "const V*");
  return [
    "struct LawfitForm {",
    `  static constexpr int parameters = ${parameters};`,
    `  static constexpr int columns = ${columns.length};`,
    `  static constexpr int shared = ${shared.length};`,
    "  static constexpr int terms = 0;",
    "",
    ...writeMethod(operations, "void", "prepare", ["p"], ["s"], prepared),
    "",
    `  template <class V, class SlopeAt> LF_INLINE static void descend(${["p", "s", "x"].map(argument).join(", ")}, const SlopeAt& slope_at, V* g) {`,
    body,
    "  }",
    "};",
    "",
  ].join("\n");
}

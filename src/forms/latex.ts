import { type Expression, type FunctionName, needsParentheses } from "./expression.ts";

const greekNames = new Set(
  (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau upsilon phi chi psi omega " +
    "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
  ).split(" "),
);

const functionText: Record<FunctionName, string> = {
  exp: "\\exp",
  ln: "\\ln",
  log10: "\\log_{10}",
  log2: "\\log_{2}",
  sqrt: "\\sqrt",
  abs: "",
  min: "\\min",
  max: "\\max",
  relu: "\\operatorname{relu}",
  sin: "\\sin",
  cos: "\\cos",
  atan: "\\arctan",
  tanh: "\\tanh",
  sigmoid: "\\sigma",
  softplus: "\\operatorname{softplus}",
  log_sigmoid: "\\ln\\sigma",
};

/** A name as LaTeX: `alpha` is a Greek letter, `L0` and `alpha_N` have subscripts, long names are upright. */
export function latexName(name: string): string {
  const [, base = name, subscript] = /^([A-Za-z]+?)_?(\d+|(?<=_)\w+)?$/.exec(name) ?? [];
  const letter = greekNames.has(base) ? `\\${base}` : base.length === 1 ? base : upright(base);
  if (subscript === undefined) return letter;
  return `${letter}_${subscript.length === 1 ? subscript : /^\d+$/.test(subscript) ? `{${subscript}}` : `{${upright(subscript)}}`}`;
}

function upright(text: string): string {
  return `\\mathrm{${text.replaceAll("_", "\\_")}}`;
}

/** `output = expression` as LaTeX, without delimiters. */
export function latexForm(
  output: string,
  expression: Expression,
  parameterNames: readonly string[],
  variableNames: readonly string[],
): string {
  return `${latexName(output)} = ${latexOf(expression)}`;

  function latexOf(node: Expression): string {
    switch (node.kind) {
      case "number":
        return latexNumber(node.value);
      case "parameter":
        return latexName(parameterNames[node.index]!);
      case "variable":
        return latexName(variableNames[node.index]!);
      case "unary":
        return `-${needsParentheses("*", node.argument, "right") && !isFraction(node.argument) ? inParentheses(latexOf(node.argument)) : latexOf(node.argument)}`;
      case "call":
        return latexCall(node);
      case "binary":
        return latexBinary(node);
    }
  }

  function latexCall(node: Expression & { kind: "call" }): string {
    const args = node.arguments.map(latexOf);
    if (node.function === "abs") return `\\left|${args[0]}\\right|`;
    if (node.function === "sqrt") return `\\sqrt{${args[0]}}`;
    return `${functionText[node.function]}${inParentheses(args.join(", "))}`;
  }

  function latexBinary(node: Expression & { kind: "binary" }): string {
    const { operator } = node;
    if (operator === "/") return `\\frac{${latexOf(node.left)}}{${latexOf(node.right)}}`;
    const operand = (side: "left" | "right"): string => {
      const text = latexOf(node[side]);
      const grouped = operator === "^" && side === "right";
      if (grouped || !needsParentheses(operator, node[side], side)) return text;
      return isFraction(node[side]) && operator !== "^" ? text : inParentheses(text);
    };
    if (operator === "^") return `${operand("left")}^{${operand("right")}}`;
    if (operator !== "*") return `${operand("left")} ${operator} ${operand("right")}`;
    return `${operand("left")}${startsWithDigit(node.right) ? " \\cdot " : " \\, "}${operand("right")}`;
  }
}

function isFraction(node: Expression): boolean {
  return node.kind === "binary" && node.operator === "/";
}

/** True if juxtaposition would join two numbers into one. */
function startsWithDigit(node: Expression): boolean {
  if (node.kind === "number") return node.value !== Math.PI;
  return node.kind === "binary" && node.operator !== "/" && startsWithDigit(node.left);
}

function inParentheses(text: string): string {
  return `\\left(${text}\\right)`;
}

function latexNumber(value: number): string {
  if (value === Math.PI) return "\\pi";
  const [mantissa, exponent] = String(value).split("e");
  return exponent === undefined ? mantissa! : `${mantissa} \\cdot 10^{${Number(exponent)}}`;
}

/** A function of the form notation: how many arguments it takes and its value in float64. */
interface FormFunction {
  arguments: 1 | 2;
  evaluate(x: number, y: number): number;
}

/** ln(1 + exp(x)), without overflow. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** 1 / (1 + exp(-x)), without overflow and with full relative accuracy at both ends. */
function sigmoid(x: number): number {
  const decayed = Math.exp(-Math.abs(x));
  return (x >= 0 ? 1 : decayed) / (1 + decayed);
}

/** Functions that an expression tree can hold. */
export const formFunctions = {
  exp: { arguments: 1, evaluate: Math.exp },
  ln: { arguments: 1, evaluate: Math.log },
  log10: { arguments: 1, evaluate: Math.log10 },
  log2: { arguments: 1, evaluate: Math.log2 },
  sqrt: { arguments: 1, evaluate: Math.sqrt },
  abs: { arguments: 1, evaluate: Math.abs },
  min: { arguments: 2, evaluate: Math.min },
  max: { arguments: 2, evaluate: Math.max },
  relu: { arguments: 1, evaluate: (x) => Math.max(x, 0) },
  sin: { arguments: 1, evaluate: Math.sin },
  cos: { arguments: 1, evaluate: Math.cos },
  atan: { arguments: 1, evaluate: Math.atan },
  tanh: { arguments: 1, evaluate: Math.tanh },
  sigmoid: { arguments: 1, evaluate: sigmoid },
  softplus: { arguments: 1, evaluate: softplus },
  log_sigmoid: { arguments: 1, evaluate: (x) => -softplus(-x) },
} satisfies Record<string, FormFunction>;

export type FunctionName = keyof typeof formFunctions;

/** Other spellings, and functions that the parser writes in terms of others: `pow(a, b)` is `a^b`. */
export const functionAliases: Readonly<Record<string, FunctionName | "pow">> = {
  log: "ln",
  logsigmoid: "log_sigmoid",
  pow: "pow",
};

/** Every function name that a user may write. */
export const functionNames: readonly string[] = [
  ...Object.keys(formFunctions),
  ...Object.keys(functionAliases),
];

export function isFunctionName(name: string): name is FunctionName {
  return Object.hasOwn(formFunctions, name);
}

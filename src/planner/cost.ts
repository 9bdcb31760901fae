import { UserError } from "../errors.ts";
import { compileExpression } from "../forms/expression.ts";
import { parseForm } from "../forms/parse.ts";
import { formatNumber } from "../text.ts";

/** What a model of a size costs to train, or to train and to use. */
export interface Cost {
  /** As it was given. */
  expression: string;
  /** Whether it is 6 N D, for which laws have closed forms. */
  isTraining: boolean;
  /** The cost of a model of N parameters, trained on D tokens. */
  at(n: number, d: number): number;
  /** The tokens with which a model of N parameters uses up a budget; NaN where one token is too many. */
  tokensAt(n: number, budget: number): number;
}

/** FLOPs of training (Kaplan et al., 2020), and of training and inference over T tokens (Sardana et al., 2024, arXiv 2401.00448). */
const TRAINING = "6*N*D";
const TRAINING_AND_USE = "6*N*D + 2*N*T";

/** More tokens than any training has. */
const MOST_TOKENS = 1e30;

/**
 * Reads a cost: an expression of N, D and other inputs that are held, in the notation of forms.
 *
 * @param expression undefined for 6 N D, with tokens of inference T 6 N D + 2 N T
 * @param held inputs with their values, T among them where it is given
 * @throws UserError for a name that is no input
 */
export function readCost(
  expression: string | undefined,
  held: Readonly<Record<string, number>>,
  where: string,
): Cost {
  if (expression === undefined) {
    const { T: used = 0 } = held;
    return {
      ...{ expression: used > 0 ? TRAINING_AND_USE : TRAINING, isTraining: used === 0 },
      at: (n, d) => n * (6 * d + 2 * used),
      tokensAt: (n, budget) => orNone(budget / (6 * n) - used / 3),
    };
  }
  const names = ["N", "D", ...Object.keys(held)];
  const value = compileCost(expression, names, where);
  const others = Object.values(held);
  const at = (n: number, d: number): number => value([n, d, ...others]);
  return { expression, isTraining: false, at, tokensAt: (n, budget) => tokensOf((d) => at(n, d), budget) };
}

const orNone = (tokens: number): number => (tokens >= 1 ? tokens : Number.NaN);

/**
 * Compiles a cost as a function of the values of some names.
 *
 * @throws UserError for text that is no expression of them
 */
export function compileCost(
  expression: string,
  names: readonly string[],
  where: string,
): (values: readonly number[]) => number {
  try {
    const context = { form: "cost", parameterNames: [], variableNames: names };
    const value = compileExpression(parseForm(`cost = ${expression}`, context).expression);
    return (values) => value([], values);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${where}: ${error.message.replace('form "cost": ', "")}`);
  }
}

/** The tokens at which a rising cost is a budget: at once where it is linear in them, else by halves. */
function tokensOf(costAt: (d: number) => number, budget: number): number {
  const least = costAt(1);
  if (!(least <= budget)) return Number.NaN;
  const linear = 1 + (budget - least) / ((costAt(MOST_TOKENS) - least) / (MOST_TOKENS - 1));
  if (Math.abs(costAt(linear) / budget - 1) < 1e-14) return linear;
  let [low, high] = [0, Math.log(MOST_TOKENS)];
  for (let half = 0; half < 60; half++) {
    const middle = (low + high) / 2;
    if (costAt(Math.exp(middle)) <= budget) low = middle;
    else high = middle;
  }
  return Math.exp(low);
}

/** Sizes at which a cost is looked at, in each direction. */
const LOOKS = 25;

/**
 * Demands that a cost is above 0 and rises with N and with D within ranges.
 *
 * @throws UserError with a size at which it does not
 */
export function checkCost(
  { expression, at }: Cost,
  { n, d }: { n: readonly [number, number]; d: readonly [number, number] },
  where: string,
): void {
  const sizes = ([low, high]: readonly [number, number]): number[] =>
    Array.from({ length: LOOKS }, (_, i) => low * (high / low) ** (i / (LOOKS - 1)));
  const [ns, ds] = [sizes(n), sizes(d)];
  const refuse = (what: string, i: number, j: number): never => {
    const place = `N=${formatNumber(ns[i]!, 3)}, D=${formatNumber(ds[j]!, 3)}`;
    throw new UserError(
      `${where}: ${JSON.stringify(expression)} ${what} at ${place}; allowed: a cost that is above 0 and rises with N and D`,
    );
  };
  const costs = ns.map((size) => ds.map((tokens) => at(size, tokens)));
  costs.forEach((row, i) => {
    row.forEach((cost, j) => {
      if (!(cost > 0 && Number.isFinite(cost))) refuse(`is ${formatNumber(cost, 4)}`, i, j);
      if (j > 0 && !(cost > row[j - 1]!)) refuse("does not rise with D", i, j);
      if (i > 0 && !(cost >= costs[i - 1]![j]!)) refuse("falls with N", i, j);
    });
  });
}

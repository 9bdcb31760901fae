import {
  binary,
  compileExpression,
  contains,
  type Expression,
  factorsOf,
  indicesOf,
  negate,
  number,
  type Part,
  termsOf,
} from "./expression.ts";
import type { FormUnits } from "./form.ts";
import { type LogPolynomial, logPolynomials, shiftedCoefficients } from "./log-polynomial.ts";
import { ownStarts } from "./own-starts.ts";

/**
 * How a quantity changes with the units of inputs and output: by the product of each unit's factor to the power of an expression of
 * parameters. Units by the number of the variable; -1 is that of the output.
 */
type Scale = ReadonlyMap<number, Expression>;

const OUTPUT = -1;
const NONE: Scale = new Map();

/** What happens to a parameter in other units: it is multiplied by the scale, or the scale's logarithm is added to it. */
interface Change {
  kind: "factor" | "shift";
  scale: Scale;
}

/** Points at which two exponents are compared. */
const PROBES = [0.37, 1.71, 0.93].map((seed) => (index: number) => 0.3 + ((seed * (index + 1) * 7.31) % 1));

/** A sum of two scales. @param times what the second is multiplied by */
function plus(a: Scale, b: Scale, times: Expression = number(1)): Scale {
  const sum = new Map(a);
  for (const [unit, exponent] of b) {
    const more = isOne(times) ? exponent : binary("*", times, exponent);
    const before = sum.get(unit);
    sum.set(unit, before === undefined ? more : binary("+", before, more));
  }
  return sum;
}

const minus = (a: Scale, b: Scale): Scale => plus(a, b, number(-1));
const scaled = (a: Scale, times: Expression): Scale => plus(NONE, a, times);
const isOne = (expression: Expression) => expression.kind === "number" && expression.value === 1;

/** Functions that give their arguments' unit. */
const LINEAR = ["abs", "relu", "min", "max"];

/**
 * One try to give every parameter a change by which the expression follows the units of its inputs and its output, some of which
 * are held. Every method says whether it succeeded.
 */
class Attempt {
  readonly changes = new Map<number, Change>();
  /** Polynomials of the logarithm of what has a scale: their coefficients change before anything else happens to them. */
  readonly polynomials: { polynomial: LogPolynomial; scale: Scale }[] = [];
  readonly #uses = new Map<number, number>();
  readonly #held: ReadonlySet<number>;

  constructor(expression: Expression, held: ReadonlySet<number>) {
    this.#held = held;
    const count = (node: Expression): void => {
      if (node.kind === "parameter") this.#uses.set(node.index, (this.#uses.get(node.index) ?? 0) + 1);
      if (node.kind === "unary") count(node.argument);
      if (node.kind === "binary") [node.left, node.right].forEach(count);
      if (node.kind === "call") node.arguments.forEach(count);
    };
    count(expression);
  }

  /** Whether two scales are the same for all parameters. */
  #areEqual(a: Scale, b: Scale): boolean {
    const difference = minus(a, b);
    return [...difference].every(([unit, exponent]) => {
      if (this.#held.has(unit)) return true;
      const value = compileExpression(exponent);
      const parameters = Array.from({ length: 600 }, (_, p) => p);
      return PROBES.every((probe) => Math.abs(value(parameters.map(probe), [])) < 1e-9);
    });
  }

  #set(index: number, change: Change): boolean {
    const before = this.changes.get(index);
    if (before === undefined) {
      this.changes.set(index, change);
      return true;
    }
    return before.kind === change.kind && this.#areEqual(before.scale, change.scale);
  }

  /** Whether a parameter of its own can take any scale. */
  #takesAny(node: Expression): boolean {
    switch (node.kind) {
      case "parameter":
        return this.#isFree(node.index);
      case "unary":
        return this.#takesAny(node.argument);
      case "binary":
        if (node.operator === "^")
          return this.#takesAny(node.left) && indicesOf(node.right, "variable").size === 0;
        if (node.operator === "+" || node.operator === "-")
          return this.#takesAny(node.left) && this.#takesAny(node.right);
        return this.#takesAny(node.left) || this.#takesAny(node.right);
      case "call":
        if (node.function === "exp") return this.#levelOf(node.arguments[0]!) !== undefined;
        return (
          (node.function === "sqrt" || LINEAR.includes(node.function)) &&
          node.arguments.every((argument) => this.#takesAny(argument))
        );
      default:
        return false;
    }
  }

  #isFree(index: number): boolean {
    return !this.changes.has(index) && this.#uses.get(index) === 1;
  }

  #levelOf(exponent: Expression): (Part & { node: { kind: "parameter"; index: number } }) | undefined {
    return termsOf(exponent).find(
      (term): term is Part & { node: { kind: "parameter"; index: number } } =>
        term.node.kind === "parameter" && this.#isFree(term.node.index),
    );
  }

  /** Makes the expression change by that scale. */
  give(node: Expression, wanted: Scale): boolean {
    switch (node.kind) {
      case "number":
        return this.#areEqual(wanted, NONE) || node.value === 0;
      case "parameter":
        return this.#set(node.index, { kind: "factor", scale: wanted });
      case "variable":
        return this.#areEqual(wanted, new Map([[node.index, number(1)]]));
      case "unary":
        return this.give(node.argument, wanted);
      case "call":
        return this.#giveCall(node, wanted);
      case "binary":
        break;
    }
    if (node.operator === "+" || node.operator === "-") return this.#giveTerms(termsOf(node), wanted);
    if (node.operator === "^") return this.#givePower(node.left, node.right, wanted);
    const factors = factorsOf(node);
    const taking =
      factors.find((factor) => factor.node.kind === "parameter" && this.#isFree(factor.node.index)) ??
      factors.find((factor) => this.#takesAny(factor.node));
    let left: Scale | undefined = wanted;
    for (const { node: factor, sign } of factors) {
      if (factor === taking?.node) continue;
      const own = this.#own(factor);
      if (own === undefined) return false;
      left = plus(left, own, number(-sign));
    }
    if (taking === undefined) return this.#areEqual(left, NONE);
    return this.give(taking.node, scaled(left, number(taking.sign)));
  }

  /** Terms that can take no scale of their own first, which say whether this one can be. */
  #giveTerms(terms: readonly Part[], wanted: Scale): boolean {
    const others = this.#withoutPolynomials(terms, wanted);
    const order = [...others].sort((a, b) => Number(this.#takesAny(a.node)) - Number(this.#takesAny(b.node)));
    return order.every((term) => this.give(term.node, wanted));
  }

  /** Notes the polynomials of a sum of which all but the constant change by that scale. @returns the other terms */
  #withoutPolynomials(terms: readonly Part[], wanted: Scale): readonly Part[] {
    const { polynomials, others } = logPolynomials(terms, (index) => this.#isFree(index));
    for (const polynomial of polynomials) {
      const scale = this.#own(polynomial.of);
      if (scale === undefined) return terms;
      this.polynomials.push({ polynomial, scale });
      for (const { index } of polynomial.coefficients.slice(1))
        this.#set(index, { kind: "factor", scale: wanted });
    }
    return others;
  }

  #givePower(base: Expression, exponent: Expression, wanted: Scale): boolean {
    if (!this.give(exponent, NONE)) return false;
    if (indicesOf(exponent, "variable").size > 0)
      return this.#areEqual(wanted, NONE) && this.give(base, NONE);
    return this.give(base, scaled(wanted, binary("/", number(1), exponent)));
  }

  #giveCall(node: Extract<Expression, { kind: "call" }>, wanted: Scale): boolean {
    const [first] = node.arguments;
    if (node.function === "exp") return this.#giveLogarithm(first!, wanted);
    if (node.function === "sqrt") return this.give(first!, scaled(wanted, number(2)));
    if (LINEAR.includes(node.function)) {
      return this.#giveTerms(
        node.arguments.map((argument) => ({ node: argument, sign: 1 })),
        wanted,
      );
    }
    return this.#areEqual(wanted, NONE) && node.arguments.every((argument) => this.give(argument, NONE));
  }

  /** Makes exp(exponent) change by that scale. */
  #giveLogarithm(exponent: Expression, wanted: Scale): boolean {
    const level = this.#levelOf(exponent);
    let left: Scale = wanted;
    for (const { node, sign } of this.#withoutPolynomials(termsOf(exponent), NONE)) {
      if (node === level?.node) continue;
      const own = this.#logarithm(node);
      if (own === undefined) return false;
      left = plus(left, own, number(-sign));
    }
    if (level === undefined) return this.#areEqual(left, NONE);
    return this.#set(level.node.index, { kind: "shift", scale: scaled(left, number(level.sign)) });
  }

  /** What is added to a term of an exponent: of `alpha*ln(N)` alpha times the logarithm of N's factor. */
  #logarithm(term: Expression): Scale | undefined {
    const factors = factorsOf(term);
    const logs = factors.filter(({ node }) => node.kind === "call" && node.function === "ln");
    const others = factors.filter((factor) => !logs.includes(factor));
    const isLinear = others.every(({ node }) => indicesOf(node, "variable").size === 0);
    if (logs.length !== 1 || logs[0]!.sign !== 1 || !isLinear)
      return this.give(term, NONE) ? NONE : undefined;
    if (!others.every(({ node }) => this.give(node, NONE))) return undefined;
    const call = logs[0]!.node as Extract<Expression, { kind: "call" }>;
    const own = this.#own(call.arguments[0]!);
    const times = others.reduce(
      (product, { node, sign }) => binary(sign > 0 ? "*" : "/", product, node),
      signOf(term),
    );
    return own && scaled(own, times);
  }

  /** The scale that an expression has by itself; its free parameters then keep their values. */
  #own(node: Expression): Scale | undefined {
    switch (node.kind) {
      case "number":
        return NONE;
      case "parameter": {
        const change = this.changes.get(node.index);
        if (change?.kind === "shift") return undefined;
        if (change === undefined) this.#set(node.index, { kind: "factor", scale: NONE });
        return change?.scale ?? NONE;
      }
      case "variable":
        return new Map([[node.index, number(1)]]);
      case "unary":
        return this.#own(node.argument);
      case "call": {
        const [first] = node.arguments;
        if (node.function === "sqrt") return scaledOrNone(this.#own(first!), number(0.5));
        if (LINEAR.includes(node.function)) return this.#ownOfTerms(node, node.arguments);
        return this.give(node, NONE) ? NONE : undefined;
      }
      case "binary":
        break;
    }
    if (node.operator === "^") {
      if (indicesOf(node.right, "variable").size > 0) return this.give(node, NONE) ? NONE : undefined;
      if (!this.give(node.right, NONE)) return undefined;
      return scaledOrNone(this.#own(node.left), node.right);
    }
    if (node.operator === "+" || node.operator === "-")
      return this.#ownOfTerms(
        node,
        termsOf(node).map((term) => term.node),
      );
    const left = this.#own(node.left);
    const right = this.#own(node.right);
    return left && right && plus(left, right, number(node.operator === "*" ? 1 : -1));
  }

  /** That of the first term without a parameter that can take any. */
  #ownOfTerms(node: Expression, terms: readonly Expression[]): Scale | undefined {
    const fixed = terms.find((term) => !this.#takesAny(term));
    const own = fixed === undefined ? NONE : this.#own(fixed);
    return own !== undefined && this.give(node, own) ? own : undefined;
  }
}

const scaledOrNone = (scale: Scale | undefined, times: Expression): Scale | undefined =>
  scale && scaled(scale, times);

/** The sign of a term as a number. */
function signOf(term: Expression): Expression {
  return term.kind === "unary" ? negate(signOf(term.argument)) : number(1);
}

/** Parameters that a logarithm is added to in other units. */
function shiftsOf({ changes }: Attempt): ReadonlySet<number> {
  return new Set([...changes].flatMap(([index, { kind }]) => (kind === "shift" ? [index] : [])));
}

/** Every subset of some units, those of fewer first. */
function subsets(units: readonly number[]): number[][] {
  const all = Array.from({ length: 2 ** units.length }, (_, mask) => units.filter((_, i) => (mask >> i) & 1));
  return all.sort((a, b) => a.length - b.length);
}

/** Most inputs for which every choice of those that keep their units is tried. */
const MOST_TRIED = 8;

/**
 * How an expression follows the units of its inputs and its output, found from its structure: in `E + A/N^alpha` E has the unit
 * of the output, and A that times the unit of N to the power of alpha. Inputs for which no parameter can stand (N in `k*ln(N) + 1`)
 * keep their unit, and so does the output of a form that has no parameter to carry its unit.
 *
 * @returns with the parameters that scale an input to the power of another parameter
 * @param output name of the output
 * @param names of parameters and variables, in the order of their indices
 */
export function ownUnits(
  output: string,
  expression: Expression,
  names: { parameters: readonly string[]; variables: readonly string[] },
): { units: FormUnits; scales: ReadonlySet<string> } {
  const variables = names.variables.map((_, v) => v);
  const choices = variables.length > MOST_TRIED ? [[], variables] : subsets(variables);
  for (const isOutputHeld of [false, true]) {
    for (const held of choices) {
      const attempt = new Attempt(expression, new Set(isOutputHeld ? [...held, OUTPUT] : held));
      if (!attempt.give(expression, new Map([[OUTPUT, number(1)]]))) continue;
      const units: FormUnits = {
        start: ownStarts(expression, names.parameters, shiftsOf(attempt)),
        output: !isOutputHeld,
        held: held.map((v) => names.variables[v]!),
        rescaled: rescaler(attempt, [...names.variables, output], names.parameters),
      };
      const scales = [...attempt.changes].filter(
        ([, { kind, scale }]) =>
          kind === "factor" && [...scale.values()].some((exponent) => contains(exponent, "parameter")),
      );
      return { units, scales: new Set(scales.map(([index]) => names.parameters[index]!)) };
    }
  }
  throw new RangeError("an expression in its own units needs no change");
}

/** The function of `FormUnits` that the changes are. @param units their names, the output's last */
function rescaler(
  { changes, polynomials }: Attempt,
  units: readonly string[],
  parameters: readonly string[],
): FormUnits["rescaled"] {
  /** The logarithm of a scale. */
  const compiledScale = (scale: Scale) => {
    const exponents = Array.from(scale, ([unit, exponent]) => ({
      unit: units.at(unit)!,
      value: compileExpression(exponent),
    }));
    return (values: number[], by: Readonly<Record<string, number>>): number => {
      let logarithm = 0;
      for (const { unit, value: exponent } of exponents) {
        const factor = Math.log(by[unit] ?? 1);
        if (factor !== 0) logarithm += exponent(values, []) * factor;
      }
      return logarithm;
    };
  };
  const compiled = Array.from(changes, ([index, { kind, scale }]) => ({
    name: parameters[index]!,
    ...{ kind, isNone: scale.size === 0, logarithmOf: compiledScale(scale) },
  })).filter(({ isNone }) => !isNone);
  const shifts = polynomials.map(({ polynomial: { coefficients }, scale }) => ({
    coefficients: coefficients.map(({ index, sign }) => ({ name: parameters[index]!, sign })),
    logarithmOf: compiledScale(scale),
  }));
  return (p, by) => {
    const values = parameters.map((name) => p[name] ?? Number.NaN);
    const changed: Record<string, number> = {};
    for (const { coefficients, logarithmOf } of shifts) {
      const own = coefficients.map(({ name, sign }) => sign * (changed[name] ?? p[name]!));
      shiftedCoefficients(own, logarithmOf(values, by)).forEach((value, k) => {
        changed[coefficients[k]!.name] = coefficients[k]!.sign * value;
      });
    }
    for (const { name, kind, logarithmOf } of compiled) {
      const value = changed[name] ?? p[name]!;
      const logarithm = logarithmOf(values, by);
      // Zero is zero in every unit, whatever the exponents are.
      if (kind === "shift") changed[name] = value + logarithm;
      else changed[name] = value === 0 ? 0 : value * Math.exp(logarithm);
    }
    return changed;
  };
}

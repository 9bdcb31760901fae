import { canonicalKey } from "../forms/canonical-key.ts";
import { reservedNames } from "../forms/check-record.ts";
import { parseForm } from "../forms/parse.ts";
import { extremes } from "../statistics.ts";
import { CENTRES, checkPieces, type Grammar, type Piece, written } from "./grammar.ts";

/** A factor of the grammar, with the inputs in its places. */
interface Use {
  /** Place in the grammar's list. */
  factor: number;
  /** Numbers of the inputs. */
  inputs: readonly number[];
}

/** A form of the grammar: a link of the sum of terms, each a free number times factors, and perhaps of an offset. */
export interface Member {
  /** Place of the link in the grammar's list. */
  link: number;
  hasOffset: boolean;
  terms: readonly (readonly Use[])[];
}

/** A grammar whose pieces are read, for the inputs of a table. */
export interface ReadyGrammar {
  grammar: Grammar;
  factors: readonly Piece[];
  links: readonly Piece[];
  inputs: readonly string[];
  /** The geometric mean of each input as it is written, `1.23e9`; of one that is not above 0 it is "1" and stands nowhere. */
  centres: readonly string[];
  /** Every factor with every input in its places. */
  uses: readonly Use[];
  /** Terms of every number of factors, the smallest first. */
  terms: readonly (readonly Use[])[];
}

/** Letters of the free numbers that terms are multiplied with. */
const SCALES = ["A", "B", "C", "F", "G", "H"];
const OFFSET = "E";

/** The values that a law is sought for. */
interface Values {
  inputs: ReadonlyMap<string, Float64Array>;
  response: Float64Array;
}

/** Largest value over the smallest up to which an input is tried as it is; beyond it only its powers and its logarithm are. */
const MOST_SPAN = 10;

/**
 * Reads the pieces of a grammar. Links by a sigmoid are left out where a response is not from 0 to 1, and the factor x for inputs that are
 * not above 0 or whose largest value is more than 10 times the smallest: both are then of no use.
 *
 * @throws UserError for a piece that is not one
 */
export function readyGrammar(
  grammar: Grammar,
  { inputs: values, response }: Values,
  where: string,
): ReadyGrammar {
  const inputs = [...values.keys()];
  const isShare = response.every((value) => value >= 0 && value <= 1);
  const spans = Array.from(values.values(), (column) => {
    const [least, most] = extremes(column);
    return { isPositive: least > 0, isWide: most > MOST_SPAN * least };
  });
  const { factors, links: allLinks } = checkPieces(grammar, where);
  const links = allLinks.filter(({ text }) => isShare || !text.includes("sigmoid"));
  const places = inputs.map((_, i) => i);
  const all = factors.flatMap(({ places: { length } }, factor): Use[] =>
    length === 1
      ? places.map((input) => ({ factor, inputs: [input] }))
      : places.flatMap((x) => places.slice(x + 1).map((z) => ({ factor, inputs: [x, z] }))),
  );
  const uses = all.filter(({ factor, inputs: chosen }) => {
    const isPlain = grammar.factors[factor] === "x";
    return chosen.every((input) =>
      isPlain ? !spans[input]!.isPositive || !spans[input]!.isWide : spans[input]!.isPositive,
    );
  });
  const terms = combinations(uses, grammar.factors_of_term).filter((term) => isTerm(factors, term));
  const sizeOf = (term: readonly Use[]) => sum(term, ({ factor }) => factors[factor]!.size);
  const parametersIn = (term: readonly Use[]) =>
    sum(term, ({ factor }) => factors[factor]!.parameters.length);
  const sorted = terms
    .map((term, at) => ({ term, order: [parametersIn(term), sizeOf(term), at] }))
    .sort((a, b) => compared(a.order, b.order))
    .map(({ term }) => term);
  const centres = Array.from(values.values(), centreOf);
  return { grammar, factors, links, inputs, centres, uses, terms: sorted };
}

/** The geometric mean of positive values to three digits: in units that differ by a power of ten they are the same. */
function centreOf(column: Float64Array): string {
  const centre = Math.exp(column.reduce((total, value) => total + Math.log(value), 0) / column.length);
  return Number.isFinite(centre) ? centre.toPrecision(3).replace("e+", "e") : "1";
}

const sum = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

function compared(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}

/** Non-decreasing choices of 1 to `most` items, the shortest first. */
function combinations<Item>(items: readonly Item[], most: number): Item[][] {
  let longest: { chosen: Item[]; last: number }[] = [{ chosen: [], last: 0 }];
  const all: Item[][] = [];
  for (let size = 1; size <= most; size++) {
    longest = longest.flatMap(({ chosen, last }) =>
      items.slice(last).map((item, i) => ({ chosen: [...chosen, item], last: last + i })),
    );
    all.push(...longest.map(({ chosen }) => chosen));
  }
  return all;
}

/** Whether each input is in one factor of one input only, or in equal ones without parameters, as in ln(x)*ln(x). */
function isTerm(factors: readonly Piece[], term: readonly Use[]): boolean {
  return term.every((use, u) =>
    term.slice(u + 1).every((other) => {
      const isSame = other.factor === use.factor && `${other.inputs}` === `${use.inputs}`;
      if (isSame) return factors[use.factor]!.parameters.length === 0;
      return use.inputs.length > 1 || other.inputs.length > 1 || use.inputs[0] !== other.inputs[0];
    }),
  );
}

/** Number of parameters of a member. */
export function parametersOf({ factors, links }: ReadyGrammar, { link, hasOffset, terms }: Member): number {
  return (
    links[link]!.parameters.length +
    Number(hasOffset) +
    sum(terms, (term) => 1 + sum(term, ({ factor }) => factors[factor]!.parameters.length))
  );
}

/** The expression of a member, `E + A*N^(-p)`, whose parameters have names that no input has. */
export function expressionOf(
  { factors, links, inputs, centres }: ReadyGrammar,
  { link, hasOffset, terms }: Member,
): string {
  const taken = new Set<string>([...inputs, "y", "S"]);
  const fresh = (wanted: string): string => {
    for (let i = 1; ; i++) {
      const name = i === 1 ? wanted : `${wanted}${i}`;
      if (taken.has(name) || reservedNames.has(name)) continue;
      taken.add(name);
      return name;
    }
  };
  const filled = (piece: Piece, places: Readonly<Record<string, string>>) => {
    const own = piece.parameters.map((name) => [name, fresh(name)] as const);
    return written(piece, { ...Object.fromEntries(own), ...places });
  };
  const offset = hasOffset ? [fresh(OFFSET)] : [];
  const shown = terms.map((term, t) => {
    const scale = fresh(SCALES[t] ?? "A");
    const parts = term.map(({ factor, inputs: chosen }) => {
      const piece = factors[factor]!;
      const names = piece.places.flatMap((place, i) => [
        [place, inputs[chosen[i]!]!],
        [CENTRES[place]!, centres[chosen[i]!]!],
      ]);
      const part = filled(piece, Object.fromEntries(names));
      return /^[\w.]+$|^\w+\([^()]*\)$|^[\w.]+\^\([^()]*\)$/.test(part) ? part : `(${part})`;
    });
    return [scale, ...parts].join("*");
  });
  const total = [...offset, ...shown].join(" + ");
  const { text } = links[link]!;
  if (text === "S") return total;
  return filled(links[link]!, { S: /\(S\)/.test(text) ? total : `(${total})` });
}

/** The canonical key of an expression in some inputs. */
export function keyOf(text: string, inputs: readonly string[]): string {
  const names = [...new Set(Array.from(text.matchAll(/(?<![\w.])[A-Za-z_]\w*/g), ([name]) => name))];
  const parameterNames = names.filter((name) => !inputs.includes(name) && !reservedNames.has(name));
  const context = { form: "law", parameterNames, variableNames: inputs };
  return canonicalKey(parseForm(`y = ${text}`, context).expression);
}

/**
 * The members of a grammar, those of fewer parameters first, then those of fewer terms, in an order that is the same everywhere. Members
 * that are equal to one before are among them: `keyOf` their expressions tells.
 *
 * @param most parameters
 * @param least parameters. @default 1
 */
export function* members(ready: ReadyGrammar, most: number, least = 1): Generator<Member> {
  const { grammar, links, terms, factors } = ready;
  const ownOf = terms.map((term) => 1 + sum(term, ({ factor }) => factors[factor]!.parameters.length));
  /** Sums of `count` terms from `first` on that have so many parameters. */
  function* sums(count: number, parameters: number, first: number): Generator<number[]> {
    if (count === 0) {
      if (parameters === 0) yield [];
      return;
    }
    for (let t = first; t < terms.length; t++) {
      const left = parameters - ownOf[t]!;
      // Terms are sorted by their parameters, and each has one at least.
      if (left < count - 1) break;
      const isLinear = ownOf[t] === 1;
      for (const rest of sums(count - 1, left, isLinear ? t + 1 : t)) yield [t, ...rest];
    }
  }
  for (let parameters = least; parameters <= Math.min(most, grammar.parameters); parameters++) {
    for (let count = 1; count <= grammar.terms; count++) {
      for (const [link, { parameters: own }] of links.entries()) {
        for (const hasOffset of [false, true]) {
          const left = parameters - own.length - Number(hasOffset);
          if (left < count) continue;
          for (const chosen of sums(count, left, 0)) {
            yield { link, hasOffset, terms: chosen.map((t) => terms[t]!) };
          }
        }
      }
    }
  }
}

/** The members that one step makes of a member: another term, another factor of a term, an offset, another link. */
export function* extensions(ready: ReadyGrammar, member: Member): Generator<Member> {
  const { grammar, factors, links, uses } = ready;
  const isAllowed = (next: Member) =>
    parametersOf(ready, next) <= grammar.parameters && next.terms.every((term) => isTerm(factors, term));
  function* steps(): Generator<Member> {
    if (!member.hasOffset) yield { ...member, hasOffset: true };
    for (const link of links.keys()) if (link !== member.link) yield { ...member, link };
    for (const [t, term] of member.terms.entries()) {
      for (const [f] of term.entries()) {
        for (const use of uses) if (use !== term[f]) yield withTerm(member, t, term.with(f, use));
      }
      if (term.length >= grammar.factors_of_term) continue;
      for (const use of uses) yield withTerm(member, t, [...term, use]);
    }
    if (member.terms.length < grammar.terms)
      for (const use of uses) yield { ...member, terms: [...member.terms, [use]] };
  }
  for (const next of steps()) if (isAllowed(next)) yield next;
}

const withTerm = (member: Member, at: number, term: readonly Use[]): Member => ({
  ...member,
  terms: member.terms.with(at, term),
});

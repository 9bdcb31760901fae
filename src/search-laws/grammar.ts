import { z } from "zod";
import { UserError } from "../errors.ts";
import { reservedNames } from "../forms/check-record.ts";
import { type Given, key, mappingOf, taking, whole } from "../keys.ts";

const expressions = (allowed: string) =>
  taking(
    z.array(z.string().min(1)).refine((list) => new Set(list).size === list.length),
    allowed,
  );

/**
 * Factors of the terms, in the input x, or in two inputs x and z; x0 and z0 are their geometric means, and every other name is a parameter.
 * With the powers beside it the interaction is the same family of functions in all units of the inputs.
 */
const FACTORS = [
  "x^(-p)",
  "ln(x)",
  "x",
  "exp(-exp(ln(x) - s))",
  "1 - exp(-exp(ln(x) - s))",
  "(1 + exp(ln(x) - s))^(-p)",
  "(1 + exp(ln(x) - s)^k)^(-p)",
  "x^(-p)*z^(-q)*exp(r*ln(x/x0)*ln(z/z0))",
] as const;

/** From the sum S of the terms to the response. */
const LINKS = ["S", "exp(S)", "S^q", "f + t*sigmoid(S)", "1 + t*log_sigmoid(S)"] as const;

/** Keys of a grammar, under `grammar:` of a search or in a file of its own. */
export const grammarKeys = {
  /** Factors of the terms, in the input x, or in two inputs x and z, with x0 and z0 for their geometric means; other names are parameters. @default powers, logarithms, the input itself, decays, saturation, shifted powers, breaks and interactions */
  factors: key(
    expressions("a list of different expressions in x, or in x and z").default([...FACTORS]),
    "factors of the terms, in the input x, or in two inputs x and z, with x0 and z0 for their geometric means; other names are parameters",
    {
      otherwise:
        "powers, logarithms, the input itself, decays, saturation, shifted powers, breaks and interactions",
    },
  ),
  /** Ways from the sum S of the terms to the response; other names are parameters. @default linear, log, a power, sigmoid and log-sigmoid */
  links: key(
    expressions("a list of different expressions in S").default([...LINKS]),
    "ways from the sum S of the terms to the response; other names are parameters",
    { otherwise: "linear, log, a power, sigmoid and log-sigmoid" },
  ),
  /** Laws that are members as they stand: names of forms, or expressions in the inputs; library for all forms of these inputs. @default library */
  laws: key(
    taking(z.array(z.string().min(1)), "a list of names of forms and of expressions").default(["library"]),
    "laws that are members as they stand: names of forms, or expressions in the inputs; `library` for all forms of these inputs",
  ),
  /** Most terms of a sum, beside an offset. @default 3 */
  terms: key(whole(1, 6).default(3), "most terms of a sum, beside an offset"),
  /** Most factors of a term. @default 2 */
  factors_of_term: key(whole(1, 4).default(2), "most factors of a term"),
  /** Most parameters of a form. @default 7 */
  parameters: key(whole(1, 12).default(7), "most parameters of a form"),
};

export const grammarSchema = mappingOf(grammarKeys);

/** A grammar of laws, as a file or a program gives it. */
export type GrammarSpec = Given<typeof grammarKeys>;

/** A grammar with every default filled in. */
export type Grammar = z.output<typeof grammarSchema>;

/** Names that stand for the geometric means of the inputs x and z. */
export const CENTRES: Readonly<Record<string, string>> = { x: "x0", z: "z0" };

/** An expression with places for inputs or a sum, and with parameters of its own. */
export interface Piece {
  text: string;
  /** Its places among x, z and S. */
  places: readonly string[];
  /** Names of its parameters, as the grammar gives them. */
  parameters: readonly string[];
  /** Names and operations that are no parameters: how large it is. */
  size: number;
}

const NAME = /(?<![\w.])[A-Za-z_]\w*/g;

/**
 * Reads a factor or a link.
 *
 * @param places names that stand for inputs, or for the sum of the terms
 * @throws UserError where it has none of them
 */
function readPiece(given: string, places: readonly string[], where: string): Piece {
  const names = [...new Set(Array.from(given.matchAll(NAME), ([name]) => name))];
  const found = places.filter((place) => names.includes(place));
  if (found.length === 0 || found[0] !== places[0]) {
    throw new UserError(
      `${where}: ${JSON.stringify(given)} has no ${places[0]}; allowed: an expression in ${places.join(" and ")}, such as ${places[0] === "S" ? "exp(S)" : "x^(-p)"}`,
    );
  }
  const centres = found.flatMap((place) => CENTRES[place] ?? []);
  const parameters = names.filter(
    (name) => !places.includes(name) && !centres.includes(name) && !reservedNames.has(name),
  );
  return {
    text: given,
    places: found,
    parameters,
    size: (given.match(/[A-Za-z_]\w*|[-+*/^]/g) ?? []).length,
  };
}

/**
 * Reads the factors and the links of a grammar.
 *
 * @throws UserError for one that has no place for an input, or for the sum
 */
export function checkPieces(
  { factors, links }: Grammar,
  where: string,
): { factors: Piece[]; links: Piece[] } {
  return {
    factors: factors.map((given) => readPiece(given, ["x", "z"], `${where}: factors`)),
    links: links.map((given) => readPiece(given, ["S"], `${where}: links`)),
  };
}

/** A piece with other names: inputs in its places, and parameters by number. */
export function written({ text: given }: Piece, names: Readonly<Record<string, string>>): string {
  return given.replace(NAME, (name) => (Object.hasOwn(names, name) ? names[name]! : name));
}

/** The grammar that is taken where nothing is given. */
export const defaultGrammar: Grammar = grammarSchema.parse({});

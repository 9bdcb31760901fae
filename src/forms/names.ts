import { closest } from "fastest-levenshtein";
import { functionNames } from "./functions.ts";

/** Words that the parser keeps for itself, beside the function names. */
const operatorWords = ["and", "end", "in", "mod", "not", "or", "to", "xor"];
const constantWords = ["pi", "true", "false", "null", "undefined", "NaN", "Infinity"];

/** Names that a parameter, variable or output must not have. */
export const reservedNames: ReadonlySet<string> = new Set([
  ...functionNames,
  ...operatorWords,
  ...constantWords,
]);

/** Whether every JavaScript object has a property of that name: a look-up by it finds what nobody gave. */
export function isInherited(name: string): boolean {
  return name in Object.prototype;
}

/** ` (did you mean "alpha"?)`, or nothing where there is nothing to choose from. */
export function nearestHint(name: string, allowed: readonly string[]): string {
  return allowed.length === 0 ? "" : ` (did you mean "${closest(name, [...allowed])}"?)`;
}

import { UserError } from "../errors.ts";
import { parseNumber } from "../tables/number-words.ts";

/** Reads `a,b` as a list of names. @throws UserError for an empty name */
export function nameList(option: string): (given: string | undefined) => string[] | undefined {
  return (given) => {
    const names = given?.split(",").map((name) => name.trim());
    if (names?.includes("")) {
      throw new UserError(`--${option}: ${JSON.stringify(given)}; allowed: names with commas between them`);
    }
    return names;
  };
}

/** Reads `0.5,0.9` as a list of numbers. @throws UserError for anything else */
export function numberList(option: string): (given: string | undefined) => number[] | undefined {
  return (given) => {
    const numbers = given?.split(",").map((one) => parseNumber(one) ?? Number.NaN);
    if (numbers?.some(Number.isNaN)) {
      throw new UserError(`--${option}: ${JSON.stringify(given)}; allowed: numbers with commas between them`);
    }
    return numbers;
  };
}

/** Reads a number. @throws UserError for anything else */
export function decimalNumber(option: string): (given: string | undefined) => number | undefined {
  return (given) => {
    if (given === undefined) return undefined;
    const number = parseNumber(given);
    if (number === undefined) throw new UserError(`--${option}: ${JSON.stringify(given)}; allowed: a number`);
    return number;
  };
}

/** Reads a whole number. @throws UserError for anything else */
export function wholeNumber(option: string, min: number): (given: string | undefined) => number | undefined {
  return (given) => {
    if (given === undefined) return undefined;
    const number = /^\d+$/.test(given) ? Number(given) : Number.NaN;
    if (Number.isSafeInteger(number) && number >= min) return number;
    throw new UserError(`--${option}: ${JSON.stringify(given)}; allowed: a whole number >= ${min}`);
  };
}

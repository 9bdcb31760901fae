import { didYouMean } from "../errors.ts";
import type { ValueSet } from "./axis.ts";

function show(given: unknown): string {
  return typeof given === "number" ? String(given) : (JSON.stringify(given) ?? String(given));
}

/** Whole numbers from `min` on. */
export function wholeNumber(min: number): ValueSet<number> {
  return {
    type: "int64",
    allowed: `a whole number >= ${min}`,
    read: (given) =>
      typeof given === "number" && Number.isSafeInteger(given) && given >= min
        ? { value: given }
        : { problem: show(given) },
  };
}

/** Finite numbers for which a test holds. @param allowed the test in words */
export function numberWhere(allowed: string, holds: (value: number) => boolean): ValueSet<number> {
  return {
    type: "float64",
    allowed,
    read: (given) =>
      typeof given === "number" && Number.isFinite(given) && holds(given)
        ? { value: given }
        : { problem: show(given) },
  };
}

export const flag: ValueSet<boolean> = {
  type: "boolean",
  allowed: "true, false",
  read: (given) => (typeof given === "boolean" ? { value: given } : { problem: show(given) }),
};

/** One of a few names. */
export function oneOf<const Name extends string>(...names: readonly Name[]): ValueSet<Name> {
  return {
    type: "string",
    allowed: names.join(", "),
    words: names,
    read: (given) => {
      const value = names.find((name) => name === given);
      if (value !== undefined) return { value };
      return { problem: show(given), hint: typeof given === "string" ? didYouMean(given, names) : "" };
    },
  };
}

/** Any name; whether the table has it is checked later. @param words names that have a meaning of their own */
export function anyName(what: string, ...words: readonly string[]): ValueSet<string> {
  return {
    type: "string",
    allowed: what,
    words,
    read: (given) =>
      typeof given === "string" && given !== "" ? { value: given } : { problem: show(given) },
  };
}

/** The name of a form of those variables in that order, built in or from the sweep file. */
export function formOfVariables(...names: readonly string[]): ValueSet<string> {
  return {
    type: "string",
    allowed: `the name of a form of ${names.join(" and ")}`,
    takesForms: true,
    read: (given, context) => {
      if (typeof given !== "string") return { problem: show(given) };
      const { variableNames } = context.form(given);
      if (variableNames.join() === names.join()) return { value: given };
      return { problem: `form "${given}" is of ${variableNames.join(", ")}` };
    },
  };
}

/** The name of a form of one variable, built in or from the sweep file. */
export const formOfOneVariable: ValueSet<string> = {
  type: "string",
  allowed: "the name of a form of one variable",
  takesForms: true,
  read: (given, context) => {
    if (typeof given !== "string") return { problem: show(given) };
    const { variableNames } = context.form(given);
    if (variableNames.length === 1) return { value: given };
    return { problem: `form "${given}" has ${variableNames.length} variables (${variableNames.join(", ")})` };
  },
};

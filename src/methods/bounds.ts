import { ownValue } from "../collections.ts";
import { didYouMean } from "../errors.ts";
import type { Form } from "../forms/form.ts";
import { quantityOf } from "../forms/quantity.ts";
import type { Problem } from "../solve/problem.ts";
import type { ValueSet } from "./axis.ts";

/** The box of one parameter, in the user's coordinates. */
interface Override {
  parameter: string;
  lower: number;
  upper: number;
}

/** A number, as a pattern. */
export const NUMBER = "[-+]?(?:\\d+(?:\\.\\d+)?|\\.\\d+)(?:[eE][-+]?\\d+)?";
const OVERRIDE = new RegExp(`^(\\w+)\\s*=\\s*(?:(${NUMBER})?\\s*(\\.\\.)\\s*(${NUMBER})?|(${NUMBER}))$`);

/**
 * Levels that the released code of Bhagia et al. (2024) keeps at 0 or above, by form. They are logarithms of a scale, so the
 * bound depends on the unit: parameters, tokens and FLOPs must be counts.
 */
const BHAGIA_LEVELS: Readonly<Record<string, readonly string[]>> = {
  chinchilla: ["a", "b"],
  "power-law-offset": ["a"],
  "single-step": ["a", "b"],
  "single-step-compute": ["a"],
};

/** The bounds of a stage's parameters: the form's, none, a paper's, or the form's with some replaced. */
export const boundsValue: ValueSet<string> = {
  type: "string",
  allowed:
    'form, free, bhagia (the bounds of the paper, of tables in counts), or replacements such as "a=-0.75..-0.749, b=0.9.., E=0" (either end may be left out)',
  words: ["form", "free", "bhagia"],
  read(given) {
    if (typeof given !== "string") return { problem: JSON.stringify(given) ?? String(given) };
    if (given === "form" || given === "free" || given === "bhagia") return { value: given };
    const overrides = parseOverrides(given);
    if (overrides === undefined) return { problem: JSON.stringify(given) };
    const reversed = overrides.find(({ lower, upper }) => lower > upper);
    if (reversed !== undefined) {
      return {
        problem: `${JSON.stringify(given)}: the bounds of ${reversed.parameter} are the wrong way round`,
      };
    }
    const names = overrides.map(({ parameter }) => parameter);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) return { problem: `${JSON.stringify(given)} bounds ${twice} twice` };
    return { value: given };
  },
};

function parseOverrides(text: string): Override[] | undefined {
  const overrides = text.split(",").map((part) => {
    const [, parameter, lower, range, upper, fixed] = OVERRIDE.exec(part.trim()) ?? [];
    if (parameter === undefined) return undefined;
    return {
      parameter,
      lower: Number((range === undefined ? fixed : lower) ?? -Infinity),
      upper: Number((range === undefined ? fixed : upper) ?? Infinity),
    };
  });
  return overrides.every((override) => override !== undefined) ? overrides : undefined;
}

/** Bounds and start intervals of a problem, or the reason why the form cannot have them. */
type BoundsOfProblem = Pick<Problem, "lower" | "upper" | "startRange"> | { reason: string };

/** The bounds that a value of `boundsValue` means for a form. */
export function boundsFor(value: string, form: Form): BoundsOfProblem {
  if (value === "form") return {};
  if (value === "bhagia") {
    const levels = ownValue(BHAGIA_LEVELS, form.name);
    if (levels === undefined) {
      return {
        reason: `bounds "bhagia" are those of ${Object.keys(BHAGIA_LEVELS).join(", ")}; the paper bounds no level of ${form.name}`,
      };
    }
    return {
      lower: form.lower.map((bound, p) => (levels.includes(form.parameterNames[p]!) ? 0 : bound)),
      startRange: form.parameterNames.map((name) => form.record.startRanges.default![name]!),
    };
  }
  if (value === "free") {
    return { lower: form.lower.map(() => -Infinity), upper: form.upper.map(() => Infinity) };
  }
  const lower = form.lower.slice();
  const upper = form.upper.slice();
  const { parameterNames, record } = form;
  for (const override of parseOverrides(value) ?? []) {
    const p = parameterNames.indexOf(override.parameter);
    const scale = parameterNames.findIndex(
      (own) => quantityOf(own, record.parameters[own]!) === override.parameter,
    );
    if (p < 0 && scale >= 0) {
      // A, of which the form has the logarithm: nothing below 0 is a bound of it.
      lower[scale] = Math.log(Math.max(0, override.lower));
      upper[scale] = Math.log(Math.max(0, override.upper));
      if (!(upper[scale]! > -Infinity))
        return {
          reason: `${override.parameter} is above 0, so that no bound of it can be ${override.upper}`,
        };
      continue;
    }
    if (p < 0) {
      const { name, parameterNames: names } = form;
      const hint = didYouMean(override.parameter, names);
      return {
        reason: `form ${name} has no parameter ${override.parameter} to bound, only ${names.join(", ")}${hint}`,
      };
    }
    lower[p] = override.lower;
    upper[p] = override.upper;
  }
  return { lower, upper };
}

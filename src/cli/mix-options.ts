import type { Argv } from "yargs";
import { UserError } from "../errors.ts";
import type { MixturesSpec } from "../mixture/spec.ts";
import { parseNumber } from "../tables/numbers.ts";
import { decimalNumber } from "./options.ts";

/** Arguments of the command that looks for mixtures. */
export interface MixArguments {
  bootstrap: boolean;
  source: string | undefined;
  bounds: Record<string, [number, number]> | undefined;
  step: number | undefined;
  baseline: Record<string, number> | undefined;
  weights: Record<string, number> | undefined;
}

/** Adds the arguments of a search for mixtures to a command. */
export function mixOptions<Given>(yargs: Argv<Given>): Argv<Given & MixArguments> {
  return yargs
    .option("bootstrap", {
      type: "boolean",
      default: true,
      describe: "resample, for intervals; --no-bootstrap for none",
    })
    .option("source", {
      type: "string",
      requiresArg: true,
      describe: "of two sources, the one whose share is varied  [default: the second]",
    })
    .option("bounds", {
      type: "string",
      requiresArg: true,
      describe:
        "least and largest share of sources: code=0..0.5  [default: of the second of two 0..0.5, else 0..1]",
      coerce: pairs("bounds", "SOURCE=LEAST..LARGEST such as code=0..0.5", rangeOf),
    })
    .option("step", {
      type: "string",
      requiresArg: true,
      describe: "distance of the shares that are tried  [default: 0.01]",
      coerce: decimalNumber("step"),
    })
    .option("baseline", {
      type: "string",
      requiresArg: true,
      describe:
        "the mixture that gains are over: general=0.7,code=0.3  [default: the target's own, else equal shares]",
      coerce: pairs("baseline", "SOURCE=SHARE such as general=0.7,code=0.3", parseNumber),
    })
    .option("weights", {
      type: "string",
      requiresArg: true,
      describe:
        "weights of the tasks in the set that one mixture is found for: arc=2,race=1  [default: all alike]",
      coerce: pairs("weights", "TASK=WEIGHT such as arc=2,race=1", parseNumber),
    }) as unknown as Argv<Given & MixArguments>;
}

/** What was given, as the keys of `mixtures:`. */
export function mixturesOf({
  source,
  bounds,
  step,
  baseline,
  weights,
}: Omit<MixArguments, "bootstrap">): MixturesSpec {
  return { source, bounds, step, baseline, weights };
}

/** Reads `a=1,b=2`. @throws UserError for anything else */
function pairs<Value>(option: string, allowed: string, read: (text: string) => Value | undefined) {
  return (given: string | undefined): Record<string, Value> | undefined => {
    if (given === undefined) return undefined;
    const entries = given.split(",").map((pair): [string, Value] => {
      const [, name, text] = /^\s*([^=]+?)\s*=(.*)$/.exec(pair) ?? [];
      const value = text === undefined ? undefined : read(text.trim());
      if (name === undefined || value === undefined) {
        throw new UserError(
          `--${option}: ${JSON.stringify(pair)}; allowed: ${allowed}, with commas between them`,
        );
      }
      return [name, value];
    });
    const names = entries.map(([name]) => name);
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) throw new UserError(`--${option}: ${JSON.stringify(twice)} stands there twice`);
    return Object.fromEntries(entries);
  };
}

function rangeOf(text: string): [number, number] | undefined {
  const ends = text.split("..").map(parseNumber);
  const [low, high] = ends;
  return ends.length === 2 && low !== undefined && high !== undefined ? [low, high] : undefined;
}

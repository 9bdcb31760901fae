import { readFileSync } from "node:fs";
import type { Argv, Options } from "yargs";
import { definedValues } from "../collections.ts";
import { UserError } from "../errors.ts";
import type { OptionReader } from "../keys.ts";
import type { AnalysisKey } from "../registry.ts";
import { parseNumber } from "../tables/numbers.ts";
import {
  decimalNumber,
  nameList,
  numberList,
  numberOption,
  REPEATABLE,
  textOption,
  wholeNumber,
  withCommas,
} from "./options.ts";

/** The part of sweep.schema.json that is used here. */
interface Property {
  /** Smallest whole number that is allowed. */
  minimum?: number;
  /** The types of values of which it takes one. */
  anyOf?: readonly Property[];
  /** Names that are allowed. */
  enum?: readonly string[];
  properties?: Readonly<Record<string, Property>>;
  "x-option"?: { name: string; help: string; reader: OptionReader; written?: string };
}

/** A mapping of a sweep file whose keys are options of a command. */
type Mapping = "bootstrap" | "fit" | AnalysisKey;

/** The keys of a sweep that the command line gives: values by key, those of a mapping in a mapping. */
export type GivenKeys = Readonly<Record<string, unknown>>;

/** Reads the file that the build makes of the schemas: they and zod take as long to load as all else that a help text needs. */
function propertiesOf(mapping: Mapping | undefined): [key: string, property: Property][] {
  const text = readFileSync(new URL("../../sweep.schema.json", import.meta.url), "utf8");
  const schema: Property = JSON.parse(text);
  return Object.entries((mapping === undefined ? schema : schema.properties![mapping]!).properties!);
}

/**
 * Adds an option for each key of a sweep file, or of a mapping in it, that is to have one.
 *
 * @param mappings the mapping or several, whose keys of one name have one option; none for the keys of the file itself
 * @param only keys to add
 */
export function keyOptions<Given>(
  yargs: Argv<Given>,
  mappings?: Mapping | readonly Mapping[],
  only?: readonly string[],
): Argv<Given> {
  const properties = new Map([mappings].flat().flatMap(propertiesOf));
  for (const [key, property] of properties) {
    const option = property["x-option"];
    if (option === undefined || only?.includes(key) === false) continue;
    // The key's own name too: --levels beside --level.
    const alias = key === `${option.name}s` && { alias: key };
    const isRepeatable = /^(texts|names|numbers)|by name$/.test(option.reader);
    const describe = isRepeatable ? option.help.replace(/(?= {2}\[|$)/, `; ${REPEATABLE}`) : option.help;
    yargs.option(option.name, { describe, ...alias, ...readingOf(option, property) });
  }
  return yargs;
}

/** What was given for the keys of a sweep file, or of a mapping in it, that have an option. */
export function givenKeys(argv: Readonly<Record<string, unknown>>, mapping?: Mapping): GivenKeys {
  const values = propertiesOf(mapping).map(([key, { "x-option": option }]) => [
    key,
    option && argv[option.name],
  ]);
  return definedValues(Object.fromEntries(values));
}

/** How yargs reads an option. */
function readingOf(
  { name, reader, written = "" }: NonNullable<Property["x-option"]>,
  {
    anyOf = [],
    minimum = anyOf.find((one) => one.minimum !== undefined)?.minimum ?? 0,
    enum: choices = [],
  }: Property,
): Options {
  const orAuto = wholeNumber(name, minimum, "auto, or ");
  const coerce: Readonly<Record<Exclude<OptionReader, "choice" | "switch">, Options["coerce"]>> = {
    text: undefined,
    texts: (given) => (Array.isArray(given) ? [...new Set(given)] : given),
    "whole number": wholeNumber(name, minimum),
    "whole number or auto": (given) => (given === "auto" ? given : orAuto(given)),
    number: decimalNumber(name),
    names: nameList(name),
    numbers: numberList(name),
    "numbers by name": pairs(name, written, parseNumber),
    "ranges by name": pairs(name, written, rangeOf),
  };
  if (reader === "switch") return { type: "boolean" };
  if (reader === "choice") return { choices, requiresArg: true };
  const isNumber = reader === "number" || reader === "whole number" || reader === "numbers";
  return { ...(isNumber ? numberOption : textOption), coerce: coerce[reader] };
}

/** Reads `a=1,b=2`. @throws UserError for anything else */
function pairs<Value>(option: string, allowed: string, read: (text: string) => Value | undefined) {
  return (all: string | readonly string[] | undefined): Record<string, Value> | undefined => {
    const given = withCommas(all);
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
    if (twice !== undefined) throw new UserError(`--${option}: ${JSON.stringify(twice)} is given twice`);
    return Object.fromEntries(entries);
  };
}

function rangeOf(text: string): [number, number] | undefined {
  const ends = text.split("..").map(parseNumber);
  const [low, high] = ends;
  return ends.length === 2 && low !== undefined && high !== undefined ? [low, high] : undefined;
}

import { z } from "zod";

/** How the command line reads the text of an option. */
export type OptionReader =
  /** As it stands. */
  | "text"
  /** As they stand, once or several times. */
  | "texts"
  /** One of the names that the key takes. */
  | "choice"
  /** `--draws`, `--no-draws`. */
  | "switch"
  | "whole number"
  | "whole number or auto"
  | "number"
  /** `a,b`. */
  | "names"
  /** `0.5,0.9`. */
  | "numbers"
  /** `a=1,b=2`. */
  | "numbers by name"
  /** `a=0..0.5,b=0..1`. */
  | "ranges by name";

/** What a type of value is, for messages, docs and options. */
interface ValueInfo {
  /** What is allowed, for messages: `a whole number from 1 to 1024`. */
  allowed: string;
  reader: OptionReader;
  /** The names that it takes, the nearest of which is suggested. */
  names?: readonly string[] | undefined;
}

/** An option of the command line that gives a key. */
interface KeyOption {
  /** @default the key, with hyphens */
  name?: string;
  /** What the help says of it. @default the key's description and default */
  help?: string;
  /** @default that of the key's type */
  reader?: OptionReader;
  /** How a value is written, for messages: `TASK=WEIGHT such as arc=2,race=1`. */
  written?: string;
}

/** What is said of a key: the docs, the JSON Schema, the docstrings and the help of the command line are made from it. */
interface KeyInfo {
  /** What the key is, in Markdown, with a small letter and without a full stop. Names that it takes are added. */
  what: string;
  /** What holds where the key is not given, in Markdown. @default the default of its schema */
  otherwise?: string;
  /** Present where the command line has an option for it. */
  option?: KeyOption;
  /** For editors, where the key's own schema lets everything through because it is checked later. */
  shape?: z.core.$ZodType;
}

/**
 * What a user may give for keys all of which may be left out: `z.input` of their mapping, written so that editors show the docstrings
 * of the keys.
 */
export type Given<Shape extends z.ZodRawShape> = { [Key in keyof Shape]?: z.input<Shape[Key]> };

const values = new WeakMap<z.core.$ZodType, ValueInfo>();
const keys = new WeakMap<z.core.$ZodType, KeyInfo>();

/** A type of value, with what is said of it. */
export function taking<Schema extends z.ZodType>(
  schema: Schema,
  allowed: string,
  more: Partial<ValueInfo> = {},
): Schema {
  values.set(schema, { allowed, reader: "text", ...more });
  return schema;
}

/** A key of a mapping, with what is said of it. */
export function key<Schema extends z.ZodType>(
  schema: Schema,
  what: string,
  more: Omit<KeyInfo, "what"> = {},
): Schema {
  keys.set(schema, { what, ...more });
  return schema;
}

/** The type of value of a key. */
function typeOf(schema: z.core.$ZodType): z.core.$ZodType {
  const isKey = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
  return isKey ? typeOf(schema.unwrap()) : schema;
}

/** What is said of a type of value, or of that of a key. */
export function infoOfValue(schema: z.core.$ZodType): ValueInfo {
  const info = values.get(typeOf(schema));
  if (info === undefined) throw new RangeError("a type of value that nothing is said of");
  return info;
}

/** What is said of a key. */
export function infoOfKey(schema: z.core.$ZodType): KeyInfo & ValueInfo {
  const info = keys.get(schema);
  if (info === undefined) throw new RangeError("a key that nothing is said of");
  const byDefault = schema instanceof z.ZodDefault && {
    otherwise: [schema.def.defaultValue].flat().join(", "),
  };
  return { ...infoOfValue(schema), ...byDefault, ...info };
}

/** The keys of a mapping by name, or of the key that holds it; undefined where it holds none. */
export function keysOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> | undefined {
  const value = typeOf(schema);
  return value instanceof z.ZodObject ? value.shape : undefined;
}

export const flag = () => taking(z.boolean(), "true or false", { reader: "switch" });

export const whole = (least: number, most: number) =>
  taking(z.int().min(least).max(most), `a whole number from ${least} to ${most}`, { reader: "whole number" });

/** `auto`, or a whole number. */
export const wholeOrAuto = (least: number, most: number) =>
  taking(
    z.union([z.literal("auto"), z.int().min(least).max(most)]),
    `auto, or a whole number from ${least} to ${most}`,
    { reader: "whole number or auto" },
  );

export const number = (least: number, most: number) =>
  taking(z.number().min(least).max(most), `a number from ${least} to ${most}`, { reader: "number" });

/** What intervals are to cover. */
export const level = () =>
  taking(z.number().gt(0).lt(1), "a number above 0 and below 1", { reader: "number" });

export const text = (allowed: string) => taking(z.string().min(1), allowed);

export const oneOf = <const Name extends string>(names: readonly Name[]) =>
  taking(z.enum(names), names.join(", "), { reader: "choice", names });

/** One value, or a list of different ones; read as a list. */
export function listOf<Schema extends z.ZodType>(one: Schema) {
  const list = z.array(one).min(1);
  const distinct = list.refine((items) => new Set(items).size === items.length);
  const { allowed, reader, names } = infoOfValue(one);
  return taking(
    z.union([one.transform((item) => [item]), distinct]),
    `${allowed}, or a list of different ones`,
    { reader: reader === "number" ? "numbers" : "names", names },
  );
}

/** A mapping of keys. */
export function mappingOf<Shape extends z.ZodRawShape>(shape: Shape) {
  const allowed = `a mapping of keys (${Object.keys(shape).join(", ")}); {} for the defaults`;
  return taking(z.strictObject(shape), allowed);
}

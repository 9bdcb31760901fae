import { z } from "zod";
import { groupBy } from "../collections.ts";
import { infoOfKey, keysOf } from "../keys.ts";
import { methods } from "../registry.ts";
import { presets } from "./presets.ts";
import { specSchema } from "./spec.ts";

type JsonSchema = z.core.JSONSchema.JSONSchema;

/** What a key is, in Markdown, with the names that it takes. */
export function describeKey(key: z.core.$ZodType): string {
  const { what, names, reader } = infoOfKey(key);
  const several = reader === "names" || reader === "numbers" ? ", one or several" : "";
  return `${what}${names === undefined ? "" : `: ${names.map((name) => `\`${name}\``).join(", ")}`}${several}`;
}

/** Markdown of a page in docs/ as plain text. */
export function plainText(markdown: string): string {
  return markdown.replaceAll(/\[([^\]]+\.md)\]\([^)]*\)/g, "docs/$1").replaceAll("`", "");
}

/**
 * JSON Schema (draft 7) of sweep files: for editors, and under `x-option` of each key that has one what the command line needs for
 * its option, so that it can be read there without the schemas themselves.
 */
export function sweepJsonSchema(): JsonSchema {
  const schema = toJson(specSchema);
  describeKeys(specSchema, schema);
  const { preset, method, axes } = schema.properties as Record<string, JsonSchema>;
  Object.assign(preset!, { enum: [...presets.keys()] });
  Object.assign(method!, { enum: [...methods.keys()] });
  const mapping = { type: "object", properties: axisProperties(), additionalProperties: false };
  Object.assign(axes!, { anyOf: [mapping, { type: "array", items: mapping, minItems: 1 }] });
  return { title: "lawfit sweep", description: "A sweep file of lawfit: docs/sweeps.md.", ...schema };
}

function toJson(schema: z.core.$ZodType): JsonSchema {
  return z.toJSONSchema(schema, { target: "draft-7", io: "input", unrepresentable: "any" });
}

/** What each axis is in the methods that have it; its values are checked with the method. */
function axisProperties(): Record<string, JsonSchema> {
  const axes = [...methods.values()].flatMap(({ name: method, axes }) =>
    axes.map(({ name, description, allowed, default: byDefault }) => ({
      name,
      text: `Method ${method}: ${description}: ${allowed}. Default: ${byDefault}.`,
    })),
  );
  const named = [...groupBy(axes, ({ name }) => name)];
  return Object.fromEntries(
    named.map(([name, same]) => [name, { description: same.map(({ text }) => text).join("\n") }]),
  );
}

/** Says of each key of a mapping, and of those in it, what it is. */
function describeKeys(mapping: z.core.$ZodType, json: JsonSchema): void {
  for (const [name, key] of Object.entries(keysOf(mapping) ?? {})) {
    const property = json.properties?.[name];
    if (typeof property !== "object") throw new RangeError(`the JSON Schema has no property ${name}`);
    const { shape, otherwise, option } = infoOfKey(key);
    const text = plainText(describeKey(key));
    if (shape !== undefined) {
      // What is written, in place of what the key makes of it.
      for (const rule of Object.keys(property)) delete (property as Record<string, unknown>)[rule];
      const { $schema: _, ...written } = toJson(shape);
      Object.assign(property, written);
    }
    Object.assign(property, {
      description: `${text[0]!.toUpperCase()}${text.slice(1)}.${otherwise === undefined ? "" : ` Default: ${plainText(otherwise)}.`}`,
      ...(option && { "x-option": optionOf(name, key) }),
    });
    describeKeys(key, property);
  }
}

/** What the command line needs for the option of a key. */
function optionOf(name: string, key: z.core.$ZodType) {
  const { what, names, reader: readerOfType, otherwise, option = {} } = infoOfKey(key);
  const { name: optionName = name.replaceAll("_", "-"), reader = readerOfType, written } = option;
  const choices = names === undefined || reader === "choice" ? "" : `: ${names.join(", ")}`;
  const several = reader === "names" || reader === "numbers" ? ", with commas" : "";
  const byDefault = otherwise === undefined ? "" : `  [default: ${plainText(otherwise)}]`;
  const help = option.help ?? `${plainText(what)}${choices}${several}${byDefault}`;
  return { name: optionName, help, reader, ...(written !== undefined && { written }) };
}

import { z } from "zod";
import { notAmong, UserError } from "../errors.ts";
import type { FormParameter, FormRecord } from "./form.ts";

const startRange = z.tuple([z.number(), z.number()]);

const userParameter = z.strictObject({
  lower: z.number().optional(),
  upper: z.number().optional(),
  logarithm: z.boolean().optional(),
  description: z.string().optional(),
  /** Interval that random starts are drawn from. */
  start: startRange.optional(),
});

/** A form as a sweep file gives it, under `forms: {my-form: ...}`. */
export const userFormSchema = z.strictObject({
  expression: z.string(),
  /** Inputs by name, each with its description and unit. */
  variables: z.record(z.string(), z.string()),
  parameters: z.record(z.string(), userParameter),
  /** Further named start ranges, each for every parameter. */
  starts: z.record(z.string(), z.record(z.string(), startRange)).optional(),
  description: z.string().optional(),
  source: z.string().optional(),
});

/** The `forms:` key of a sweep file. */
export const userFormsSchema = z.record(z.string(), userFormSchema);

export type UserForm = z.infer<typeof userFormSchema>;

/** The same outside a sweep file, where no key gives its name: `{ name: "my-form", expression: ... }`. */
export type NamedUserForm = { name: string } & UserForm;

/**
 * The record of a form from a sweep file. What the schema cannot check (the expression, bounds, start ranges) is
 * checked by `defineForm`.
 */
export function userFormRecord(name: string, form: UserForm): FormRecord {
  const entries = Object.entries(form.parameters);
  const parameters = entries.map(([parameterName, { lower, upper, logarithm, description }]) => {
    const parameter: FormParameter = {
      ...(lower !== undefined && { lower }),
      ...(upper !== undefined && { upper }),
      ...(logarithm !== undefined && { logarithm }),
      ...(description !== undefined && { description }),
    };
    return [parameterName, parameter] as const;
  });
  const starts = entries.flatMap(([parameterName, { start }]) =>
    start === undefined ? [] : [[parameterName, start] as const],
  );
  return {
    name,
    expression: form.expression,
    parameters: Object.fromEntries(parameters),
    variables: form.variables,
    startRanges: { ...form.starts, default: { ...form.starts?.default, ...Object.fromEntries(starts) } },
    description: form.description ?? "",
    source: form.source ?? "sweep file",
  };
}

/**
 * The record of a form that a program gives in the notation of sweep files.
 *
 * @throws UserError that names the key and what is allowed
 */
export function readUserForm({ name, ...form }: NamedUserForm): FormRecord {
  const record = readUserForms({ [name]: form }, "defineForm").get(name)!;
  return { ...record, source: form.source ?? "the program" };
}

/**
 * Records of all forms of a sweep file, by name, from the value of its `forms:` key.
 * @param where the file, for messages
 * @throws UserError that names the key and what is allowed
 */
export function readUserForms(value: unknown, where: string): Map<string, FormRecord> {
  const result = userFormsSchema.safeParse(value);
  if (!result.success) {
    throw new UserError(`${where}: ${describeIssue(result.error.issues[0]!)}`);
  }
  return new Map(Object.entries(result.data).map(([name, form]) => [name, userFormRecord(name, form)]));
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const key = ["forms", ...issue.path].map(String).join(".");
  if (issue.code !== "unrecognized_keys") return `${key}: ${issue.message}`;
  const allowed = Object.keys(issue.path.length === 1 ? userFormSchema.shape : userParameter.shape);
  const [unknown = ""] = issue.keys;
  return `${key}: unknown key ${notAmong(unknown, allowed)}`;
}

import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { formsMarkdown, formsTable } from "../../src/forms/docs.ts";
import { functionNames } from "../../src/forms/expression.ts";
import { families, forms } from "../../src/forms/registry.ts";

const page = new URL("../../docs/forms.md", import.meta.url);

test("docs/forms.md is what the records say", () => {
  const made = formsMarkdown(forms.values(), families);
  if (process.env.UPDATE_DOCS === "1") writeFileSync(page, made);
  expect(readFileSync(page, "utf8")).toBe(made);
});

/** Parameters that differ in their numbers alone share a row: `w1` to `w5`. */
const unnumbered = (parameter: string): string => parameter.replace(/\d+/g, "#");

test("every form has a row, every parameter and function a mention", () => {
  const rows = formsTable(forms.values());
  const text = readFileSync(page, "utf8");
  expect(rows.map((row) => row.name)).toEqual([...forms.keys()]);
  for (const { name, parameters } of forms.values()) {
    expect(text).toContain(`## ${name}`);
    const section = text.split(/^## /m).find((part) => part.startsWith(`${name}\n`))!;
    const rows = Array.from(section.matchAll(/^\| `([^`]+)`/gm), ([, first]) => unnumbered(first!));
    for (const parameter of Object.keys(parameters)) expect(rows).toContain(unnumbered(parameter));
  }
  for (const name of functionNames) expect(text).toContain(`\`${name}\``);
});

test("bounds are written as people write them", () => {
  const row = formsTable(forms.values()).find(({ name }) => name === "single-step");
  expect(row?.parameters).toBe("a, b, alpha >= 0, beta >= 0, E, p in [-1, 0], q in [0, 1]");
});

import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { formsMarkdown, formsTable, lawsMarkdown, searchForms } from "../../src/forms/docs.ts";
import { functionNames } from "../../src/forms/expression.ts";
import { families, forms, laws } from "../../src/forms/registry.ts";

const page = new URL("../../docs/forms.md", import.meta.url);
const lawsPage = new URL("../../docs/laws.md", import.meta.url);

test("docs/forms.md is what the records say", () => {
  const made = formsMarkdown(forms.values(), families);
  if (process.env.UPDATE_DOCS === "1") writeFileSync(page, made);
  expect(readFileSync(page, "utf8")).toBe(made);
});

test("docs/laws.md has what the records of the library say", () => {
  const [before, after] = ["<!-- laws -->\n", "<!-- end of laws -->"];
  const text = readFileSync(lawsPage, "utf8");
  const [start, end] = [text.indexOf(before) + before.length, text.indexOf(after)];
  const made = lawsMarkdown(laws.values());
  if (process.env.UPDATE_DOCS === "1") writeFileSync(lawsPage, text.slice(0, start) + made + text.slice(end));
  else expect(text.slice(start, end)).toBe(made);
});

describe("lawfit forms --search", () => {
  const all = [...forms.values(), ...laws.values()];

  test.each([
    ["experts", ["routed-experts", "granular-experts", "joint-experts"]],
    ["Muennighoff", ["repeated-data", "repeated-data-excess"]],
    ["2407.13623", ["vocabulary"]],
    ["bits weights training", ["precision", "post-training-precision"]],
  ])("%s", (text, expected) => {
    expect(searchForms(all, text).map(({ name }) => name)).toEqual(expected);
  });

  test("says so where nothing is found", () => {
    expect(() => searchForms(all, "warp drive")).toThrow(
      `--search "warp drive": none of ${all.length} forms has all these words; \`lawfit forms\` lists them`,
    );
  });
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

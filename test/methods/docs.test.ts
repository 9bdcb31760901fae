import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { methodsMarkdown } from "../../src/methods/docs.ts";
import { methods } from "../../src/registry.ts";

const page = new URL("../../docs/methods.md", import.meta.url);

test("docs/methods.md is what the records say, with every axis", () => {
  const made = methodsMarkdown(methods.values());
  if (process.env.UPDATE_DOCS === "1") writeFileSync(page, made);
  expect(readFileSync(page, "utf8")).toBe(made);
  for (const { axes } of methods.values()) {
    expect(axes.length).toBeGreaterThan(0);
    for (const { name } of axes) expect(made).toContain(`| \`${name}\` |`);
  }
});

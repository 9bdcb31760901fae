import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { findImporter, IMPORTERS } from "../../../src/tables/import.ts";

const page = readFileSync(new URL("../../../docs/importers.md", import.meta.url), "utf8");
const names = IMPORTERS.map(({ name }) => name);

test("importers are found by name, and have a name of their own, a description and a section in docs/importers.md", () => {
  for (const importer of IMPORTERS) {
    expect(findImporter(importer.name)).toBe(importer);
    expect(importer.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(importer.description.length).toBeGreaterThan(10);
    expect(page).toMatch(new RegExp(`^### ${importer.name}$`, "m"));
  }
});

test("an unknown name is answered with the nearest one and all there are", () => {
  expect(() => findImporter("olmo-laddr")).toThrow(
    `unknown importer "olmo-laddr"; allowed: ${names.join(", ")}; did you mean "olmo-ladder"?`,
  );
});

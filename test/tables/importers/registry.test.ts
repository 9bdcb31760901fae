import { expect, test } from "vitest";
import { findImporter, IMPORTERS } from "../../../src/tables/import.ts";

test("importers are found by name, and have a name of their own and a description", () => {
  for (const importer of IMPORTERS) {
    expect(findImporter(importer.name)).toBe(importer);
    expect(importer.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(importer.description.length).toBeGreaterThan(10);
  }
});

test("an unknown name is answered with the nearest one and all there are", () => {
  expect(() => findImporter("olmo-laddr")).toThrow(
    'unknown importer "olmo-laddr"; allowed: olmo-ladder, loss-to-loss, data-mixing; did you mean "olmo-ladder"?',
  );
});

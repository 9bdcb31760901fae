import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { RUN_COLUMNS } from "../../src/methods/run-columns.ts";
import { presets } from "../../src/spec/presets.ts";
import { resolveSweep } from "../../src/spec/resolve.ts";
import { checkSpec } from "../../src/spec/spec.ts";

const page = readFileSync(new URL("../../docs/sweeps.md", import.meta.url), "utf8");
const section = (title: string) => page.split(/^#+ /m).find((text) => text.startsWith(`${title}\n`))!;
const rowsOf = (title: string) => [...section(title).matchAll(/^\| `([^`]+)` \|.*$/gm)];

test.each([
  ["Which runs are used", Object.keys(RUN_COLUMNS)],
  ["Presets", [...presets.keys()]],
])("%s: docs/sweeps.md has a row for each, in order", (title, names) => {
  expect(rowsOf(title).map(([, name]) => name)).toEqual(names);
});

test("the numbers of configurations are those of the presets", () => {
  for (const [row, name] of rowsOf("Presets")) {
    const { configurations } = resolveSweep(checkSpec({ preset: name, table: "t" }, name!), name!);
    expect(row).toContain(`| ${configurations.length} |`);
  }
});

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { backtestSchema } from "../../src/backtest/spec.ts";
import { bootstrapSchema } from "../../src/bootstrap/spec.ts";
import { fitSchema } from "../../src/fit/spec.ts";
import { isoflopSchema } from "../../src/isoflop/spec.ts";
import { infoOfKey, keysOf } from "../../src/keys.ts";
import { mixturesSchema } from "../../src/mixture/spec.ts";
import { methods } from "../../src/registry.ts";
import { grammarSchema } from "../../src/search-laws/grammar.ts";
import { searchSchema } from "../../src/search-laws/spec.ts";
import { describeKey, plainText } from "../../src/spec/json-schema.ts";
import { specSchema } from "../../src/spec/spec.ts";
import { expectDocumented } from "../documented-table.ts";

const root = new URL("../../", import.meta.url);

const MAPPINGS = [
  { schema: specSchema, page: "sweeps.md", source: "spec/spec.ts" },
  { schema: bootstrapSchema, page: "bootstrap.md", source: "bootstrap/spec.ts" },
  { schema: backtestSchema, page: "backtests.md", source: "backtest/spec.ts" },
  { schema: mixturesSchema, page: "flp.md", source: "mixture/spec.ts" },
  { schema: isoflopSchema, page: "isoflop.md", source: "isoflop/spec.ts" },
  { schema: fitSchema, page: "fit.md", source: "fit/spec.ts" },
  { schema: searchSchema, page: "search.md", source: "search-laws/spec.ts" },
  { schema: grammarSchema, page: "search.md", source: "search-laws/grammar.ts", marker: "grammar" },
];

/** Holds a text of the project against one made now; UPDATE_DOCS=1 writes it instead. */
function expectWritten(path: string, made: (written: string) => string): void {
  const url = new URL(path, root);
  const written = readFileSync(url, "utf8");
  if (process.env.UPDATE_DOCS === "1") writeFileSync(url, made(written));
  else expect(written).toBe(made(written));
}

test.each(MAPPINGS)(
  "docs/$page has a row for each key, as its schema says",
  ({ schema, page, marker = "keys" }) => {
    const rows = Object.entries(keysOf(schema)!).map(([name, key]) => {
      const { otherwise = "", option } = infoOfKey(key);
      const optionName = option && `\`--${option.name ?? name.replaceAll("_", "-")}\``;
      return [`\`${name}\``, optionName ?? "", describeKey(key), otherwise];
    });
    expectDocumented(page, marker, ["key", "option", "what it is", "default"], rows);
  },
);

test.each(MAPPINGS)(
  "the docstrings of keys in src/$source are what their schema says",
  ({ schema, source }) => {
    expectWritten(`src/${source}`, (text) =>
      Object.entries(keysOf(schema)!).reduce((before, [name, key]) => {
        const { otherwise } = infoOfKey(key);
        const what = plainText(describeKey(key));
        const byDefault = otherwise === undefined ? "" : ` @default ${plainText(otherwise)}`;
        const docstring = `/** ${what[0]!.toUpperCase()}${what.slice(1)}.${byDefault} */`;
        const place = new RegExp(`^  (?:/\\*\\* .* \\*/\\n  )?${name}: key\\(`, "m");
        return before.replace(place, () => `  ${docstring}\n  ${name}: key(`);
      }, text),
    );
  },
);

describe("sweep.schema.json, as built", () => {
  const read = (path: string) => readFileSync(new URL(path, root), "utf8");
  const schema = z.fromJSONSchema(JSON.parse(read("sweep.schema.json")));
  const pages = [
    "README.md",
    ...readdirSync(new URL("docs/", root))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
  ];
  const examples = pages.flatMap((page) =>
    Array.from(read(page).matchAll(/^```yaml\n(.*?)^```$/gms), ([, text]) => [page, text!] as const),
  );
  const sweepFiles = [
    ...readdirSync(new URL("data-samples/", root)).map((sample) => `data-samples/${sample}/sweep.yaml`),
    ...readdirSync(new URL("bench/", root), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith("sweep.yaml"))
      .map((name) => `bench/${name}`),
  ].map((path) => [path, read(path)] as const);

  test.each([...sweepFiles, ...examples.filter(([, text]) => /^table:/m.test(text))])(
    "takes the sweep file of %s",
    (_, text) => expect(schema.safeParse(parse(text))).toMatchObject({ success: true }),
  );

  test.each([{ tables: "x" }, { starts: 0 }, { bootstrap: { scheme: "runs" } }, { axes: { anchr: true } }])(
    "does not take %j",
    (sweep) => {
      expect(schema.safeParse(sweep).success).toBe(false);
    },
  );

  test("has every axis of every method", () => {
    for (const { axes } of methods.values()) {
      const all = Object.fromEntries(axes.map(({ name, default: value }) => [name, value]));
      expect(schema.safeParse({ axes: all })).toMatchObject({ success: true });
    }
  });
});

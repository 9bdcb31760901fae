import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { backtestSchema } from "../../src/backtest/spec.ts";
import { bootstrapSchema } from "../../src/bootstrap/spec.ts";
import { isoflopSchema } from "../../src/isoflop/spec.ts";
import { infoOfKey, keysOf } from "../../src/keys.ts";
import { mixturesSchema } from "../../src/mixture/spec.ts";
import { describeKey, plainText, sweepJsonSchema } from "../../src/spec/json-schema.ts";
import { specSchema } from "../../src/spec/spec.ts";
import { expectDocumented } from "../documented-table.ts";

const root = new URL("../../", import.meta.url);

const MAPPINGS = [
  { schema: specSchema, page: "sweeps.md", source: "spec/spec.ts" },
  { schema: bootstrapSchema, page: "bootstrap.md", source: "bootstrap/spec.ts" },
  { schema: backtestSchema, page: "backtests.md", source: "backtest/spec.ts" },
  { schema: mixturesSchema, page: "flp.md", source: "mixture/spec.ts" },
  { schema: isoflopSchema, page: "isoflop.md", source: "isoflop/spec.ts" },
];

/** Holds a text of the project against one made now; UPDATE_DOCS=1 writes it instead. */
function expectWritten(path: string, made: (written: string) => string): void {
  const url = new URL(path, root);
  const written = readFileSync(url, "utf8");
  if (process.env.UPDATE_DOCS === "1") writeFileSync(url, made(written));
  else expect(written).toBe(made(written));
}

test.each(MAPPINGS)("docs/$page has a row for each key, as its schema says", ({ schema, page }) => {
  const rows = Object.entries(keysOf(schema)!).map(([name, key]) => {
    const { otherwise = "", option } = infoOfKey(key);
    const optionName = option && `\`--${option.name ?? name.replaceAll("_", "-")}\``;
    return [`\`${name}\``, optionName ?? "", describeKey(key), otherwise];
  });
  expectDocumented(page, "keys", ["key", "option", "what it is", "default"], rows);
});

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

test("sweep.schema.json is the schema of sweep files", () => {
  expectWritten("sweep.schema.json", () => `${JSON.stringify(sweepJsonSchema(), null, 2)}\n`);
});

describe("sweep.schema.json", () => {
  const schema = z.fromJSONSchema(JSON.parse(readFileSync(new URL("sweep.schema.json", root), "utf8")));
  const samples = readdirSync(new URL("data-samples/", root));

  test.each(samples)("takes the sweep file of the sample %s", (sample) => {
    const text = readFileSync(new URL(`data-samples/${sample}/sweep.yaml`, root), "utf8");
    expect(schema.safeParse(parse(text))).toMatchObject({ success: true });
  });

  test.each([{ tables: "x" }, { starts: 0 }, { bootstrap: { scheme: "runs" } }, { axes: { anchr: true } }])(
    "does not take %j",
    (sweep) => {
      expect(schema.safeParse(sweep).success).toBe(false);
    },
  );
});

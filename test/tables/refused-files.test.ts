import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { tableFromArrays, tableToIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { queryTable } from "../../src/tables/sql/query.ts";
import { readCheckpointTable } from "../../src/tables/to-checkpoint-table.ts";
import { wholeCrosses } from "../whole-crosses.ts";
import { messageOf, temporaryFolder } from "./temporary.ts";

const { folder, file } = temporaryFolder();

const csv = "run,n,d,subject,loss\na,1e8,1e9,x,3\n";
const row = { run: "a", n: 1e8, d: 1e9, subject: "x", loss: 3 };
const texts: Readonly<Record<string, string>> = {
  csv,
  tsv: csv.replaceAll(",", "\t"),
  jsonl: `${JSON.stringify(row)}\n`,
  json: JSON.stringify([row]),
};
const big = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();

test.each(Object.keys(texts).flatMap((ending) => [ending, `${ending}.gz`]))(
  "UTF-16 is named: .%s",
  async (ending) => {
    const text = texts[ending.replace(".gz", "")]!;
    for (const bytes of [
      Buffer.from(`\ufeff${text}`, "utf16le"),
      big(`\ufeff${text}`),
      Buffer.from(text, "utf16le"),
    ]) {
      const path = file(`wide.${ending}`, ending.endsWith("gz") ? gzipSync(bytes) : bytes);
      const said = `UserError: ${path}: is UTF-16; allowed: UTF-8`;
      expect(await messageOf(readCheckpointTable(path))).toContain(said);
      expect(await messageOf(queryTable(path))).toContain(said);
    }
  },
);

test.each(Object.keys(texts))("UTF-8 with a byte order mark is read: .%s", async (ending) => {
  const table = await readCheckpointTable(file(`mark.${ending}`, `\ufeff${texts[ending]}`));
  expect([table.run, table.metrics.get("loss")![0]]).toEqual([["a"], 3]);
});

test.each([
  ["a row", "jsonl", `${texts.jsonl}{"run":"b","loss":1,"loss":2}\n`],
  ["a row of an array", "json", '[{"run":"b","loss":1,"loss":2}]'],
  ["an object within", "jsonl", `{"run":"b","results":{"loss":1,"loss":2}}\n`],
  ["objects of a list", "json", '[{"run":"b","results":[{"x":1},{"loss":1,"loss":2}]}]'],
  ["objects beside numbers", "jsonl", '{"run":"b","results":5}\n{"run":"c","results":{"loss":1,"loss":2}}\n'],
  [
    "objects beside text within",
    "json",
    '[{"r":{"x":"N/A"}},{"r":{"x":{"y":1}}},{"r":{"x":[{"loss":1,"loss":2}]}}]',
  ],
])("JSON: a key that stands twice in %s is an error", async (name, ending, content) => {
  const path = file(`twice ${name}.${ending}`, content);
  const said = await messageOf(readCheckpointTable(path));
  expect(said).toContain(`UserError: ${path}: the key "loss" occurs twice in {`);
  expect(said).toContain("; allowed: each key of an object once");
});

test("the columns of the folders that a file lies in are there wherever one stands", async () => {
  mkdirSync(join(folder, "role=target"), { recursive: true });
  file("role=target/part-0.csv", csv);
  const before = process.cwd();
  process.chdir(join(folder, "role=target"));
  try {
    expect((await readCheckpointTable("part-0.csv")).role).toEqual(["target"]);
    expect((await readCheckpointTable("*.csv")).role).toEqual(["target"]);
  } finally {
    process.chdir(before);
  }
});

test("a folder is its files, those of partitions too", async () => {
  mkdirSync(join(folder, "hive", "role=fit"), { recursive: true });
  file("hive/role=fit/part-0.jsonl", texts.jsonl!);
  expect((await readCheckpointTable(join(folder, "hive"))).role).toEqual(["fit"]);
  expect((await readCheckpointTable(join(folder, "hive", "role=fit"))).role).toEqual(["fit"]);
});

test.each(["csv", "tsv", "jsonl", "json"])(
  ".%s.gz: a file that is not whole is refused, one of several members is read",
  async (ending) => {
    const whole = gzipSync(texts[ending]!);
    const broken: readonly (readonly [bytes: Uint8Array, says: string])[] = [
      [whole.subarray(0, -9), "has been cut: it ends within the compressed data"],
      // All rows are there, and what tells so is not.
      [whole.subarray(0, -8), "has been cut: it ends within the compressed data"],
      [whole.with(whole.length - 8, whole.at(-8)! ^ 1), "is broken: incorrect data check"],
      [whole.with(whole.length - 1, 1), "is broken: incorrect length check"],
      [Buffer.concat([whole, Buffer.from("more")]), "is broken: incorrect header check"],
    ];
    for (const [bytes, says] of broken) {
      const path = file(`broken.${ending}.gz`, bytes);
      expect(await messageOf(readCheckpointTable(path))).toContain(`UserError: ${path}: ${says}`);
      expect(await messageOf(queryTable(path))).toContain(`UserError: ${path}: ${says}`);
    }
    const half = Math.floor(texts[ending]!.length / 2);
    const members = [texts[ending]!.slice(0, half), texts[ending]!.slice(half)].map((text) => gzipSync(text));
    expect((await readCheckpointTable(file(`members.${ending}.gz`, Buffer.concat(members)))).run).toEqual([
      "a",
    ]);
  },
);

test("a column whose name holds a NUL is refused by name", async () => {
  const arrow = tableToIPC(tableFromArrays({ run: ["a"], "lo\0ss": [1] }), "file");
  for (const path of [file("nul.csv", "run,lo\0ss\na,1\n"), file("nul.arrow", arrow)]) {
    expect(await messageOf(readCheckpointTable(path))).toContain(
      `UserError: ${path}: column 2 is named "lo\\u0000ss"; allowed: `,
    );
  }
});

// A gibibyte is unzipped first.
test.runIf(wholeCrosses)("a .gz file that is made to fill the memory is refused", async () => {
  const member = gzipSync(Buffer.alloc(2 ** 26, "0"));
  const bomb = Buffer.concat([gzipSync(csv), ...Array.from({ length: 17 }, () => member)]);
  expect(await messageOf(readCheckpointTable(file("bomb.csv.gz", bomb)))).toContain(
    "bomb.csv.gz: unzips to more than 100 times its size, and to more than 1 GiB; allowed: less",
  );
});

import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { locate } from "../../src/tables/checkpoint-table.ts";
import { readCheckpointTable } from "../../src/tables/to-checkpoint-table.ts";
import { messageOf, temporaryFolder } from "./temporary.ts";

const { file } = temporaryFolder();

const message = async (name: string, content: string | Buffer): Promise<string> =>
  messageOf(readCheckpointTable(file(name, content)));

const header = "run,n,d,subject,loss\n";

test.each([
  ["blank lines", `${header}\na,1,2,x,3\n\n\nb,0,2,x,3\n`, 6],
  ["lines within quotes", `${header}"a\nnew\r\nline",1,2,x,3\nb,0,2,x,3\n`, 5],
  ["blank lines before the header", `\n\n${header}a,1,2,x,3\nb,0,2,x,3\n`, 5],
  ["a sep= line and blank lines", "sep=;\n\nrun;n;d;subject;loss\n\na;0;2;x;3\n", 5],
  ["lines within a quoted name", 'run,n,d,"sub\nject",subject,loss\na,1,2,,x,3\n\nb,0,2,,x,3\n', 5],
  ["carriage returns", `${header}\n"a\nb",1,2,x,3\nb,0,2,x,3\n`.replaceAll("\n", "\r\n"), 5],
  ["a byte order mark", `\ufeff${header}\na,0,2,x,3\n`, 3],
])("CSV: the line of a row after %s", async (_, content, line) => {
  for (const [name, bytes] of [
    ["t.csv", content],
    ["t.csv.gz", gzipSync(content)],
  ] as const) {
    expect(await message(name, bytes)).toMatch(
      new RegExp(`\\(line ${line}\\), column "n": 0; allowed: a number > 0`),
    );
  }
});

test("CSV: a quote within a cell is a sign like others", async () => {
  expect(await message("inches.csv", `${header}a 5" disk,1,2,x,3\nb,0,2,x,3\n`)).toContain("row 2 (line 3)");
});

test("JSON lines: the line of a row after blank lines", async () => {
  const row = (n: number) => JSON.stringify({ run: `r${n}`, n, d: 1, subject: "x", loss: 3 });
  expect(await message("t.jsonl", `\n${row(1)}\n\n\n${row(0)}\n`)).toContain(
    'row 2 (line 5), column "n": 0;',
  );
});

test("findings and other messages count lines alike", async () => {
  const table = await readCheckpointTable(file("alike.csv", `${header}"a\nb",1,2,x,3\n\nb,1,2,x,3\n`));
  expect(locate(table, 1)).toMatch(/row 2 \(line 5\)$/);
});

test.each([
  [
    "ragged",
    `${header}\n"a\nb",1,2,x,3\n\nc,1,2\n`,
    "line 6: 3 cells; allowed: 5, as many as the header has",
  ],
  ["late", `${header}${'"a\n",1,2,x,3\n'.repeat(3000)}b\n`, "line 6002: 1 cells; allowed: 5"],
  [
    "open",
    `${header}\na,1,2,x,3\n"b,1,2,x,3\nc,1,2,x,3\n`,
    "line 4: not a CSV file that can be read: the quote of a cell",
  ],
  ["spaces", `${header}a,1,2,x,3\n   \nb,1,2,x,3\n`, "line 3: 1 cells; allowed: 5"],
])("CSV: the line at fault: %s", async (name, content, expected) => {
  expect(await message(`${name}.csv`, content)).toContain(expected);
});

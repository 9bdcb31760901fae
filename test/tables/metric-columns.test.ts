import { expect, test } from "vitest";
import { parse } from "yaml";
import { parseColumns } from "../../src/tables/columns.ts";
import { inspectTable } from "../../src/tables/inspect.ts";
import { looksNumeric } from "../../src/tables/numbers.ts";
import { readCheckpointTable } from "../../src/tables/to-checkpoint-table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { messageOf, temporaryFolder } from "./temporary.ts";

const { folder, file } = temporaryFolder();

const text = (...values: (string | null)[]) => looksNumeric({ name: "x", type: "string", values });

test("text with a slip in it is a number column, other text is not", () => {
  expect(text("1", "2.5e-3", "oops", null)).toBe(true);
  expect(text("1", "two", "three")).toBe(false);
  expect(text(null, "")).toBe(false);
  expect(looksNumeric({ name: "x", type: "int64", values: [1] })).toBe(true);
  expect(looksNumeric({ name: "x", type: "boolean", values: [true] })).toBe(false);
});

/** A CSV file (cells between semicolons) of a metric column beside a sound loss. */
const csv = (name: string, column: string, cells: readonly string[]): string =>
  file(
    `${name}.csv`,
    `run;n;d;subject;loss;${column}\n${cells.map((cell, i) => `r${i};1e8;2e9;x;3;${cell}\n`).join("")}`,
  );

const decimals = 'decimal: "," in the sweep file, or --decimal ,';
const thousands = `{sql: "regexp_replace(\\"acc\\", '[^0-9.eE+-]', '', 'g')::DOUBLE"}`;

test.each([
  ["either", ["1,366", "2,100"], `2 with a comma of decimals or of thousands ("1,366")`],
  ["decimals", ["1,366", "2,1"], `2 with a decimal comma ("1,366")`],
  ["a zero before", ["1,366", "0,366"], `2 with a decimal comma ("1,366")`],
  ["thousands", ["1,366", "2,100,000"], `2 with separators of thousands ("1,366")`],
  ["mixed", ["1,366", "2,1", "2,100.5"], `1 with a comma of decimals or of thousands ("1,366")`],
])("commas are told apart where the column tells: %s", async (name, cells, found) => {
  const said = await messageOf(readCheckpointTable(csv(name, "acc", cells)));
  expect(said).toContain(`cells are not numbers: `);
  expect(said).toContain(found);
  expect(said.includes(decimals)).toBe(name !== "thousands");
  expect(said.includes(thousands)).toBe(!["decimals", "a zero before"].includes(name));
});

test("both readings of a comma are offered, and do what they say", async () => {
  const path = csv("both", "acc", ["1,366"]);
  expect(await messageOf(readCheckpointTable(path))).toContain(
    `; to read them: with a comma of decimals or of thousands: ${decimals} where it is of decimals, ${thousands} where it is of thousands`,
  );
  const read = async (options: Parameters<typeof readCheckpointTable>[1]) =>
    (await readCheckpointTable(path, options)).metrics.get("acc")![0];
  expect(await read({ decimal: "," })).toBe(1.366);
  const columns = parseColumns(parse(`metrics: {acc: ${thousands}}`));
  expect(await read({ columns })).toBe(1366);
});

test("outside CSV decimal commas are read by an expression", async () => {
  const path = `${folder}/comma.parquet`;
  const one = (name: string, value: string) => ({ name, type: "string" as const, values: [value] });
  await writeTable(path, {
    rows: 1,
    columns: [one("run", "a"), one("n", "1e8"), one("d", "2e9"), one("subject", "x"), one("loss", "2,5")],
  });
  const said = await messageOf(readCheckpointTable(path));
  const cure = /with a decimal comma: (\{sql: .*\})$/.exec(said)![1]!;
  const table = await readCheckpointTable(path, { columns: parseColumns(parse(`metrics: {loss: ${cure}}`)) });
  expect(table.metrics.get("loss")![0]).toBe(2.5);
});

test("points for thousands before a decimal comma have a cure that works", async () => {
  const path = csv("german", "acc", ["1.234,5"]);
  const cure = /a decimal comma: (\{sql: .*\})$/.exec(await messageOf(readCheckpointTable(path)))![1]!;
  const table = await readCheckpointTable(path, { columns: parseColumns(parse(`metrics: {acc: ${cure}}`)) });
  expect(table.metrics.get("acc")![0]).toBe(1234.5);
});

test("a text column with some numbers is a finding, with its cells by kind", async () => {
  const cells = ["0.5", "None", "good", "bad", "n/a", "good", "12 %", "", "good"];
  const table = await readCheckpointTable(csv("some", "quality", cells));
  expect([...table.metrics.keys()]).toEqual(["loss"]);
  const { message } = inspectTable(table).findings.find(({ check }) => check === "some-numbers")!;
  expect(message).toContain(
    '"quality": 5 of 6 cells are not numbers: 4 of other text ("good"), 1 with a percent sign ("12 %"); ' +
      '2 more are words for a missing cell ("None"); to read them: with a percent sign: {sql: ',
  );
});

test("where no column is a metric, those with some numbers are described", async () => {
  const path = file(
    "none.csv",
    "run,n,d,subject,score\na,1e8,2e9,x,0.5\nb,1e8,2e9,x,bad\nc,1e8,2e9,x,good\n",
  );
  expect(await messageOf(readCheckpointTable(path))).toContain(
    "no metric: at least one number column is needed besides run, role",
  );
  expect(await messageOf(readCheckpointTable(path))).toContain(
    '; of column "score" 2 of 3 cells are not numbers: 2 of other text ("bad")',
  );
});

test("a column of names is no finding", async () => {
  const table = await readCheckpointTable(csv("names", "model", ["pythia", "olmo"]));
  expect(inspectTable(table).findings.map(({ check }) => check)).not.toContain("some-numbers");
});

test("a mapped column says what its cells are, and what reads them", async () => {
  const path = csv("mapped", "bpb", ["3", "45 %", "50 %", "x"]);
  const columns = parseColumns({ metrics: { loss: "bpb" } });
  expect(await messageOf(readCheckpointTable(path, { columns }))).toMatch(
    /row 2 \(line 3\), column "bpb": "45 %" is not a number \(3 of 4 cells are not numbers: 2 with a percent sign \("45 %"\), 1 of other text \("x"\)\); allowed: .*; to read them: with a percent sign: /,
  );
});

test.each(["None", "null", "NA", "nan", "-", '""', "", "  "])("phase %j is no phase", async (word) => {
  const path = file(
    "phase.csv",
    `run,role,n,d,subject,loss,phase\na,fit,1e8,2e9,x,3,early\na,fit,1e8,3e9,x,3,${word}\nb,target,1e9,2e10,x,2,${word}\n`,
  );
  expect((await readCheckpointTable(path)).phase).toEqual(["early", null, null]);
  const lines = file(
    "phase.jsonl",
    `${JSON.stringify({ run: "a", n: 1, d: 1, subject: "x", loss: 1, phase: word === '""' ? "" : word })}\n`,
  );
  expect((await readCheckpointTable(lines)).phase).toEqual([null]);
});

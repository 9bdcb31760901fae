import { expect, test } from "vitest";
import { locate } from "../../../src/tables/checkpoint-table.ts";
import { dataMixing } from "../../../src/tables/importers/data-mixing.ts";
import { inspectTable } from "../../../src/tables/inspect.ts";
import { messageOf, temporaryFolder } from "../temporary.ts";

const { file } = temporaryFolder();

const HEADER = "weight_web,weight_code,model_size,n_tokens,web_loss,code_loss,chat_loss,note";
const LINES = [
  "0.7000000000000001,0.3,1000000.0,10,3.5,2,2.5,a",
  "0.7,0.30000000000000004,1000000.0,20,3,,2,b",
  "0.2,0.8,1000000.0,10,4,1.5,,c",
  "0.2,0.8,1000000.0,20,,,,d",
  "0.7,0.3,2500000.0,40,2.5,1,1.5,e",
];
const put = (name: string, lines: readonly string[], header = HEADER) =>
  file(name, `${[header, ...lines].join("\n")}\n`);

test("one run for each mixture and size; sources, domains and the domain outside", async () => {
  const path = put("mixing.csv", LINES);
  const { table, notes } = await dataMixing.read([path]);
  expect([...new Set(table.run)]).toEqual(["mix1-1M", "mix2-1M", "mix1-2.5M"]);
  expect(table.rows).toBe(3 + 2 + 2 + 3);
  expect(table.subject.slice(0, 5)).toEqual(["web", "code", "chat", "web", "chat"]);
  expect([...table.metrics.keys()]).toEqual(["loss"]);
  expect(table.metrics.get("loss")!.slice(0, 5)).toEqual(Float64Array.of(3.5, 2, 2.5, 3, 2));
  expect([...table.mixes.keys()]).toEqual(["web", "code"]);
  expect([table.mixes.get("web")![0], table.mixes.get("web")![3]]).toEqual([0.7, 0.7]);
  expect([table.n[0], table.d[0], table.c[0]]).toEqual([1e6, 10, 6e7]);
  expect(table.step.every(Number.isNaN)).toBe(true);
  expect([table.run[9], table.role[9], table.family[9]]).toEqual(["mix1-2.5M", "target", "mix1"]);
  expect(table.role[0]).toBe("fit");
  expect(locate(table, 5)).toBe(`${path}, row 3 (line 4)`);
  expect(notes).toEqual([
    "2 mixtures of web, code, numbered in the order of the file",
    "the runs of the largest size, 2.5M, are targets",
    "not in the training data, with a loss only: chat",
    "column web_loss: 1 of 5 values missing",
    "column code_loss: 2 of 5 values missing",
    "column chat_loss: 2 of 5 values missing",
    "1 row left out (without any metric)",
    "1 column left out (not a metric of any subject): note",
  ]);
});

test("shares are scaled to sum to 1 after rounding", async () => {
  const third = "0.333,0.333,0.333,1e6,10,3";
  const path = put("thirds.csv", [third], "weight_a,weight_b,weight_c,model_size,n_tokens,a_loss");
  const { table } = await dataMixing.read([path]);
  for (const values of table.mixes.values()) expect(values[0]).toBeCloseTo(1 / 3, 12);
});

test("runs of one size are all to fit", async () => {
  const { table, notes } = await dataMixing.read([put("one-size.csv", LINES.slice(0, 4))]);
  expect(new Set(table.role)).toEqual(new Set(["fit"]));
  expect(notes).toContain("one model size: all runs are to fit");
  expect(inspectTable(table).findings.map(({ check }) => check)).toContain("no-target");
});

const bad = (change: string) => [...LINES.slice(0, 1), change];
test.each<[string, string[], string]>([
  [
    "shares that do not sum to 1",
    bad("0.7,0.2,1e6,20,3,2,2,x"),
    "row 2 (line 3), columns weight_web, weight_code: the sum is 0.9; allowed: shares that sum to 1, within 0.001",
  ],
  [
    "a share above 1",
    bad("1.2,-0.2,1e6,20,3,2,2,x"),
    'row 2 (line 3), column "weight_web": 1.2; allowed: a share from 0 to 1',
  ],
  [
    "no share",
    bad(",1,1e6,20,3,2,2,x"),
    'column "weight_web": the cell is empty; allowed: a share from 0 to 1',
  ],
  ["no size", bad("0.5,0.5,0,20,3,2,2,x"), 'column "model_size": 0; allowed: a number > 0'],
  ["text for a loss", bad("0.5,0.5,1e6,20,low,2,2,x"), 'column "web_loss": "low" is not a number'],
  [
    "a checkpoint twice",
    bad("0.7,0.3,1e6,10,3,2,2,x"),
    'run "mix1-1M", d 10, subject "web" was already given in',
  ],
  ["no rows", [], "the table has no rows"],
])("%s", async (name, lines, message) => {
  const path = put(`${name}.csv`, lines);
  const error = await messageOf(dataMixing.read([path]));
  expect(error).toContain(`UserError: ${path}`);
  expect(error).toContain(message);
});

test.each([
  ["model_size", 'no column "model_size"'],
  ["n_tokens", 'no column "n_tokens"'],
  ["weight_", 'no column "weight_arxiv"'],
  ["_loss", 'no column "arxiv_loss"'],
])("without columns of the name %s", async (part, message) => {
  const path = put(`without ${part}.csv`, LINES, HEADER.replaceAll(part, "x"));
  expect(await messageOf(dataMixing.read([path]))).toContain(message);
});

test("more than one file is refused", async () => {
  expect(await messageOf(dataMixing.read(["a.csv", "b.csv"]))).toBe(
    "UserError: data-mixing: 2 paths (a.csv, b.csv); allowed: one file",
  );
});

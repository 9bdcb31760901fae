import { join } from "node:path";
import { expect, test } from "vitest";
import { locate } from "../../src/tables/checkpoint-table.ts";
import { parseColumns } from "../../src/tables/columns.ts";
import type { Table } from "../../src/tables/table.ts";
import { readCheckpointTable, toCheckpointTable } from "../../src/tables/to-checkpoint-table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { messageOf, temporaryFolder } from "./temporary.ts";

const { folder, file } = temporaryFolder();

const read = (name: string, content: string, columns?: unknown) =>
  readCheckpointTable(file(name, content), columns === undefined ? {} : { columns: parseColumns(columns) });

test("a tidy table: defaults, metrics, mixes, text that is no metric", async () => {
  const table = await read(
    "tidy.csv",
    "run,role,n,d,c,step,subject,loss,accuracy,mix.web,note\n" +
      "a,fit,10,100,,1,c4,2.5,,0.7,hello\n" +
      "a,,10,200,99,2,c4,2.25,0.5,0.7,there\n" +
      "b,target,20,100,,1,c4,2,0.75,0.6,you\n",
  );
  expect(table.rows).toBe(3);
  expect(table.run).toEqual(["a", "a", "b"]);
  expect(table.role).toEqual(["fit", "fit", "target"]);
  expect(table.c).toEqual(Float64Array.of(6000, 99, 12000));
  expect(table.step).toEqual(Float64Array.of(1, 2, 1));
  expect([...table.metrics]).toEqual([
    ["loss", Float64Array.of(2.5, 2.25, 2)],
    ["accuracy", Float64Array.of(Number.NaN, 0.5, 0.75)],
  ]);
  expect([...table.mixes]).toEqual([["web", Float64Array.of(0.7, 0.7, 0.6)]]);
  expect(table.family).toEqual([null, null, null]);
  expect(table.phase).toEqual([null, null, null]);
});

test("without step, role and phase; runs named by numbers keep their names", async () => {
  const table = await read("bare.csv", "run,n,d,subject,loss\n01,1,2,c4,3\n");
  expect(table.run).toEqual(["01"]);
  expect(table.role).toEqual(["fit"]);
  expect(table.step).toEqual(Float64Array.of(Number.NaN));
});

test("a tidy table under other names", async () => {
  const table = await read("renamed.csv", "name,params,tokens,task,bpb,seed\na,1,2,c4,3,4\n", {
    run: "name",
    n: "params",
    d: "tokens",
    subject: "task",
    metrics: { loss: "bpb" },
  });
  expect(table.subject).toEqual(["c4"]);
  expect([...table.metrics]).toEqual([["loss", Float64Array.of(3)]]);
});

const wide = {
  run: "run_name",
  n: "params",
  d: "tokens",
  role: { column: "split", target: ["big"] },
  subjects: { hellaswag: { loss: "hs_bpb", accuracy: "hs_acc" }, c4: { loss: "c4_ce" } },
  mix: { web: "web_share" },
};

test("a wide table becomes tidy rows, and rows know where they came from", async () => {
  const table = await read(
    "wide.csv",
    "run_name,params,tokens,split,hs_bpb,hs_acc,c4_ce,web_share\n" +
      "a,10,100,small,1.5,0.3,3,0.5\n" +
      "b,20,100,big,1.25,,,0.5\n",
    wide,
  );
  expect(table.subject).toEqual(["hellaswag", "c4", "hellaswag"]);
  expect(table.role).toEqual(["fit", "fit", "target"]);
  expect([...table.metrics]).toEqual([
    ["loss", Float64Array.of(1.5, 3, 1.25)],
    ["accuracy", Float64Array.of(0.3, Number.NaN, Number.NaN)],
  ]);
  expect(table.mixes.get("web")).toEqual(Float64Array.of(0.5, 0.5, 0.5));
  expect(locate(table, 2)).toBe(`${join(folder, "wide.csv")}, row 2 (line 3)`);
});

test.each([
  [
    "target",
    { role: { column: "split", target: ["bg"] } },
    'columns.role.target: "bg" is not a value of column "split"',
  ],
  ["column", { n: "parms" }, 'no column "parms" (named under columns.n); did you mean "params"?'],
  [
    "metric",
    { subjects: { c4: { loss: "c4_c" } } },
    'no column "c4_c" (named under columns.subjects.c4.loss); did you mean "c4_ce"?',
  ],
])("a mapping that the table does not fit: %s", async (name, change, message) => {
  const content = "run_name,params,tokens,split,hs_bpb,hs_acc,c4_ce,web_share\na,10,100,big,1.5,0.3,3,0.5\n";
  const error = await messageOf(read(`misfit-${name}.csv`, content, { ...wide, ...change }));
  expect(error).toContain(message);
  expect(error).toMatch(/^UserError/);
});

const header = "run,n,d,subject,loss\n";
const good = "a,1,10,c4,2\n";

test.each([
  ["no-column", "run,n,d,subjct,loss\na,1,10,c4,2\n", 'no column "subject"; did you mean "subjct"?'],
  [
    "text",
    `${header}${good}b,12B,10,c4,2\n`,
    'row 2 (line 3), column "n": "12B" is not a number; allowed: a number > 0',
  ],
  [
    "text-metric",
    `${header}${good}a,1,20,c4,oops\n`,
    'row 2 (line 3), column "loss": "oops" is not a number; allowed: a finite number, or an empty cell',
  ],
  [
    "nan",
    `${header}a,1,10,c4,nan\n`,
    'row 1 (line 2), column "loss": NaN; allowed: a finite number, or an empty cell where it is missing',
  ],
  ["nan-d", `${header}a,1,nan,c4,2\n`, 'column "d": NaN; allowed: a number > 0'],
  [
    "infinity",
    `${header}${good}a,1,20,c4,inf\n`,
    'row 2 (line 3), column "loss": Infinity; allowed: a finite number',
  ],
  ["infinite-n", `${header}a,inf,10,c4,2\n`, 'column "n": Infinity; allowed: a number > 0'],
  ["zero-n", `${header}a,0,10,c4,2\n`, 'row 1 (line 2), column "n": 0; allowed: a number > 0'],
  ["negative-d", `${header}a,1,-10,c4,2\n`, 'column "d": -10; allowed: a number > 0'],
  [
    "empty-n",
    `${header}a,,10,c4,2\n${good}`,
    'row 1 (line 2), column "n": the cell is empty; allowed: a number > 0',
  ],
  ["empty-run", `${header},1,10,c4,2\n`, 'row 1 (line 2), column "run": the cell is empty; allowed: a name'],
  ["role", "run,role,n,d,subject,loss\na,train,1,10,c4,2\n", 'column "role": "train"; allowed: fit, target'],
  [
    "duplicate",
    `${header}${good}a,1,20,c4,2\n${good}`,
    'row 3 (line 4): run "a", d 10, subject "c4" was already given in',
  ],
  [
    "duplicate-step",
    "run,n,d,step,subject,loss\na,1,10,5,c4,2\na,1,20,5,c4,2\n",
    'a", step 5, subject "c4" was already given',
  ],
  [
    "no-metric",
    "run,n,d,subject\na,1,10,c4\n",
    "no metric: at least one number column is needed besides run, role, n",
  ],
  ["no-rows", header, "the table has no rows"],
])("a table that is not valid: %s", async (name, content, message) => {
  const error = await messageOf(read(`bad-${name}.csv`, content));
  expect(error).toContain(`UserError: ${join(folder, `bad-${name}.csv`)}`);
  expect(error).toContain(message);
  expect(error).not.toContain("\n");
});

test("both rows of a duplicate are named, also over files", async () => {
  const first = file("dup-1.csv", header + good);
  const second = file("dup-2.csv", `${header}b,1,10,c4,2\n${good}`);
  const error = await messageOf(readCheckpointTable([first, second]));
  expect(error).toContain(
    `${second}, row 2 (line 3): run "a", d 10, subject "c4" was already given in ${first}, row 1`,
  );
});

test("binary files are located by row alone, and a NaN in them is an error too", async () => {
  const table: Table = {
    rows: 2,
    columns: [
      { name: "run", type: "string", values: ["a", "b"] },
      { name: "n", type: "float64", values: Float64Array.of(1, Number.NEGATIVE_INFINITY) },
      { name: "d", type: "int64", values: [1, 1] },
      { name: "subject", type: "string", values: ["c4", "c4"] },
      { name: "loss", type: "float64", values: Float64Array.of(1, 1) },
    ],
  };
  for (const name of ["infinite.parquet", "infinite.arrow"]) {
    const path = join(folder, name);
    await writeTable(path, table);
    expect(await messageOf(readCheckpointTable(path))).toBe(
      `UserError: ${path}, row 2, column "n": -Infinity; allowed: a number > 0`,
    );
  }
});

test("JSON lines are located by line", async () => {
  const lines =
    '{"run":"a","n":1,"d":1,"subject":"c4","loss":1}\n{"run":"a","n":"x","d":2,"subject":"c4","loss":1}\n';
  expect(await messageOf(read("text.jsonl", lines))).toContain(
    'text.jsonl, row 2 (line 2), column "n": "x" is not',
  );
});

test("a table made in memory", () => {
  const table: Table = {
    rows: 1,
    columns: [
      { name: "run", type: "int64", values: [3] },
      { name: "n", type: "int64", values: [1] },
      { name: "d", type: "int64", values: [1] },
      { name: "subject", type: "string", values: ["c4"] },
      { name: "loss", type: "float64", values: Float64Array.of(-1) },
    ],
  };
  const result = toCheckpointTable(table, "made here");
  expect(result.run).toEqual(["3"]);
  // Whether a loss may be negative is for the methods to say.
  expect(result.metrics.get("loss")).toEqual(Float64Array.of(-1));
  expect(locate(result, 0)).toBe("made here, row 1");
});

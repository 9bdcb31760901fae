import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { parseColumns } from "../../src/tables/columns.ts";
import { inspectTable } from "../../src/tables/inspect.ts";
import { readCheckpointTable } from "../../src/tables/to-checkpoint-table.ts";
import { messageOf, temporaryFolder } from "./temporary.ts";

const { folder } = temporaryFolder();

function file(name: string, text: string | Buffer): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const message = (path: string, options = {}): Promise<string> =>
  messageOf(readCheckpointTable(path, options));

test("folders of a partitioned table are columns", async () => {
  file("hive/role=fit/a.csv", "run,n,d,subject,loss\n001,1e8,2e9,x,3\n");
  file("hive/role=target/b.csv", "run,n,d,subject,loss\nbig,1e9,2e10,x,2\n");
  const table = await readCheckpointTable(join(folder, "hive/**/*.csv"));
  expect([table.run, table.role]).toEqual([
    ["001", "big"],
    ["fit", "target"],
  ]);
  const both = file("hive/role=fit/c.csv", "run,role,n,d,subject,loss\nc,target,1e8,2e9,x,3\n");
  expect(await message(both)).toContain('row 1, column "role": "target"; the folder\'s name says "fit"');
});

test("two columns of one name are an error", async () => {
  const twice = file("twice.csv", "run,n,d,subject,loss,loss\na,1e8,2e9,x,3,9\n");
  expect(await message(twice)).toContain('two columns are named "loss" (columns 5 and 6)');
});

test("decimal commas are named, and read where that is asked for", async () => {
  const path = file("comma.csv", "run;n;d;subject;loss\na;1e8;2e9;x;1,366\nb;2e8;4e9;x;3,9e-1\n");
  expect(await message(path)).toMatch(
    /row 1 \(line 2\), column "loss": 2 of 2 cells are not numbers: 2 with a decimal comma \("1,366"\); .*--decimal ,/,
  );
  const table = await readCheckpointTable(path, { decimal: "," });
  expect([...table.metrics.get("loss")!]).toEqual([1.366, 0.39]);
});

test.each([
  ["percent", "45.2%", "with a percent sign"],
  ["thousands", '"1,234,567"', "with separators of thousands"],
  ["minus", "\u22121.5", "with a minus of typography"],
  ["words", "broken", "of other text"],
])("a metric column of %s is said to be that", async (name, value, kind) => {
  const path = file(`${name}.csv`, `run,n,d,subject,loss,accuracy\na,1e8,2e9,x,3,${value}\n`);
  expect(await message(path)).toContain(`column "accuracy": 1 of 1 cells are not numbers: 1 ${kind}`);
});

test("what reads a column is an expression that a sweep file takes", async () => {
  const path = file("cure.csv", 'run,n,d,subject,loss,"acc, %"\na,1e8,2e9,x,3,45.2%\n');
  const cure = /to read them: with a percent sign: (\{sql: .*\})$/.exec(await message(path))![1]!;
  const columns = parseColumns(parse(`metrics: {loss: loss, accuracy: ${cure}}`), "columns");
  const table = await readCheckpointTable(path, { columns });
  expect(table.metrics.get("accuracy")![0]).toBeCloseTo(0.452, 12);
});

test("words for nothing are missing cells, and counted", async () => {
  const path = file(
    "none.csv",
    "run,n,d,subject,loss,accuracy\na,1e8,2e9,x,3,None\nb,1e8,2e9,x,3,NA\nc,1e8,2e9,x,3,0.5\n",
  );
  const table = await readCheckpointTable(path);
  expect([...table.metrics.get("accuracy")!]).toEqual([Number.NaN, Number.NaN, 0.5]);
  expect(inspectTable(table).findings.map(({ check }) => check)).toContain("words-for-missing");
});

test("a column of names is no metric, whatever it is called", async () => {
  const path = file("names.csv", "run,n,d,subject,loss,model\na,1e8,2e9,x,3,pythia\n");
  expect([...(await readCheckpointTable(path)).metrics.keys()]).toEqual(["loss"]);
});

test("a leading sep= line says how cells are separated; UTF-16 is named", async () => {
  const table = await readCheckpointTable(file("sep.csv", "sep=;\nrun;n;d;subject;loss\na;1e8;2e9;x;3\n"));
  expect(table.run).toEqual(["a"]);
  expect(await message(file("bad.csv", "sep=;\nrun;n;d;subject;loss\na;;2e9;x;3\n"))).toContain(
    "row 1 (line 3)",
  );
  const wide = file("wide.csv", Buffer.from("\ufeffrun,n\na,1\n", "utf16le"));
  expect(await message(wide)).toContain("is UTF-16; allowed: UTF-8");
});

test("objects stay what they are until SQL has run", async () => {
  const path = file(
    "results.json",
    JSON.stringify({
      results: { hs: { "acc,none": 0.31, "bpb,none": 1.02 } },
      config: { args: "m,step=1", n: 1011781632 },
    }),
  );
  const table = await readCheckpointTable(path, {
    columns: parseColumns(
      {
        run: { sql: "config.args" },
        n: { sql: "config.n" },
        d: { sql: "2e9" },
        subjects: {
          hs: { loss: { sql: 'results.hs."bpb,none"' }, accuracy: { sql: 'results.hs."acc,none"' } },
        },
      },
      "columns",
    ),
  });
  expect([table.run[0], table.n[0], table.metrics.get("accuracy")![0]]).toEqual([
    "m,step=1",
    1011781632,
    0.31,
  ]);
});

test("an expression that changes the number of rows is an error", async () => {
  const path = file("rows.csv", "run,n,d,subject,loss\na,1e8,2e9,x,3\nb,1e8,2e9,x,3\n");
  const columns = parseColumns({ n: { sql: "unnest([n, n])" } }, "columns");
  expect(await message(path, { columns })).toContain(
    "it gives 4 rows for 2, but a column needs one value for each row",
  );
});

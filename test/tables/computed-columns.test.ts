import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseColumns } from "../../src/tables/columns.ts";
import { readCheckpointTable } from "../../src/tables/to-checkpoint-table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { messageOf, temporaryFolder } from "./temporary.ts";

const { folder } = temporaryFolder();

let files = 0;

function csv(...rows: string[]): string {
  const path = join(folder, `${files++}.csv`);
  writeFileSync(path, `${["model,seed,params_b,tokens_b,split,top-1 err,bpb", ...rows].join("\n")}\n`);
  return path;
}

const read = (path: string, columns: Record<string, unknown>) =>
  readCheckpointTable(path, { columns: parseColumns(columns) });

const mapping = {
  run: { sql: "model || '-' || seed" },
  n: { sql: "params_b * 1e9" },
  d: { sql: "tokens_b * 1e9" },
  role: { sql: "CASE WHEN split = 'big' THEN 'target' ELSE 'fit' END" },
  subject: { sql: "'t'" },
  metrics: { loss: "bpb", accuracy: { sql: '1 - "top-1 err"/100' } },
};

test("an expression stands for a column: units, names, percent, errors", async () => {
  const path = csv("m,1,0.2,4,small,62.5,1.25", "m,2,0.2,8,small,,1.125", "M,1,7,4000,big,20,0.5");
  const table = await read(path, mapping);
  expect(table.run).toEqual(["m-1", "m-2", "M-1"]);
  expect(table.role).toEqual(["fit", "fit", "target"]);
  expect([...table.n]).toEqual([2e8, 2e8, 7e9]);
  expect([...table.d]).toEqual([4e9, 8e9, 4e12]);
  expect([...table.metrics]).toEqual([
    ["loss", Float64Array.of(1.25, 1.125, 0.5)],
    ["accuracy", Float64Array.of(0.375, Number.NaN, 0.8)],
  ]);
});

test("rows keep their order whatever the expression does", async () => {
  const path = csv(
    ...Array.from({ length: 50 }, (_, i) => `m,${i},1,${50 - i},small,50,${1 + ((7 * i) % 50)}`),
  );
  const rank = { sql: "rank() OVER (ORDER BY tokens_b)" };
  const { step } = await read(path, { ...mapping, step: rank });
  expect([...step]).toEqual(Array.from({ length: 50 }, (_, i) => 50 - i));
});

test("a value that is not allowed is told by row and expression", async () => {
  const path = csv("m,1,0.2,4,small,50,1", "m,2,-0.2,8,small,50,1");
  expect(await messageOf(read(path, mapping))).toBe(
    `UserError: ${path}, row 2 (line 3), column "sql: params_b * 1e9": -200000000; allowed: a number > 0, such as 1.9e8 or 7B`,
  );
});

test.each([
  ["sizes * 1e9", 'no column "sizes"; the columns are '],
  ["params (B) * 1e9", "params is not a function"],
  ["parms_b * 1e9", 'no column "parms_b"; did you mean "params_b"?'],
  ["params_b *", "syntax error"],
  ["*", "it gives several columns instead of one"],
  ["COLUMNS(*)", "it gives several columns instead of one"],
  ["params_b), (seed", "it is more than one expression"],
  ["max(params_b)", "it makes one value from many rows, but a column needs one value for each row"],
])("%s is refused", async (sql, message) => {
  const path = csv("m,1,0.2,4,small,50,1");
  const said = await messageOf(read(path, { ...mapping, n: { sql } }));
  expect(said).toContain(`UserError: ${path}: {sql: ${sql}}: `);
  expect(said).toContain(message);
});

test.each(["csv", "jsonl", "parquet", "arrow"])(
  "%s: one value for each row, also where the number of values is right",
  async (format) => {
    const path = join(folder, `lists.${format}`);
    const rows = [
      { run: "a", n: 1, list: "1,2" },
      { run: "b", n: 2, list: null },
      { run: "c", n: 3, list: "3" },
    ];
    if (format === "csv") {
      writeFileSync(path, 'run,n,list\na,1,"1,2"\nb,2,\nc,3,3\n');
    } else if (format === "jsonl") {
      writeFileSync(path, rows.map((row) => JSON.stringify(row)).join("\n"));
    } else {
      const column = (name: "run" | "list") => rows.map((row) => row[name]);
      await writeTable(path, {
        rows: 3,
        columns: [
          { name: "run", type: "string", values: column("run") },
          { name: "n", type: "int64", values: [1, 2, 3] },
          { name: "list", type: "string", values: column("list") },
        ],
      });
    }
    const sized = (sql: string) =>
      read(path, { ...mapping, run: "run", role: { sql: "'fit'" }, n: { sql }, d: { sql: "1e9" } });
    expect(await messageOf(sized("unnest(string_split(list, ','))::DOUBLE"))).toContain(
      "it gives some rows more than one value and others none, but a column needs one value for each row",
    );
    expect(await messageOf(sized("unnest([n, n])"))).toContain("it gives 6 rows for 3");
  },
);

test("values of windows over several files stay with their rows", async () => {
  const first = csv("m,1,0.2,4,small,50,3", "m,2,0.2,9,small,50,2");
  const second = csv("m,3,0.2,6,small,50,1", "m,4,0.2,5,small,50,4");
  const step = { sql: "row_number() OVER (ORDER BY tokens_b DESC)" };
  const table = await readCheckpointTable([first, second], { columns: parseColumns({ ...mapping, step }) });
  expect([...table.step]).toEqual([4, 1, 2, 3]);
  expect([...table.d]).toEqual([4e9, 9e9, 6e9, 5e9]);
});

test.each(["avg(bpb)", "bpb / avg(bpb)", "sum(bpb) + bpb"])(
  "%s: says that it is one value of many rows",
  async (sql) => {
    const path = csv("m,1,0.2,4,small,50,1", "m,2,0.2,8,small,50,3");
    const said = await messageOf(read(path, { ...mapping, metrics: { loss: { sql } } }));
    expect(said).toContain(`{sql: ${sql}}: it makes one value from many rows`);
    expect(said).not.toContain("lawfit row");
    const { metrics } = await read(path, { ...mapping, metrics: { loss: { sql: "avg(bpb) OVER ()" } } });
    expect(metrics.get("loss")).toEqual(Float64Array.of(2, 2));
  },
);

test("a part of a name that is no whole word names no column", async () => {
  const path = csv("m,1,0.2,4,small,50,1");
  const said = await messageOf(read(path, { ...mapping, n: { sql: "params * 1e9" } }));
  expect(said).toContain('no column "params"; did you mean "params_b"?');
});

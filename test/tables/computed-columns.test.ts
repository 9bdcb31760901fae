import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseColumns } from "../../src/tables/columns.ts";
import { readCheckpointTable } from "../../src/tables/read-checkpoint-table.ts";
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
    `UserError: ${path}, row 2 (line 3), column "sql: params_b * 1e9": -200000000; allowed: a number > 0`,
  );
});

test.each([
  ["sizes * 1e9", 'no column "sizes"; allowed: an SQL expression over the table\'s columns'],
  ["parms_b * 1e9", 'no column "parms_b"; did you mean "params_b"?'],
  ["params_b *", "syntax error"],
  ["max(params_b)", "must appear in the GROUP BY clause"],
])("%s is refused", async (sql, message) => {
  const path = csv("m,1,0.2,4,small,50,1");
  const said = await messageOf(read(path, { ...mapping, n: { sql } }));
  expect(said).toContain(`UserError: ${path}: {sql: ${sql}}: `);
  expect(said).toContain(message);
});

// Reads the table that each line of standard input names, and answers each with a line of JSON.
import { createInterface } from "node:readline";
import { inspectTable } from "../../dist/tables/inspect.js";
import { readCheckpointTable } from "../../dist/tables/to-checkpoint-table.js";

const text = (value) => (Number.isNaN(value) ? null : value);

for await (const path of createInterface({ input: process.stdin })) {
  let said;
  try {
    const table = await readCheckpointTable(path);
    inspectTable(table);
    const metric = (name, row) => text(table.metrics.get(name)?.[row] ?? null);
    const answer = Array.from({ length: table.rows }, (_, row) => ({
      run: table.run[row],
      n: text(table.n[row]),
      d: text(table.d[row]),
      subject: table.subject[row],
      loss: metric("loss", row),
      accuracy: metric("accuracy", row),
    }));
    said = { outcome: "answered", answer };
  } catch (error) {
    said = { outcome: error.name === "UserError" ? "refused" : "internal", message: error.message };
  }
  process.stdout.write(`${JSON.stringify(said)}\n`);
}

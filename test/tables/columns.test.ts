import { expect, test } from "vitest";
import { parseColumns } from "../../src/tables/columns.ts";

test("takes tidy and wide mappings", () => {
  expect(parseColumns({ n: "params", metrics: { loss: "bpb" } })).toEqual({
    n: "params",
    metrics: { loss: "bpb" },
  });
  const wide = {
    run: "run_name",
    role: { column: "size", target: [7, "13B"] },
    subjects: { hellaswag: { loss: "hs_bpb" } },
  };
  expect(parseColumns(wide)).toEqual({ ...wide, role: { column: "size", target: ["7", "13B"] } });
  expect(parseColumns({ role: { column: "size", target: "13B" } }).role).toEqual({
    column: "size",
    target: ["13B"],
  });
});

test.each([
  [
    { rn: "x" },
    'columns: unknown key "rn"; allowed: run, n, d, c, step, family, phase, role, subject, metrics, subjects, mix, inputs; did you mean "run"?',
  ],
  [{ n: 3 }, "columns.n: "],
  // YAML's reading of {sql: concat(a, b)}.
  [
    { run: { sql: "concat(a", "b)": null } },
    'columns.run: an expression in braces ends at its first comma, before "b)"; allowed: it in quotes, {sql: "concat(a, b)"}',
  ],
  [
    { role: { column: "split" } },
    "columns.role: not valid; allowed is a column's name or an expression {sql: 1 - err/100}",
  ],
  [
    { metrics: { loss: { sqll: "x" } } },
    "columns.metrics.loss: not valid; allowed is a column's name or an expression",
  ],
  [{ subjects: { c4: { loss: 1 } } }, "columns.subjects.c4.loss: "],
  [
    { subjects: { c4: { loss: "x" } }, subject: "task" },
    "columns.subjects: a table is tidy (subject) or wide",
  ],
  [
    { subjects: { c4: { loss: "x" } }, metrics: { loss: "x" } },
    "columns.metrics: the metrics of a wide table",
  ],
  ["run", "columns: "],
])("names the key that is wrong: %j", (given, message) => {
  expect(() => parseColumns(given)).toThrow(message);
});

test("a message begins with the name that the mapping goes by", () => {
  expect(() => parseColumns({ x: 1 }, "sweep.yaml: columns")).toThrow(
    /^sweep\.yaml: columns: unknown key "x"/,
  );
});

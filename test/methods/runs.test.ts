import { expect, test } from "vitest";
import { indexRuns, perIndex } from "../../src/methods/runs.ts";
import { tableOfRows } from "./tables.ts";

const index = indexRuns(
  tableOfRows([
    { run: "b", d: 20, metrics: { loss: 2 } },
    { run: "a", d: 10, metrics: { loss: 3 } },
    { run: "b", d: 5, metrics: { loss: 4 } },
    { run: "b", d: 1, phase: "early", metrics: { loss: 9 } },
    { run: "big", role: "target", n: 7, d: 300, c: 12, metrics: { loss: 1 } },
    { run: "big", role: "target", n: 7, d: 200, c: 8, metrics: { loss: 1 } },
    { run: "b", d: 20, subject: "u", metrics: { loss: 1 } },
  ]),
);

test("runs are in the order of their content, their rows in that of training, whatever their order in the table", () => {
  expect(index.fitRuns("t")).toEqual([
    { run: "a", rows: Uint32Array.of(1) },
    { run: "b", rows: Uint32Array.of(2, 0) },
  ]);
  expect(index.targetRows("t", "big")).toEqual(Uint32Array.of(5, 4));
});

test("a target stands where its training ends", () => {
  expect(index.targets).toEqual([{ name: "big", n: 7, d: 300, c: 12 }]);
});

test("what was not measured has no rows", () => {
  expect(index.targetRows("u", "big")).toHaveLength(0);
  expect(index.fitRuns("nothing")).toEqual([]);
  expect(index.subjects).toEqual(["t", "u"]);
});

test("the runs of a predicate are those it was given; all are the fit runs of the main series", () => {
  const table = tableOfRows([
    { run: "a", d: 1, metrics: {} },
    { run: "b", d: 1, metrics: {} },
    { run: "c", d: 1, phase: "early", metrics: {} },
    { run: "big", d: 1, role: "target", metrics: {} },
  ]);
  const chosen = indexRuns(table, new Map([["n < 1", new Set(["b"])]]));
  expect([...chosen.selected("n < 1")]).toEqual(["b"]);
  expect([...chosen.selected("all")]).toEqual(["a", "b"]);
  expect(() => chosen.selected("n < 2")).toThrow('runs of "n < 2" were not selected');
});

test("a function per index is computed once for each index and argument", () => {
  const asked: string[] = [];
  const rowsTimes = perIndex(String, ({ table }, factor: number) => {
    asked.push(`${table.rows} * ${factor}`);
    return table.rows * factor;
  });
  const full = indexRuns(tableOfRows([{ run: "a", d: 1, metrics: {} }]));
  const empty = indexRuns(tableOfRows([]));
  expect([rowsTimes(full, 2), rowsTimes(full, 3), rowsTimes(empty, 2), rowsTimes(full, 2)]).toEqual([
    2, 3, 0, 2,
  ]);
  expect(asked).toEqual(["1 * 2", "1 * 3", "0 * 2"]);
});

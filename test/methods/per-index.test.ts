import { expect, test } from "vitest";
import { indexRuns, perIndex } from "../../src/methods/runs.ts";
import { tableOfRows } from "./tables.ts";

test("it is worked out once for each index and argument", () => {
  const asked: string[] = [];
  const rowsTimes = perIndex(String, ({ table }, factor: number) => {
    asked.push(`${table.rows} * ${factor}`);
    return table.rows * factor;
  });
  const one = indexRuns(tableOfRows([{ run: "a", d: 1, metrics: {} }]));
  const none = indexRuns(tableOfRows([]));
  expect([rowsTimes(one, 2), rowsTimes(one, 3), rowsTimes(none, 2), rowsTimes(one, 2)]).toEqual([2, 3, 0, 2]);
  expect(asked).toEqual(["1 * 2", "1 * 3", "0 * 2"]);
});

import { expect, test } from "vitest";
import { stackColumns } from "../../src/tables/table.ts";

test("numbers under text become text, integers under floats become floats", () => {
  const stacked = stackColumns([
    {
      rows: 2,
      columns: [
        { name: "x", type: "float64", values: Float64Array.of(1.5, Number.NaN) },
        { name: "y", type: "int64", values: [1, null] },
      ],
      literalNaN: new Map(),
    },
    {
      rows: 1,
      columns: [
        { name: "x", type: "string", values: ["z"] },
        { name: "y", type: "float64", values: Float64Array.of(Number.NaN) },
      ],
      literalNaN: new Map([["y", 0]]),
    },
  ]);
  expect(stacked.columns).toEqual([
    { name: "x", type: "string", values: ["1.5", null, "z"] },
    { name: "y", type: "float64", values: Float64Array.of(1, Number.NaN, Number.NaN) },
  ]);
  expect([...stacked.literalNaN]).toEqual([["y", 2]]);
});

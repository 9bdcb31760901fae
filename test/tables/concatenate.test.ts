import { expect, test } from "vitest";
import { locate } from "../../src/tables/checkpoint-table.ts";
import { concatenate } from "../../src/tables/reshape.ts";
import { smallTable } from "./small-table.ts";

test("stacks rows; a metric that a table has not is missing on its rows", () => {
  const first = smallTable([{ run: "a", loss: 3 }], {
    metrics: new Map([["loss", Float64Array.of(3)]]),
    origin: {
      files: [{ path: "a.csv", rows: 4, lines: (row: number) => row + 2 }],
      sourceRow: Uint32Array.of(3),
    },
  });
  const second = smallTable([{ run: "b" }, { run: "c", phase: "early" }], {
    source: "second",
    metrics: new Map([["ce", Float64Array.of(1, 2)]]),
    mixes: new Map([["web", Float64Array.of(0.5, 0.5)]]),
  });
  const whole = concatenate([first, second], "whole");
  expect(whole.rows).toBe(3);
  expect(whole.source).toBe("whole");
  expect(whole.run).toEqual(["a", "b", "c"]);
  expect(whole.phase).toEqual([null, null, "early"]);
  expect([...whole.metrics]).toEqual([
    ["loss", Float64Array.of(3, Number.NaN, Number.NaN)],
    ["ce", Float64Array.of(Number.NaN, 1, 2)],
  ]);
  expect(whole.mixes.get("web")).toEqual(Float64Array.of(Number.NaN, 0.5, 0.5));
  expect(locate(whole, 0)).toBe("a.csv, row 4 (line 5)");
  expect(locate(whole, 2)).toBe("second, row 2");
});

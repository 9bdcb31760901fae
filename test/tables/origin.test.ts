import { expect, test } from "vitest";
import { describeRow } from "../../src/tables/origin.ts";

const files = [
  { path: "a.csv", rows: 2, lines: (row: number) => row + 2 },
  { path: "b.parquet", rows: 3 },
];

test("rows are counted within their file, lines where the file has them", () => {
  expect(describeRow({ files }, 1)).toBe("a.csv, row 2 (line 3)");
  expect(describeRow({ files }, 2)).toBe("b.parquet, row 1");
});

test("rows that were spread or reordered lead back to their source", () => {
  expect(describeRow({ files, sourceRow: Uint32Array.of(4, 0) }, 0)).toBe("b.parquet, row 3");
  expect(describeRow({ files, sourceRow: Uint32Array.of(4, 0) }, 1)).toBe("a.csv, row 1 (line 2)");
});

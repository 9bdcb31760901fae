import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { writeLadder } from "../../src/simulate/write-ladder.ts";
import { readTable } from "../../src/tables/read.ts";
import { findColumn } from "../../src/tables/table.ts";
import { temporaryFolder } from "../tables/temporary.ts";

const sample = fileURLToPath(new URL("../../data-samples/ladder/", import.meta.url));
const { folder } = temporaryFolder();
const made = join(folder, "ladder");

beforeAll(async () => {
  await writeLadder(made);
});

test.each(["checkpoints.parquet", "checkpoints.arrow"])(
  "the shipped %s is what the command makes",
  async (name) => {
    const shipped = await readTable(join(sample, name));
    const fresh = await readTable(join(made, name));
    expect(shipped.rows).toBe(fresh.rows);
    expect(shipped.columns.map((column) => column.name)).toEqual(fresh.columns.map((column) => column.name));
    for (const column of fresh.columns) {
      const other = findColumn(shipped, column.name)!;
      if (column.type !== "float64") expect(other).toEqual(column);
      else expectClose(other.values as Float64Array, column.values);
    }
  },
);

/** Equal but for what exp and log of another version of the engine may change in the last bits. */
function expectClose(shipped: Float64Array, fresh: Float64Array): void {
  const off = fresh.findIndex((value, row) => {
    const other = shipped[row]!;
    return !Object.is(value, other) && !(Math.abs(other / value - 1) < 1e-12);
  });
  expect(off).toBe(-1);
}

test("the shipped sweep file and truth are what the command makes", () => {
  const text = (directory: string, name: string) => readFileSync(join(directory, name), "utf8");
  expect(text(sample, "sweep.yaml")).toBe(text(made, "sweep.yaml"));
  const digits = (_key: string, value: unknown) =>
    typeof value === "number" ? Number(value.toPrecision(12)) : value;
  expect(JSON.parse(text(sample, "truth.json"), digits)).toEqual(
    JSON.parse(text(made, "truth.json"), digits),
  );
});

test("the sample is small and says what it is", () => {
  const bytes = readdirSync(sample).map((name) => statSync(join(sample, name)).size);
  expect(bytes.reduce((a, b) => a + b, 0)).toBeLessThan(1_000_000);
  expect(readFileSync(join(sample, "README.md"), "utf8")).toContain(
    "lawfit simulate ladder --out data-samples/ladder --force",
  );
});

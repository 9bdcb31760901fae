import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import type { FlpMTruth } from "../../src/simulate/flp-m.ts";
import type { BestShare } from "../../src/simulate/flp-m-laws.ts";
import { writeFlpM, writeLadder, writeLossToLoss } from "../../src/simulate/write.ts";
import { readTable } from "../../src/tables/read.ts";
import { findColumn } from "../../src/tables/table.ts";
import { temporaryFolder } from "../tables/temporary.ts";

const samples = fileURLToPath(new URL("../../data-samples/", import.meta.url));
const { folder } = temporaryFolder();

beforeAll(async () => {
  await writeLadder(join(folder, "ladder"));
  await writeFlpM(join(folder, "flp-m"));
  await writeLossToLoss(join(folder, "loss-to-loss"));
});

test.each([
  "ladder/checkpoints.parquet",
  "ladder/checkpoints.arrow",
  "flp-m/checkpoints.parquet",
  "loss-to-loss/checkpoints.parquet",
])("the shipped %s is what the command makes", async (name) => {
  const shipped = await readTable(join(samples, name));
  const fresh = await readTable(join(folder, name));
  expect(shipped.rows).toBe(fresh.rows);
  expect(shipped.columns.map((column) => column.name)).toEqual(fresh.columns.map((column) => column.name));
  for (const column of fresh.columns) {
    const other = findColumn(shipped, column.name)!;
    if (column.type !== "float64") expect(other).toEqual(column);
    else expectClose(other.values as Float64Array, column.values);
  }
});

/** Equal but for what exp and log of another version of the engine may change in the last bits. */
function expectClose(shipped: Float64Array, fresh: Float64Array): void {
  const off = fresh.findIndex((value, row) => {
    const other = shipped[row]!;
    return !Object.is(value, other) && !(Math.abs(other / value - 1) < 1e-12);
  });
  expect(off).toBe(-1);
}

test.each(["ladder", "flp-m", "loss-to-loss"])(
  "the shipped sweep file and truth of %s are what the command makes",
  (name) => {
    const text = (directory: string, file: string) => readFileSync(join(directory, name, file), "utf8");
    // The line of the schema says where a file lies.
    const sweep = (directory: string) => text(directory, "sweep.yaml").replace(/^.*\$schema=.*\n/, "");
    expect(sweep(samples)).toBe(sweep(folder));
    const digits = (_key: string, value: unknown) =>
      typeof value === "number" ? Number(value.toPrecision(12)) : value;
    expect(JSON.parse(text(samples, "truth.json"), digits)).toEqual(
      JSON.parse(text(folder, "truth.json"), digits),
    );
  },
);

test.each(["ladder", "flp-m", "loss-to-loss"])("the sample %s is small and says what it is", (name) => {
  const sample = join(samples, name);
  const bytes = readdirSync(sample).map((file) => statSync(join(sample, file)).size);
  expect(bytes.reduce((a, b) => a + b, 0)).toBeLessThan(1_000_000);
  expect(readFileSync(join(sample, "README.md"), "utf8")).toContain(
    `lawfit simulate ${name} --out data-samples/${name} --force`,
  );
});

test("the README of flp-m has the best shares of its truth", () => {
  const read = (name: string) => readFileSync(join(samples, "flp-m", name), "utf8");
  const { optimum }: FlpMTruth = JSON.parse(read("truth.json"));
  const line = ({ code, gain }: BestShare) => `| ${code} | ${gain.toFixed(4)} |`;
  for (const task of optimum.tasks)
    expect(read("README.md")).toContain(`| \`${task.subject}\` ${line(task)}`);
  expect(read("README.md")).toContain(`| mean of the tasks ${line(optimum.mean)}`);
});

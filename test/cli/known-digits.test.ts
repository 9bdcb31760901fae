import { expect, test } from "vitest";
import { toKnownDigits } from "../../src/cli/known-digits.ts";
import type { Table } from "../../src/tables/table.ts";

/** The only row of a table to its known digits. */
function row(name: string, values: Record<string, number>): Record<string, number> {
  const table: Table = {
    rows: 1,
    columns: Object.entries(values).map(([column, value]) => {
      return { name: column, type: "float64", values: Float64Array.of(value) };
    }),
  };
  const { columns } = toKnownDigits(table, name);
  return Object.fromEntries(columns.map((column) => [column.name, Number(column.values[0])]));
}

test("each value has the digits of its own interval", () => {
  const sizes = { n: 5.47e10, n_lower: 5.22e10, n_upper: 5.64e10 };
  const tokens = { d: 1576239, d_lower: 1523700, d_upper: 1652700 };
  expect(row("isoflop", { ...sizes, ...tokens })).toEqual({
    ...sizes,
    d: 1.58e6,
    d_lower: 1.52e6,
    d_upper: 1.65e6,
  });
});

test("an interval does not become a point for the error of another kind", () => {
  const known = { value: -263.98, profile_lower: -329.43, profile_upper: -251.91, run_standard_error: 63210 };
  expect(row("identifiability", known)).toEqual({
    value: -264,
    profile_lower: -329,
    profile_upper: -252,
    run_standard_error: 63210,
  });
});

test("a value outside its interval stays outside", () => {
  expect(row("intervals", { estimate: 0.62593, lower: 0.63139, upper: 0.7412, actual: 0.74118 })).toEqual({
    estimate: 0.62593,
    lower: 0.63139,
    upper: 0.7412,
    actual: 0.74118,
  });
});

test("a share below 1 does not become 1, and a level is as it was given", () => {
  expect(row("translations", { r_squared: 0.9999627, level: 0.99995 })).toEqual({
    r_squared: 0.999963,
    level: 0.99995,
  });
});

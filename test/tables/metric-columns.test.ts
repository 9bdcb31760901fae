import { expect, test } from "vitest";
import { looksNumeric } from "../../src/tables/metric-columns.ts";

const text = (...values: (string | null)[]) => looksNumeric({ name: "x", type: "string", values });

test("text with a slip in it is a number column, other text is not", () => {
  expect(text("1", "2.5e-3", "oops", null)).toBe(true);
  expect(text("1", "two", "three")).toBe(false);
  expect(text(null, "")).toBe(false);
  expect(looksNumeric({ name: "x", type: "int64", values: [1] })).toBe(true);
  expect(looksNumeric({ name: "x", type: "boolean", values: [true] })).toBe(false);
});

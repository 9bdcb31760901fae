import { expect, expectTypeOf, test } from "vitest";
import { type ColumnOf, count, flag, number, tableOf, text, via } from "../../src/tables/table-of.ts";

interface Fit {
  standardError: number;
  note: string | undefined;
  starts?: number;
}

const columns: readonly ColumnOf<Fit>[] = [
  number("standard_error", "of the slope"),
  text("note", "what is wrong"),
  count("starts", "starts solved"),
  flag("is_exact", "whether it is 0", ({ standardError }) => standardError === 0),
];

test("a column without a function is the property of its name in camel case; what is missing is null, or NaN", () => {
  const fits = [
    { standardError: 0, note: "few", starts: 3 },
    { standardError: Number.NaN, note: undefined },
  ];
  const { rows, columns: made } = tableOf<Fit>(fits, columns);
  expect(rows).toBe(2);
  expect(made).toEqual([
    {
      name: "standard_error",
      type: "float64",
      description: "of the slope",
      values: new Float64Array([0, Number.NaN]),
    },
    { name: "note", type: "string", description: "what is wrong", values: ["few", null] },
    { name: "starts", type: "int64", description: "starts solved", values: [3, null] },
    { name: "is_exact", type: "boolean", description: "whether it is 0", values: [true, false] },
  ]);
});

test("columns of one record serve another that has one, with their descriptions", () => {
  const given = tableOf(
    [{ fit: { standardError: 2, note: undefined } }],
    via(columns, ({ fit }: { fit: Fit }) => fit),
  );
  expect(given.columns[0]).toMatchObject({ description: "of the slope", values: new Float64Array([2]) });
});

test("a name that is no property, or one of another type, does not compile", () => {
  expectTypeOf(number("standard_eror", "")).not.toExtend<ColumnOf<Fit>>();
  expectTypeOf(number("note", "")).not.toExtend<ColumnOf<Fit>>();
  expectTypeOf(text("note", "")).toExtend<ColumnOf<Fit>>();
});

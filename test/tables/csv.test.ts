import { expect, test } from "vitest";
import { formatCsv } from "../../src/tables/csv.ts";

test("quotes what must be quoted, leaves missing cells empty, keeps every digit", () => {
  const text = formatCsv({
    rows: 2,
    columns: [
      { name: "a,b", type: "string", values: ['say "x"\nagain', ""] },
      { name: "c", type: "float64", values: Float64Array.of(0.1 + 0.2, Number.NaN) },
      { name: "d", type: "boolean", values: [null, true] },
    ],
  });
  expect(text).toBe('"a,b",c,d\n"say ""x""\nagain",0.30000000000000004,\n"",,true\n');
});

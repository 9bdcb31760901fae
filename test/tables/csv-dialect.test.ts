import { expect, test } from "vitest";
import { csvDialect } from "../../src/tables/csv.ts";

test.each([
  ["run,n,d", ",", 3],
  ["run;n;d", ";", 3],
  ["run\tn", "\t", 2],
  ["only", ",", 1],
  ['"a;b;c",n', ",", 2],
])("header %j", (header, delimiter, cells) => {
  expect(csvDialect(header)).toMatchObject({ delimiter, cells, skip: 0 });
});

test("names of a header, quoted ones too", () => {
  expect(csvDialect('run,"a,b","say ""x""",').names).toEqual(["run", "a,b", 'say "x"', ""]);
});

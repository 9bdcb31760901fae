import { expect, test } from "vitest";
import { readRows } from "../../src/reproduce/paper.ts";
import { OWN, score } from "./made-up.ts";

const columns = ["error", "error (%)"];
const read = (text: string) => readRows(columns, text, () => ({ design: OWN, quantity: score }));

test("a line is a name of one or more words and a number a column, a dash where none is printed", () => {
  const rows = read(`
    Social IQa  1.2  2.0
    Average       -  5.9
  `);
  expect(rows.map(({ name }) => name)).toEqual(["Social IQa", "Average"]);
  expect(rows.map(({ cells }) => cells.map((cell) => cell?.printed.text))).toEqual([
    ["1.2", "2.0"],
    [undefined, "5.9"],
  ]);
});

test("what a number is depends on its row and column", () => {
  const asked: string[] = [];
  readRows(columns, "PIQA 0.8 1.0", (row, column) => {
    asked.push(`${row} ${column}`);
    return { design: OWN, quantity: score };
  });
  expect(asked).toEqual(["PIQA 0", "PIQA 1"]);
});

test("a line with too few numbers is an error", () => {
  expect(() => read("PIQA 0.8")).toThrow(/"PIQA 0.8"/);
  expect(() => read("1.3 0.8")).toThrow(/has not a name and 2 numbers/);
});

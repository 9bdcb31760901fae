import { expect, test } from "vitest";
import { publishedTable } from "../../src/reproduce/paper.ts";
import { OWN, score } from "./made-up.ts";

const asked: string[] = [];
const columns = ["error", "error (%)"].map((title) => ({
  title,
  cell(row: string) {
    asked.push(`${row}: ${title}`);
    return { design: OWN, quantity: score };
  },
}));
const read = (text: string) => publishedTable("table", "errors", columns, text).rows;

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
  asked.length = 0;
  read("PIQA 0.8 1.0");
  expect(asked).toEqual(["PIQA: error", "PIQA: error (%)"]);
});

test("a line with too few numbers is an error", () => {
  expect(() => read("PIQA 0.8")).toThrow(/"PIQA 0.8"/);
  expect(() => read("1.3 0.8")).toThrow(/has not a name and 2 numbers/);
});

import { expect, test } from "vitest";
import { type ComparedCell, type ComparedTable, countVerdicts } from "../../src/reproduce/compare.ts";
import { formatReproduction } from "../../src/reproduce/format.ts";
import { printed } from "../../src/reproduce/paper.ts";

const cell = (text: string, ours: number, rest: Partial<ComparedCell> = {}): ComparedCell => {
  const number = printed(text);
  const difference = ours - number.value;
  return {
    printed: number,
    ours,
    difference,
    verdict: "reproduced",
    reason: undefined,
    evidence: undefined,
    ...rest,
  };
};
const explained = { verdict: "explained", reason: "rounding", evidence: "it is 10.00" } as const;
const tables: ComparedTable[] = [
  {
    name: "table 1",
    title: "errors",
    columns: ["a", "long name"],
    rows: [
      { name: "MMLU", cells: [cell("1.3", 1.284), undefined] },
      {
        name: "PIQA",
        cells: [cell("10.0", 9.93, explained), cell("0.2", 0.31, { verdict: "not reproduced" })],
      },
    ],
  },
];
const reproduction = {
  paper: { name: "p", title: "A paper", source: "Nobody, 2024" },
  tables,
  counts: countVerdicts(tables),
};

test("as text: printed, ours and the difference one above the other, marks below, reasons at the end", () => {
  expect(formatReproduction(reproduction)).toBe(
    [
      "A paper (Nobody, 2024)",
      "",
      "table 1: errors",
      "                   a  long name",
      "MMLU  printed    1.3",
      "      ours      1.28",
      "      off by   -0.02",
      "PIQA  printed   10.0        0.2",
      "      ours      9.93       0.31",
      "      off by   -0.07       0.11",
      "                 [1]    NOT [2]",
      "  [1] explained, rounding: it is 10.00",
      "  [2] not reproduced",
      "",
      "table    numbers  reproduced  explained  not reproduced",
      "table 1        3           1          1               1",
      "3 printed numbers: 1 reproduced, 1 explained (1 rounding), 1 not reproduced",
      "",
    ].join("\n"),
  );
});

test("as Markdown: the same tables, and a summary", () => {
  const text = formatReproduction(reproduction, "md");
  expect(text).toContain("|  | ours | 9.93 | 0.31 |");
  expect(text).toContain("- [1] explained, rounding: it is 10.00");
  expect(text).toContain("| table 1 | 3 | 1 | 1 | 1 |");
});

test("as JSON and CSV: a row a printed number, in full precision", () => {
  const rows = JSON.parse(formatReproduction(reproduction, "json"));
  expect(rows).toHaveLength(3);
  expect(rows[1]).toEqual({
    table: "table 1",
    row: "PIQA",
    column: "a",
    printed: 10,
    decimals: 1,
    ours: 9.93,
    difference: 9.93 - 10,
    verdict: "explained",
    reason: "rounding",
    evidence: "it is 10.00",
  });
  expect(formatReproduction(reproduction, "csv").split("\n")[3]).toMatch(
    /^table 1,PIQA,long name,0.2,1,0.31,/,
  );
});

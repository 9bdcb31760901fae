import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "vitest";
import { markdownTable } from "../src/text.ts";

/** Two figures are the same to the last digit but one: another compiler may round the last one otherwise. */
const LAST_DIGIT = 1.5;

/**
 * Holds a table of a page, by its path from docs/, between `<!-- NAME -->` and `<!-- end of NAME -->`, against one made now. Words must be
 * the same, figures the same to their last digit. UPDATE_DOCS=1 writes it instead.
 */
export function expectDocumented(page: string, name: string, head: string[], rows: string[][]): void {
  const path = new URL(`../docs/${page}`, import.meta.url);
  const text = readFileSync(path, "utf8");
  const [before, after] = [`<!-- ${name} -->\n`, `<!-- end of ${name} -->`];
  const start = text.indexOf(before) + before.length;
  const end = text.indexOf(after);
  if (start < before.length || end < start) throw new Error(`docs/${page} has no place for ${name}`);
  if (process.env.UPDATE_DOCS === "1") {
    writeFileSync(
      path,
      `${text.slice(0, start)}\n${markdownTable(head, rows).join("\n")}\n\n${text.slice(end)}`,
    );
    return;
  }
  const lines = text.slice(start, end).trim().split("\n");
  const documented = lines.map((line) => line.slice(2, -2).split(" | "));
  expect(documented[0]).toEqual(head);
  expect(documented.slice(2).map(([first]) => first)).toEqual(rows.map(([first]) => first));
  documented.slice(2).forEach((cells, r) => {
    for (const [c, cell] of cells.entries()) {
      expectSame(cell, rows[r]![c]!, `${name}, row ${cells[0]}, ${head[c]}`);
    }
  });
}

function expectSame(documented: string, made: string, where: string): void {
  const decimals = /^-?\d+(?:\.(\d+))?$/.exec(documented)?.[1]?.length;
  if (decimals === undefined) expect(made, where).toBe(documented);
  else expect(Math.abs(Number(made) - Number(documented)), where).toBeLessThan(LAST_DIGIT * 10 ** -decimals);
}

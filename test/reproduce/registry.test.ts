import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { getPaper, papers } from "../../src/reproduce/reproduce.ts";
import { describeDesign } from "../../src/reproduce/results.ts";
import { packageFolder } from "../../src/solve/paths.ts";
import { resolveSweep } from "../../src/spec/resolve.ts";
import { checkSpec } from "../../src/spec/spec.ts";

test("an unknown paper is the user's mistake, with the nearest name", () => {
  expect(() => getPaper("lader")).toThrow(
    new UserError('unknown paper "lader"; allowed: ladder, loss-to-loss; did you mean "ladder"?'),
  );
});

const docs = readFileSync(join(packageFolder, "docs", "reproduce.md"), "utf8");

test.each([...papers.values()])("$name: documented", ({ name, source }) => {
  expect(docs).toContain(`lawfit reproduce ${name}`);
  expect(docs).toContain(source);
});

test.each([...papers.values()])("$name: every row has a cell a column, every name is there once", (paper) => {
  const names = paper.tables.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, columns, rows } of paper.tables) {
    expect(new Set(rows.map((row) => row.name)).size, name).toBe(rows.length);
    for (const row of rows) expect(row.cells, `${name}, ${row.name}`).toHaveLength(columns.length);
  }
});

test.each([...papers.values()])("$name: its sweep has the cells of all designs and witnesses", (paper) => {
  const spec = checkSpec({ ...paper.sweep, table: "none" }, paper.name);
  const { method, configurations, tasks } = resolveSweep(spec, paper.name);
  const isSwept = (design: Readonly<Record<string, unknown>>) =>
    configurations.some(({ values }) =>
      method.axes.every((axis) => values.get(axis.name) === (design[axis.name] ?? axis.default)),
    );
  const cells = paper.tables.flatMap(({ rows }) => rows.flatMap((row) => row.cells));
  for (const cell of cells) {
    if (cell === undefined) continue;
    expect(isSwept(cell.design), describeDesign(cell.design)).toBe(true);
    for (const task of cell.quantity.tasks) expect(tasks).toContain(task);
  }
  for (const { design, task, witness } of paper.explanations) {
    expect(isSwept(design) && isSwept(witness), describeDesign(witness)).toBe(true);
    expect(tasks).toContain(task);
  }
});

import { describe, expect, test } from "vitest";
import { fromPercent, withChance } from "../../src/spec/read-table.ts";
import { checkSpec } from "../../src/spec/spec.ts";
import { type Row, tableOfRows } from "../methods/tables.ts";

const rows: Row[] = [
  { run: "a", d: 1, subject: "arc", metrics: { accuracy: 40, mc_accuracy: 80, loss: 2, chance: 25 } },
  { run: "a", d: 1, subject: "race", metrics: { accuracy: 30, chance: 20 } },
  { run: "a", d: 1, subject: "web", metrics: { loss: 3 } },
];
const table = tableOfRows(rows);
const metric = (of: typeof table, name: string) => [...of.metrics.get(name)!];

describe("scores: percent", () => {
  test("makes shares of accuracies and chance levels, and leaves losses alone", () => {
    const shares = fromPercent(table, "sweep.yaml");
    expect(metric(shares, "accuracy")).toEqual([0.4, 0.3, Number.NaN]);
    expect(metric(shares, "mc_accuracy")).toEqual([0.8, Number.NaN, Number.NaN]);
    expect(metric(shares, "chance")).toEqual([0.25, 0.2, Number.NaN]);
    expect(metric(shares, "loss")).toEqual([2, Number.NaN, 3]);
    expect(metric(table, "accuracy")).toEqual([40, 30, Number.NaN]);
  });

  test("of a table of shares is refused with the largest", () => {
    const shares = tableOfRows([
      { run: "a", d: 1, metrics: { accuracy: 0.9 } },
      { run: "a", d: 2, metrics: { accuracy: 1 } },
    ]);
    expect(() => fromPercent(shares, "sweep.yaml")).toThrow(
      "sweep.yaml: scores: percent, but no accuracy of made by hand is above 1 (the largest is 1); allowed: scores: share " +
        "for a table of shares",
    );
  });

  test("of a table without scores changes nothing", () => {
    const losses = tableOfRows([{ run: "a", d: 1, metrics: { loss: 2 } }]);
    expect(fromPercent(losses, "sweep.yaml").metrics).toEqual(losses.metrics);
  });
});

describe("chance", () => {
  test("one number is that of all tasks, over the table's", () => {
    expect(metric(withChance(table, 0.1, "sweep.yaml"), "chance")).toEqual([0.1, 0.1, 0.1]);
  });

  test("by task it goes over the table's of that task alone", () => {
    expect(metric(withChance(table, { race: 0.33 }, "sweep.yaml"), "chance")).toEqual([25, 0.33, Number.NaN]);
  });

  test("a table that has none gets the column", () => {
    const bare = tableOfRows(
      rows.map(({ metrics: { chance: _, ...metrics }, ...row }) => ({ ...row, metrics })),
    );
    expect(metric(withChance(bare, { arc: 0 }, "sweep.yaml"), "chance")).toEqual([0, Number.NaN, Number.NaN]);
  });

  test("of an unknown task is refused with the nearest name", () => {
    expect(() => withChance(table, { arcs: 0.25 }, "sweep.yaml")).toThrow(
      'sweep.yaml: chance: unknown task "arcs"; allowed: arc, race, web; did you mean "arc"?',
    );
  });

  test.each([25, 1, -0.1, "a quarter", { arc: 1 }])("%j is no share", (chance) => {
    expect(() => checkSpec({ chance }, "sweep.yaml")).toThrow(
      /^sweep\.yaml: chance(\.arc)?: .*; allowed: a share >= 0 and < 1, or a mapping of tasks to such shares$/,
    );
  });
});

test("scores take one of two units", () => {
  expect(() => checkSpec({ scores: "per cent" }, "sweep.yaml")).toThrow(
    'sweep.yaml: scores: "per cent"; allowed: share, percent',
  );
});

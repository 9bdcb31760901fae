import { expect, test } from "vitest";
import type { CheckpointTable } from "../../src/tables/checkpoint-table.ts";
import { CHECK_NAMES } from "../../src/tables/findings.ts";
import { inspectTable } from "../../src/tables/inspect.ts";
import { type SmallRow, smallTable } from "./small-table.ts";

/** A table in which nothing looks wrong. */
const sound: readonly SmallRow[] = [
  { run: "a", n: 100e6, d: 10e9, loss: 4, accuracy: 0.25 },
  { run: "a", n: 100e6, d: 20e9, loss: 3.5, accuracy: 0.3 },
  { run: "b", n: 200e6, d: 30e9, loss: 3, accuracy: 0.5 },
  { run: "c", n: 400e6, d: 40e9, loss: 2.5, accuracy: 0.5 },
  { run: "big", role: "target", n: 1e10, d: 100e9, loss: 1.5, accuracy: 0.875 },
];

const change = (index: number, part: SmallRow) =>
  sound.map((row, i) => (i === index ? { ...row, ...part } : row));

/** Runs whose accuracy is an error rate. */
function errorRates(runs: number): SmallRow[] {
  const fit = Array.from({ length: runs }, (_, i) => ({
    ...{ run: `r${i}`, n: 100e6 * (i + 1), d: 10e9 },
    ...{ loss: 4 - 0.2 * i, accuracy: 0.8 - 0.05 * i },
  }));
  return [...fit, sound.at(-1)!];
}

const findings = (table: CheckpointTable) => inspectTable(table).findings;

test("a sound table has no findings", () => {
  expect(findings(smallTable(sound))).toEqual([]);
});

const caution = (kind: string): Partial<CheckpointTable> => ({
  free: { responses: new Map(), cautions: { pooled: [], copied: [], unscaled: [], [kind]: ["said so"] } },
});

const cases: Record<string, { rows: readonly SmallRow[]; part?: Partial<CheckpointTable>; says: string }> = {
  "rows-fitted-together": { rows: sound, part: caution("pooled"), says: "said so" },
  "copied-rows": { rows: sound, part: caution("copied"), says: "said so" },
  "sizes-in-other-units": { rows: sound, part: caution("unscaled"), says: "said so" },
  "no-target": { rows: sound.slice(0, 4), says: "3 runs, all to fit" },
  "few-runs": { rows: [...sound.slice(0, 3), ...sound.slice(4)], says: "2 runs to fit" },
  "single-size": { rows: sound.map((row) => ({ ...row, n: 100e6 })), says: "n = 100000000" },
  "role-or-size-varies": { rows: change(1, { n: 101e6 }), says: '"a" at small, row 2' },
  "tokens-not-increasing": {
    rows: sound.map((row, i) => ({ ...row, step: i + 1, ...(i === 1 && { d: 5e9 }) })),
    says: '"a" at small, row 2: 5000000000 at step 2 after 10000000000',
  },
  "sizes-are-no-counts": {
    rows: sound.map((row) => ({ ...row, n: row.n! / 1e9, d: row.d! / 1e9 })),
    says:
      '"a" at small, row 1: n = 0.1, d = 10 (billions? columns: {n: {sql: n*1e9}} converts); "b" at small, row 3: n = 0.2, ' +
      'd = 30 (billions? columns: {n: {sql: n*1e9}} converts); "c" at small, row 4: n = 0.4, d = 40 (billions? columns: {n: ' +
      "{sql: n*1e9}} converts); and 1 more",
  },
  "flops-far-from-6nd": {
    rows: change(2, { c: 200e6 * 30e9 }),
    says: '"b" at small, row 3: c = 6000000000000000000, 0.167 times 6*n*d',
  },
  "loss-not-positive": { rows: change(3, { loss: 0 }), says: 'loss of "c4" at small, row 4: 0' },
  "accuracy-out-of-range": {
    rows: change(3, { accuracy: 25 }),
    says: 'accuracy of "c4" at small, row 4: 25',
  },
  "accuracy-falls": {
    rows: errorRates(5),
    says: 'accuracy of "c4" rises with the loss, rank correlation 1.00 of 5 points',
  },
  "constant-metric": {
    rows: sound.map((row) => (row.role === "target" ? row : { ...row, accuracy: 0 })),
    says: 'accuracy of "c4" is 0 on 4 rows to fit',
  },
  "no-final-value": {
    rows: change(1, { accuracy: Number.NaN }),
    says: 'accuracy of "c4" on "a" ends at d = 10000000000, the run at 20000000000',
  },
  "target-only": {
    rows: sound.map((row) => (row.role === "target" ? row : { ...row, accuracy: Number.NaN })),
    says: 'accuracy of "c4"',
  },
  "not-on-all-runs": {
    rows: change(2, { accuracy: Number.NaN }),
    says: 'accuracy of "c4" is on 2 of 3 runs',
  },
  "blank-in-name": {
    rows: change(2, { run: "b " }),
    says: 'run "b " at small, row 3',
  },
  "columns-guessed": {
    rows: sound,
    part: { guessed: { columns: { n: "params" }, remarks: [], unused: [], text: "n: params" } },
    says: "n: params",
  },
  "words-for-missing": {
    rows: sound,
    part: { missingWords: new Map([["accuracy", { word: "None", row: 2, count: 7 }]]) },
    says: '7 of column "accuracy", the first "None" at small, row 3',
  },
  "some-numbers": {
    rows: sound,
    part: { passedOver: new Map([["score", '3 of 4 cells are not numbers: 3 of other text ("good")']]) },
    says: '"score": 3 of 4 cells are not numbers: 3 of other text ("good")',
  },
  "shares-rounded": {
    rows: sound,
    part: {
      mixes: new Map([
        ["web", Float64Array.of(0.5, 0.5, 0.667, 0.5, 0.5)],
        ["code", Float64Array.of(0.5, 0.5, 0.332, 0.5, 0.5)],
      ]),
    },
    says: "mix.web + mix.code: 0.667 + 0.332 = 0.999 at small, row 3",
  },
  "share-out-of-range": {
    rows: sound,
    part: {
      mixes: new Map([
        ["web", Float64Array.of(0.5, 0.5, 70, 0.5, 0.5)],
        ["code", Float64Array.of(0.5, 0.5, 0.3, 0.5, 0.5)],
      ]),
    },
    says: "mix.web at small, row 3: 70",
  },
  "shares-do-not-sum-to-1": {
    rows: sound,
    part: {
      mixes: new Map([
        ["web", Float64Array.of(0.5, 0.5, 0.75, 0.5, Number.NaN)],
        ["code", Float64Array.of(0.5, 0.5, 0.5, 0.5, 0.5)],
      ]),
    },
    says: 'mix.web + mix.code: 0.75 + 0.5 = 1.25 at small, row 3; column "mix.web": empty at small, row 5',
  },
};

test.each(CHECK_NAMES)("finds %s, and nothing else", (name) => {
  const { rows, part, says } = cases[name] ?? { rows: [], says: "no case in this test" };
  const found = findings(smallTable(rows, part));
  expect(found.map(({ check }) => check)).toEqual([name]);
  expect(found[0]?.message.endsWith(`: ${says}`), found[0]?.message).toBe(true);
});

test("rows may stand in any order: tokens are judged in the order of the steps", () => {
  const rows = sound.map((row, i) => ({ ...row, step: i + 1 }));
  expect(findings(smallTable(rows.toReversed()))).toEqual([]);
});

test("rows of a phase are a series of their own", () => {
  const rows = [
    ...sound,
    { run: "big", role: "target", n: 1e10, d: 50e9, loss: 2, accuracy: 0.8, phase: "early" } as const,
  ];
  expect(findings(smallTable(rows))).toEqual([]);
});

test("a chance level does not change, as it should not", () => {
  const table = smallTable(sound);
  table.metrics.set("chance", new Float64Array(table.rows).fill(0.25));
  expect(findings(table)).toEqual([]);
});

test("says the first three cases and how many more", () => {
  const rows = sound.map((row) => ({ ...row, loss: -1 }));
  const found = findings(smallTable(rows)).find(({ check }) => check === "loss-not-positive");
  expect(found?.count).toBe(5);
  expect(found?.message).toMatch(/small, row 3: -1; and 2 more$/);
});

test("an accuracy that falls is told from 5 runs on, or as many checkpoints that leave no doubt", () => {
  const names = (rows: readonly SmallRow[]) => findings(smallTable(rows)).map(({ check }) => check);
  expect(names(errorRates(4))).toEqual([]);
  const inSteps = errorRates(9).map((row, i) =>
    row.role === "target" ? row : { ...row, run: `r${i % 3}`, n: 100e6, d: 1e9 * (i + 1) },
  );
  expect(names(inSteps)).toEqual(["single-size", "accuracy-falls"]);
  // Scores near chance: one of five runs is out of line.
  const noisy = errorRates(5).map((row, i) => (i === 0 ? { ...row, accuracy: 0.61 } : row));
  expect(names(noisy)).toEqual([]);
});

test("an accuracy without a loss is held against FLOPs", () => {
  const rows = errorRates(8).map((row) => ({ ...row, loss: Number.NaN }));
  const [found] = findings(smallTable(rows));
  expect(found?.check).toBe("accuracy-falls");
  expect(found?.message).toMatch(/: accuracy of "c4" falls with FLOPs, rank correlation 1\.00 of 8 points$/);
  const better = rows.map((row) => ({ ...row, accuracy: 1 - row.accuracy! }));
  expect(findings(smallTable(better))).toEqual([]);
});

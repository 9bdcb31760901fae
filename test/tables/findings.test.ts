import { expect, test } from "vitest";
import type { CheckpointTable } from "../../src/tables/checkpoint-table.ts";
import { CHECK_NAMES } from "../../src/tables/findings.ts";
import { inspectTable } from "../../src/tables/inspect.ts";
import { type SmallRow, smallTable } from "./small-table.ts";

/** A table in which nothing looks wrong. */
const sound: readonly SmallRow[] = [
  { run: "a", n: 100, d: 10, loss: 4, accuracy: 0.25 },
  { run: "a", n: 100, d: 20, loss: 3.5, accuracy: 0.3 },
  { run: "b", n: 200, d: 30, loss: 3, accuracy: 0.5 },
  { run: "c", n: 400, d: 40, loss: 2.5, accuracy: 0.5 },
  { run: "big", role: "target", n: 1e4, d: 100, loss: 1.5, accuracy: 0.875 },
];

const change = (index: number, part: SmallRow) =>
  sound.map((row, i) => (i === index ? { ...row, ...part } : row));

const findings = (table: CheckpointTable) => inspectTable(table).findings;

test("a sound table has no findings", () => {
  expect(findings(smallTable(sound))).toEqual([]);
});

const cases: Record<string, { rows: readonly SmallRow[]; part?: Partial<CheckpointTable>; says: string }> = {
  "no-target": { rows: sound.slice(0, 4), says: "3 runs, all to fit" },
  "few-runs": { rows: [...sound.slice(0, 3), ...sound.slice(4)], says: "2 runs to fit" },
  "single-size": { rows: sound.map((row) => ({ ...row, n: 100 })), says: "n = 100" },
  "role-or-size-varies": { rows: change(1, { n: 101 }), says: '"a" at small, row 2' },
  "tokens-not-increasing": { rows: change(1, { d: 5 }), says: '"a" at small, row 2: 5 after 10' },
  "flops-far-from-6nd": {
    rows: change(2, { c: 200 * 30 }),
    says: '"b" at small, row 3: c = 6000, 0.167 times 6*n*d',
  },
  "loss-not-positive": { rows: change(3, { loss: 0 }), says: 'loss of "c4" at small, row 4: 0' },
  "accuracy-out-of-range": {
    rows: change(3, { accuracy: 25 }),
    says: 'accuracy of "c4" at small, row 4: 25',
  },
  "accuracy-falls": {
    rows: sound.map((row) => ({ ...row, accuracy: 1 - (row.accuracy ?? Number.NaN) })),
    says: 'accuracy of "c4": correlation with loss 0.93',
  },
  "constant-metric": { rows: sound.map((row) => ({ ...row, loss: 2 })), says: 'loss of "c4" is 2 on 5 rows' },
  "no-final-value": {
    rows: change(1, { accuracy: Number.NaN }),
    says: 'accuracy of "c4" on "a" ends at d = 10, the run at 20',
  },
  "target-only": {
    rows: sound.map((row) => (row.role === "target" ? row : { ...row, accuracy: Number.NaN })),
    says: 'accuracy of "c4"',
  },
  "not-on-all-runs": {
    rows: change(2, { accuracy: Number.NaN }),
    says: 'accuracy of "c4" is on 2 of 3 runs',
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

test("rows of a phase are a series of their own", () => {
  const rows = [
    ...sound,
    { run: "big", role: "target", n: 1e4, d: 50, loss: 2, accuracy: 0.8, phase: "early" } as const,
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

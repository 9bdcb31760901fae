import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runSweep } from "../../src/run/run-sweep.ts";
import type { SweepSpec } from "../../src/spec/spec.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import type { Table } from "../../src/tables/table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { noisyLadder, wobble } from "../bootstrap/noisy-ladder.ts";
import { type Row, tableOfRows } from "../methods/tables.ts";
import { mixedRows } from "../papers/flp-m/made-up.ts";
import { relatedRows } from "../report/runs.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { wholeCrosses } from "../whole-crosses.ts";
import { rowsOf } from "./published.ts";

// A table says the same however its rows stand and whatever its runs are called, and with a task more: so every number of
// every result table, intervals too, must have the same bits.

const { folder } = temporaryFolder();
let made = 0;

type Rows = Record<string, Record<string, unknown>[]>;

/** The result tables of a sweep over rows, without the columns of what it took. */
async function tablesOf(rows: readonly Row[], spec: SweepSpec): Promise<Rows> {
  const table = join(folder, `${made++}.parquet`);
  await writeTable(table, checkpointTableToTable(tableOfRows(rows)));
  const { tables } = await runSweep({ ...spec, table, starts: 8, backend: "cpu" });
  const withoutTime = (row: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => !/seconds/.test(name)));
  const kept = Object.entries(tables).map(([name, one]) => [name, rowsOf(one as Table).map(withoutTime)]);
  return JSON.parse(JSON.stringify(Object.fromEntries(kept))) as Rows;
}

/** Runs get names `run<i>x`, so that names can be found in every text. */
function numbered(rows: readonly Row[]): Row[] {
  const names = [...new Set(rows.map(({ run }) => run))];
  return rows.map((row) => ({ ...row, run: `run${names.indexOf(row.run)}x` }));
}

/** Texts with the names of runs put back. */
function namedBack(tables: Rows, names: readonly number[]): Rows {
  const back = JSON.stringify(tables).replaceAll(/run(\d+)x/g, (_, i) => `run${names.indexOf(Number(i))}x`);
  return JSON.parse(back) as Rows;
}

/** The first places where tables differ, a line each. */
function differences(found: Rows, expected: Rows): string[] {
  return Object.entries(expected).flatMap(([table, rows]) => {
    const own = found[table] ?? [];
    const lines = rows.flatMap((row, i) =>
      Object.keys(row)
        .filter((column) => !Object.is(own[i]?.[column], row[column]))
        .map((column) => `${table}, row ${i}, ${column}: ${own[i]?.[column]}, not ${row[column]}`),
    );
    return [
      ...(own.length === rows.length ? [] : [`${table}: ${own.length} rows, not ${rows.length}`]),
      ...lines,
    ].slice(0, 4);
  });
}

const noisy = (rows: readonly Row[]): Row[] =>
  rows.map((row) => ({
    ...row,
    metrics: Object.fromEntries(
      Object.entries(row.metrics).map(([name, value]) => [
        name,
        name === "chance"
          ? value
          : value * (1 + 0.003 * wobble(`${row.run} ${row.subject} ${row.d} ${name}`)),
      ]),
    ),
  }));

/** A second run of the size of each third one, with another seed. */
const withReplicates = (rows: readonly Row[]): Row[] => {
  const runs = [...new Set(rows.filter(({ role }) => role !== "target").map(({ run }) => run))];
  const repeated = new Set(runs.filter((_, i) => i % 3 === 0));
  return [
    ...rows,
    ...noisy(rows.filter(({ run }) => repeated.has(run)).map((row) => ({ ...row, run: `${row.run} again` }))),
  ];
};

const bootstrap = { resamples: 4, intervals: ["percentile", "bca"] };
const cases: [name: string, rows: Row[], spec: SweepSpec][] = [
  [
    "ladder",
    withReplicates(noisyLadder(["t"])),
    {
      method: "ladder",
      axes: [{ input: ["n_d", "c"] }, { link: "linear", runs: "flops_rank <= 14" }],
      bootstrap: { ...bootstrap, scheme: "run" },
      backtest: { least_runs: 20 },
    },
  ],
  [
    "ladder, noise of runs and points",
    withReplicates(noisyLadder(["t"])),
    { method: "ladder", bootstrap: { ...bootstrap, scheme: "parametric", intervals: ["expanded"] } },
  ],
  [
    "ladder, blocks",
    noisyLadder(["t"]),
    { method: "ladder", bootstrap: { ...bootstrap, scheme: "block", intervals: ["percentile"] } },
  ],
  [
    "ladder, by size",
    withReplicates(noisyLadder(["t"])),
    { method: "ladder", bootstrap: { ...bootstrap, scheme: "run-by-size", intervals: ["percentile"] } },
  ],
  [
    "ladder, wild",
    withReplicates(noisyLadder(["t"])),
    { method: "ladder", bootstrap: { ...bootstrap, scheme: "wild", intervals: ["percentile"] } },
  ],
  [
    "flp",
    noisyLadder(wholeCrosses ? ["t", "u"] : ["t"]),
    {
      method: "flp",
      chance: 0.2,
      axes: { feature: "loss", emerged: false },
      bootstrap: { ...bootstrap, scheme: "residual", intervals: ["percentile"] },
    },
  ],
  [
    "flp-m",
    noisy(mixedRows()),
    {
      method: "flp-m",
      axes: { link: ["linear"], law: ["m1", "m4"] },
      mixtures: {},
      bootstrap: { ...bootstrap, scheme: "run", intervals: ["percentile"] },
    },
  ],
  [
    "loss-to-loss",
    noisy(relatedRows()),
    {
      method: "loss-to-loss",
      axes: { relation: ["scaling-law", "train-to-train"] },
      isoflop: { draws: 50 },
      bootstrap: { ...bootstrap, scheme: "run", intervals: ["percentile"] },
    },
  ],
] as unknown as [string, Row[], SweepSpec][];

/** Schemes whose draws those of the others are too. */
const isRepeated = (name: string): boolean => /by size|wild|blocks/.test(name);

describe.each(cases.filter(([name]) => wholeCrosses || !isRepeated(name)))("method %s", (_, given, spec) => {
  const rows = numbered(given);
  const runs = new Set(rows.map(({ run }) => run)).size;

  test("rows in another order and runs of other names give the same bits", async () => {
    const expected = await tablesOf(rows, spec);
    expect(expected.predictions!.length).toBeGreaterThan(0);
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(rows, { minLength: rows.length }),
        fc.shuffledSubarray([...Array(runs).keys()], { minLength: runs }),
        async (shuffled, names) => {
          const renamed = shuffled.map((row) => ({
            ...row,
            run: row.run.replace(/\d+/, (i) => String(names[Number(i)])),
          }));
          expect(differences(namedBack(await tablesOf(renamed, spec), names), expected)).toEqual([]);
        },
      ),
      { numRuns: wholeCrosses ? 2 : 1, seed: 5, endOnFailure: true },
    );
  });
});

// Past errors and hit rates of back-tests are pooled over tasks, so these do move.
test.each([
  ["ladder", { method: "ladder", axes: { link: ["sigmoid", "linear"] } }],
  ...(wholeCrosses
    ? ([["flp", { method: "flp", chance: 0.2, axes: { feature: "loss", emerged: false } }]] as const)
    : []),
] as const)(
  "method %s: a task more, first in every order, leaves the bits of the others",
  async (_, spec) => {
    const own = { ...spec, bootstrap } as unknown as SweepSpec;
    const alone = await tablesOf(noisyLadder(["t", "u"]), own);
    const added = await tablesOf(noisyLadder(["a", "t", "u"]), own);
    for (const name of ["predictions", "intervals"]) {
      const withoutPlace = (rows: Rows[string]) =>
        rows.filter(({ task }) => task !== "a").map(({ cell: _, fit: __, ...row }) => row);
      const found = { [name]: withoutPlace(added[name]!) };
      expect(found[name]!.length, name).toBeGreaterThan(0);
      expect(differences(found, { [name]: withoutPlace(alone[name]!) })).toEqual([]);
    }
  },
);

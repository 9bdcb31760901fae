import { join } from "node:path";
import { expect, test } from "vitest";
import { runSweep } from "../../src/run/run-sweep.ts";
import type { SweepSpec } from "../../src/spec/spec.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { cell, findColumn } from "../../src/tables/table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { noisyLadder } from "../bootstrap/noisy-ladder.ts";
import { type Row, tableOfRows } from "../methods/tables.ts";
import { mixedRows } from "../papers/flp-m/made-up.ts";
import { relatedRows } from "../report/runs.ts";
import { gaussian } from "../solve/cases.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { wholeCrosses } from "../whole-crosses.ts";

const { folder } = temporaryFolder();
let made = 0;

interface Units {
  n: number;
  d: number;
  c: number;
  loss: number;
}

/** Predictions of a sweep over rows in other units, losses in those of the rows. */
async function predicted(rows: readonly Row[], spec: SweepSpec, { n, d, c, loss }: Units) {
  const table = join(folder, `${made++}.parquet`);
  const scaled = rows.map((row): Row => {
    const metrics = Object.entries(row.metrics ?? {}).map(([name, value]) => [
      name,
      /^(loss|ce)$/.test(name) && value !== undefined ? value * loss : value,
    ]);
    return {
      ...row,
      n: row.n! * n,
      d: row.d! * d,
      c: (row.c ?? 6 * row.n! * row.d!) * c,
      metrics: Object.fromEntries(metrics),
    };
  });
  await writeTable(table, checkpointTableToTable(tableOfRows(scaled)));
  const { tables } = await runSweep({ ...spec, table, starts: 96, backend: "cpu" });
  const { predictions } = tables;
  const link = predictions.columns.find(({ name }) => name === "link");
  return Array.from({ length: predictions.rows }, (_, row) => {
    const value = Number(cell(findColumn(predictions, "predicted")!, row));
    const isLoss = cell(findColumn(predictions, "predicts")!, row) === "loss";
    // A network that is solved has minima beside each other, and ends in one or the other.
    const isSolved = link !== undefined && cell(link, row) === "network-least-squares";
    return { value: isLoss ? value / loss : value, most: isSolved ? 1e-5 : 1e-9 };
  });
}

const deviate = gaussian(9);
const related = relatedRows().map((row) => ({
  ...row,
  metrics: {
    ...row.metrics,
    ...(row.metrics?.loss !== undefined && { loss: row.metrics.loss * (1 + 0.002 * deviate()) }),
  },
}));

const mixed = mixedRows().map((row) => ({
  ...row,
  metrics: {
    ...row.metrics,
    ...(row.metrics.loss !== undefined && { loss: row.metrics.loss * (1 + 0.002 * deviate()) }),
  },
}));

const billions: Units = { n: 1e-9, d: 1e-9, c: 1e-18, loss: 1 };
const others: Units = { n: 1e3, d: 1e-15, c: 1e15, loss: 0.01 };
const large: Units = { n: 1e-6, d: 1e9, c: 1e-15, loss: 100 };

test.each([
  [
    "ladder",
    noisyLadder(),
    { method: "ladder", axes: { input: ["n_d", "c"], link: ["sigmoid", "linear"], anchor: false } },
  ],
  [
    "flp",
    noisyLadder(),
    { method: "flp", chance: 0.2, axes: { feature: ["loss", "none"], emerged: [false, true] } },
  ],
  [
    "flp-m",
    mixed,
    {
      method: "flp-m",
      axes: {
        // Of what is trained and of the laws between these two `npm run test:all` has the rest.
        law: wholeCrosses ? ["m1", "m2", "m3", "m4"] : ["m1", "m4"],
        link: [...(wholeCrosses ? ["network"] : []), "network-least-squares", "linear", "average"],
      },
    },
  ],
  [
    "loss-to-loss",
    related,
    { method: "loss-to-loss", tasks: ["own_corpus"], axes: { relation: ["scaling-law", "train-to-train"] } },
  ],
] as const)("method %s predicts the same from a table in other units", async (method, rows, spec) => {
  const given = { n: 1, d: 1, c: 1, loss: 1 };
  const wanted = await predicted(rows, spec as unknown as SweepSpec, given);
  expect(wanted.length).toBeGreaterThan(0);
  // A network takes seconds to train: the units that differ most.
  for (const units of method === "flp-m" && !wholeCrosses ? [others] : [billions, others, large]) {
    const found = await predicted(rows, spec as unknown as SweepSpec, units);
    found.forEach(({ value, most }, i) => {
      expect(
        Math.abs(value / wanted[i]!.value - 1),
        `${JSON.stringify(units)}, ${i}: ${value}, ${wanted[i]!.value}`,
      ).toBeLessThan(most);
    });
  }
});

import { type ComputeOptimal, computeOptimal } from "../../src/forms/compute-optimal.ts";
import { getForm } from "../../src/forms/registry.ts";
import { randomStream } from "../../src/random.ts";
import type { CheckpointTable } from "../../src/tables/checkpoint-table.ts";
import { type Row, tableOfRows } from "../methods/tables.ts";

const form = getForm("chinchilla");
/** The law of Hoffmann et al. (2022), approach 3. */
const law = Float64Array.of(Math.log(406.4), Math.log(410.7), 0.34, 0.28, 1.69);

/** Budgets over a factor of 242, as those of Brandfonbrener et al. (2024). */
export const BUDGETS = Array.from({ length: 8 }, (_, i) => 2e17 * 242 ** (i / 7));

/** Best size of a budget by the law. */
export function best(c: number): ComputeOptimal {
  return computeOptimal(form, law, c);
}

/** Loss of a size at a budget by the law. */
export function lossAt(n: number, c: number): number {
  return form.value(law, [n, c / (6 * n)]);
}

/**
 * Sizes evenly spaced in ln N between two ratios of the best size of a budget. They begin and end at the ratios; the best
 * size itself is not among them.
 */
export function sizesAround(c: number, smallest: number, largest: number, count: number): number[] {
  const step = Math.log(largest / smallest) / (count - 1);
  return Array.from({ length: count }, (_, i) => best(c).n * smallest * Math.exp(i * step));
}

/** A row of a run that ended at a budget. */
export function finalRow(c: number, n: number, loss: number, more: Partial<Row> = {}): Row {
  return { run: `${c}-${n}`, n, d: c / (6 * n), c, metrics: { loss }, ...more };
}

/** A table of families; runs of a row are told apart by family too. */
export function tableOf(rows: readonly Row[]): CheckpointTable {
  const named = rows.map((row) =>
    row.family === undefined ? row : { ...row, run: `${row.family}/${row.run}` },
  );
  return { ...tableOfRows(named), family: rows.map(({ family = null }) => family) };
}

/** Rows on the law, with noise in proportion to the loss; sizes lie about a place that is off the best size. */
export function noisyRows(noise: number, seed: number, sizes = 11, ratio = 1.2): Row[] {
  const stream = randomStream(`isoflop/${seed}`);
  return BUDGETS.flatMap((c) => {
    const centre = best(c).n * Math.exp(0.15 * stream.normal());
    return Array.from({ length: sizes }, (_, i) => {
      const n = centre * ratio ** (i - (sizes - 1) / 2);
      return finalRow(c, n, lossAt(n, c) * (1 + noise * stream.normal()));
    });
  });
}

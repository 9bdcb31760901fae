import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { formatSummary } from "../../src/cli/sweep-summary.ts";
import { isoflop } from "../../src/results/isoflop.ts";
import { queryJob, readManifest } from "../../src/run/job-directory.ts";
import { runSweep } from "../../src/run/run-sweep.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { BUDGETS, best, finalRow, lossAt, noisyRows, sizesAround, tableOf } from "../isoflop/surface.ts";
import { smallLadder, tableOfRows } from "../methods/tables.ts";
import { fakeSolver } from "../run/fake-solver.ts";
import { rowsOf } from "../run/published.ts";
import { temporaryFolder } from "../tables/temporary.ts";

const TRUTH = best(1e20).exponent;
const exact = BUDGETS.flatMap((c) => sizesAround(c, 0.3, 3, 11).map((n) => finalRow(c, n, lossAt(n, c))));

describe("a surface without noise", () => {
  const interpolation = ["parabola", "akima"];
  const tables = isoflop(tableOf(exact), { interpolation, noise: 0.0005, draws: 50 });
  const budgets = rowsOf(tables.isoflop);
  const laws = rowsOf(tables.isoflop_laws);

  test("the best sizes are those of the law, to 1 % by a parabola and 0.5 % by Akima's curve", () => {
    expect(budgets).toHaveLength(2 * BUDGETS.length);
    for (const row of budgets) {
      const { n, d, loss } = best(Number(row.c));
      const within = row.interpolation === "parabola" ? 0.01 : 0.005;
      expect(Math.abs(Number(row.n) / n - 1), `${row.interpolation} ${row.c}`).toBeLessThan(within);
      expect(Math.abs(Number(row.d) / d - 1)).toBeLessThan(within);
      expect(Math.abs(Number(row.loss) / loss - 1)).toBeLessThan(1e-3);
      expect(6 * Number(row.n) * Number(row.d)).toBeCloseTo(Number(row.c), -10);
      expect(row).toMatchObject({
        sizes: 11,
        measured: 11,
        left_out: 0,
        d_from: "budget",
        status: "ok",
        reason: null,
      });
      expect(row.window).toBe(row.interpolation === "parabola" ? 3 : null);
    }
  });

  test("the bias is the same at every budget, so the exponents are exact", () => {
    for (const row of laws) {
      const truth = row.quantity === "n" ? TRUTH : 1 - TRUTH;
      expect(Math.abs(Number(row.exponent) - truth), `${row.interpolation} ${row.quantity}`).toBeLessThan(
        1e-9,
      );
      expect(row.exponent_lower).toBeLessThan(truth);
      expect(row.exponent_upper).toBeGreaterThan(truth);
    }
  });
});

describe("noise", () => {
  const rows = noisyRows(0.002, 5);

  test("the same seed gives the same tables, another one others", () => {
    const of = (seed: number) => isoflop(tableOf(rows), { draws: 40, seed });
    expect(of(1)).toEqual(of(1));
    const [one, other] = [of(1), of(2)].map(({ isoflop_laws }) => rowsOf(isoflop_laws)[0]!);
    expect(one!.exponent_lower).not.toBe(other!.exponent_lower);
  });

  test("a family's rows do not hang on the others, nor on what else is asked", () => {
    const families = ["a", "b"].flatMap((family) => rows.map((row) => ({ ...row, family })));
    const alone = isoflop(tableOf(families.filter(({ family }) => family === "a")), { draws: 40 });
    const both = isoflop(tableOf(families), {
      draws: 40,
      window: [3, 2],
      interpolation: ["akima", "powers"],
    });
    const first = rowsOf(both.isoflop).filter((row) => row.family === "a" && row.window === 3);
    expect(first).toEqual(rowsOf(alone.isoflop));
    const ofB = rowsOf(both.isoflop).filter((row) => row.family === "b" && row.window === 3);
    expect(ofB.map(({ n }) => n)).toEqual(first.map(({ n }) => n));
    expect(ofB.map(({ n_lower }) => n_lower)).not.toEqual(first.map(({ n_lower }) => n_lower));
  });

  test("each level has rows of its own, the higher one wider", () => {
    const { isoflop_laws } = isoflop(tableOf(rows), { draws: 200, levels: [0.5, 0.9] });
    const laws = rowsOf(isoflop_laws).filter(({ quantity }) => quantity === "n");
    expect(laws.map(({ level }) => level)).toEqual([0.5, 0.9]);
    expect(laws[1]!.exponent_lower).toBeLessThan(Number(laws[0]!.exponent_lower));
    expect(laws[1]!.exponent_upper).toBeGreaterThan(Number(laws[0]!.exponent_upper));
    expect(laws[0]!.exponent).toBe(laws[1]!.exponent);
  });

  test("of known size: the 90 % interval of the exponent holds the truth in about 90 % of data sets", () => {
    let hits = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const { isoflop_laws } = isoflop(tableOf(noisyRows(0.002, seed, 9)), {
        noise: 0.002,
        draws: 200,
        seed,
      });
      const { exponent_lower, exponent_upper } = rowsOf(isoflop_laws)[0]!;
      if (Number(exponent_lower) <= TRUTH && TRUTH <= Number(exponent_upper)) hits++;
    }
    // Of 40 trials at 0.9 the count is from 31 to 39 in 98 % of cases.
    expect(hits).toBeGreaterThanOrEqual(31);
    expect(hits).toBeLessThanOrEqual(39);
  });
});

test("budgets that do not reach the minimum are marked and are not in the law", () => {
  const short = BUDGETS.flatMap((c, b) =>
    sizesAround(c, 0.3, b === 7 ? 0.8 : 3, 11).map((n) => finalRow(c, n, lossAt(n, c))),
  );
  const tables = isoflop(tableOf(short), { noise: 0.0005, draws: 50, interpolation: "akima" });
  const last = rowsOf(tables.isoflop).at(-1)!;
  expect(last).toMatchObject({ status: "edge", n: null, d: null, loss: null });
  expect(last.edge_share).toBeGreaterThan(0.5);
  expect(rowsOf(tables.isoflop_laws)[0]).toMatchObject({
    budgets: 7,
    left_out: 1,
    status: "under-scattered",
  });
});

test("a ladder, whose runs all have FLOPs of their own, gives reasons and no crash", () => {
  const tables = isoflop(tableOfRows(smallLadder()));
  const rows = rowsOf(tables.isoflop);
  expect(rows).toHaveLength(9);
  expect(new Set(rows.map(({ status }) => status))).toEqual(new Set(["few-sizes"]));
  expect(rowsOf(tables.isoflop_laws).map(({ status }) => status)).toEqual(["few-budgets", "few-budgets"]);
});

test.each<[Record<string, unknown>, string]>([
  [{ window: 1 }, "mine: isoflop.window: 1; allowed: a number above 1, or a list of different ones"],
  [{ interpolation: "cubic" }, 'mine: isoflop.interpolation: "cubic"; allowed: powers, parabola, akima'],
  [{ noise: -1 }, "mine: isoflop.noise: -1; allowed: a number from 0 to 1"],
  [{ seed: -1 }, "mine: seed: -1; allowed: a whole number"],
  [{ widnow: 2 }, 'mine: isoflop: unknown key "widnow"; allowed: metric, subjects, interpolation, window'],
  [{ metric: "ce" }, 'mine: isoflop.metric: made by hand has no column "ce"; allowed: loss'],
])("%j is refused", (options, message) => {
  expect(() => isoflop(tableOf(exact), options, "mine")).toThrow(message);
});

describe("a sweep with the key isoflop", () => {
  const { folder } = temporaryFolder();

  test("has the tables beside its own, and the filled key in its manifest", async () => {
    const table = join(folder, "ladder.parquet");
    const points = exact.map((row) => ({ ...row, subject: "web" }));
    await writeTable(table, checkpointTableToTable(tableOfRows([...smallLadder(), ...points])));
    const out = join(folder, "run");
    const spec = { table, method: "ladder", isoflop: { draws: 20, noise: 0.001 }, tasks: ["t"], seed: 3 };
    const result = await runSweep(spec, { out, solver: fakeSolver().solver });
    const { tables } = result;
    const summary = formatSummary(result, out);
    expect(summary).toMatch(
      /\nbest size n and tokens d of a budget c\nsubject +of +exponent of c +90 % of it/,
    );
    expect(summary).toMatch(/^web +n +0\.45\d +0\.4\d\d\.\.0\.4\d\d /m);
    const shown = rowsOf(await queryJob(out, "isoflop_laws"));
    expect(shown.map(({ subject, quantity, budgets }) => [subject, quantity, budgets])).toEqual([
      ["t", "n", 0],
      ["t", "d", 0],
      ["web", "n", 8],
      ["web", "d", 8],
    ]);
    expect(await queryJob(out, "isoflop")).toMatchObject({ rows: tables.isoflop!.rows });
    const { sweep } = await readManifest(out);
    expect(sweep.isoflop).toEqual({
      ...{
        metric: "loss",
        interpolation: ["powers"],
        window: [3],
        draws: 20,
        levels: [0.9],
        tolerance: 0.01,
      },
      noise: 0.001,
    });
    // The sweep's seed is that of the noise.
    const again = isoflop(tableOfRows([...smallLadder(), ...points]), {
      draws: 20,
      noise: 0.001,
      seed: 3,
      subjects: "web",
    });
    expect(rowsOf(again.isoflop_laws)).toEqual(shown.slice(2));
  });

  test("a loss of 0 leaves its run out and is a warning of the run; the sweep goes on", async () => {
    const table = join(folder, "zero.parquet");
    const points = exact.map((row, i) => ({
      ...row,
      subject: "web",
      metrics: { loss: i === 5 ? 0 : row.metrics!.loss! },
    }));
    await writeTable(table, checkpointTableToTable(tableOfRows([...smallLadder(), ...points])));
    const said: string[] = [];
    const { tables } = await runSweep(
      { table, method: "ladder", tasks: ["t"], isoflop: { subjects: "web", draws: 20, noise: 0.001 } },
      { solver: fakeSolver().solver, onWarning: (line) => said.push(line) },
    );
    const lines = said.filter((line) => /1 of \d+ budgets lack runs, such as web, c = 2e\+17: /.test(line));
    expect(lines, said.join("\n")).toHaveLength(1);
    const row = rowsOf(tables.isoflop!).find(({ measured }) => measured === 10);
    expect(row).toMatchObject({ left_out: 1, status: "ok" });
    expect(row!.left_out_reason).toContain("1 run with a loss that is not above 0");
  });

  test("levels are those of the bootstrap where there is one; what is not there ends the sweep before it solves", async () => {
    const table = join(folder, "small.parquet");
    await writeTable(table, checkpointTableToTable(tableOfRows(smallLadder())));
    const solver = fakeSolver();
    const spec = { table, method: "ladder", isoflop: { subjects: ["webb"] } };
    await expect(runSweep(spec, { solver: solver.solver })).rejects.toThrow(
      "sweep: isoflop.subjects: no fit run of",
    );
    expect(solver.calls).toEqual([]);
    const { manifest } = await runSweep(
      { table, method: "ladder", bootstrap: { resamples: 2, levels: 0.5 }, isoflop: {} },
      { solver: solver.solver },
    );
    expect(manifest.sweep.isoflop).toMatchObject({ levels: [0.5] });
  });
});

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { formatSummary } from "../../src/cli/sweep-summary.ts";
import { runSweep } from "../../src/run/run-sweep.ts";
import { cell, findColumn } from "../../src/tables/table.ts";
import { gaussian } from "../solve/cases.ts";
import { temporaryFolder } from "../tables/temporary.ts";

const { folder } = temporaryFolder();
let made = 0;

/** A loss with the noise of a run. */
const lossOf = (n: number, d: number, noise: number): number =>
  (406.4 / n ** 0.34 + 410.7 / d ** 0.28 + 1.69) * Math.exp(noise);

interface Swept {
  seed?: number;
  noise?: number;
  axes?: object;
  more?: object;
}

/** A law over runs of some sizes, and what a sweep says of targets. */
async function sweepLaw(
  sizes: readonly (readonly [n: number, d: number])[],
  targets: readonly (readonly [n: number, d: number])[],
  { seed = 0, noise = 0.002, axes = {}, more = {} }: Swept = {},
) {
  const deviate = gaussian(3);
  const path = join(folder, `${made++}.csv`);
  const rows = sizes.map(([n, d], i) => `r${i},fit,mine,${n},${d},val,${lossOf(n, d, noise * deviate())}`);
  writeFileSync(path, `run,role,family,n,d,subject,loss\n${rows.join("\n")}\n`);
  const warnings: string[] = [];
  const result = await runSweep(
    {
      table: path,
      method: "loss-to-loss",
      targets: targets.map(([n, d], t) => ({ name: `t${t}`, n, d })),
      axes: { relation: "scaling-law", law: "chinchilla", train_subject: "val", ...axes },
      starts: 64,
      seed,
      backend: "cpu",
      ...more,
    },
    { onWarning: (line) => warnings.push(line) },
  );
  const { predictions } = result.tables;
  const column = (name: string) =>
    Array.from({ length: predictions.rows }, (_, row) => cell(findColumn(predictions, name)!, row));
  return {
    determined: column("determined"),
    reasons: column("determined_reason"),
    predicted: column("predicted") as number[],
    warnings,
    console: formatSummary(result, "run"),
    manifest: result.manifest,
  };
}

const ns = [5e7, 1e8, 2e8, 4e8, 8e8, 1.6e9];
const ratios = [5, 20, 80];
const grid = ns.flatMap((n) => ratios.map((ratio) => [n, n * ratio] as const));

test("runs that vary in both inputs determine a target, near and ten times as far", async () => {
  const { determined, reasons, warnings } = await sweepLaw(grid, [
    [2e9, 4e10],
    [1.6e10, 3.2e11],
  ]);
  expect(determined).toEqual(["yes", "yes"]);
  expect(reasons).toEqual([null, null]);
  expect(warnings.filter((line) => line.includes("determined"))).toEqual([]);
});

test("runs on the same tokens do not determine a target on others, whatever the seed, and it is said beside the number", async () => {
  const same = ns.map((n) => [n, 4.4e9] as const);
  for (const seed of [0, 1, 2, 3]) {
    for (const noise of [0, 0.002]) {
      const found = await sweepLaw(
        same,
        [
          [7e9, 1.4e12],
          [3.2e9, 4.4e9],
        ],
        { seed, noise },
      );
      expect(found.determined, `seed ${seed}, noise ${noise}`).toEqual(["outside", "yes"]);
      expect(found.reasons[0]).toContain("all 6 points have D = 4400000000 and the target has not");
      expect(found.console).toMatch(/val +t0 +\d\.\d+ +not: outside/);
      expect(found.warnings.join("\n")).toContain("not determined by the data: val for t0");
      expect(found.manifest.warnings.join("\n")).toContain("not determined by the data: val for t0");
    }
  }
});

test("runs at one ratio of tokens to parameters determine targets at that ratio alone", async () => {
  const { determined, reasons } = await sweepLaw(
    ns.concat(3.2e9, 6.4e9).map((n) => [n, 20 * n] as const),
    [
      [1.3e10, 2.6e11],
      [1.3e10, 2.6e13],
    ],
  );
  expect(determined).toEqual(["yes", "outside"]);
  expect(reasons[1]).toContain("N and D in one ratio");
});

test("runs of one size do not determine another size", async () => {
  const { determined } = await sweepLaw(
    [5e9, 1e10, 2e10, 4e10, 8e10, 1.6e11].map((d) => [4e8, d] as const),
    [
      [4e8, 3e11],
      [7e9, 3e11],
    ],
  );
  expect(determined).toEqual(["yes", "outside"]);
});

test("tokens that vary by a hundredth of a per cent under noise do not determine other tokens", async () => {
  const almost = ns.flatMap((n, i) => [
    [n, 4.4e9 * (1 + 1e-4 * Math.sin(i))] as const,
    [n, 4.4e9 * (1 + 1e-4 * Math.cos(3 * i))] as const,
  ]);
  const { determined } = await sweepLaw(almost, [[7e9, 1.4e12]], { noise: 0.005 });
  expect(determined).not.toEqual(["yes"]);
});

test("runs over a narrow range do not determine a target ten thousand times as far, though a curved valley leads to its bound", async () => {
  const narrow = [1e8, 1.2e8, 1.4e8].flatMap((n) => [2e9, 2.5e9, 3e9].map((d) => [n, d] as const));
  const { determined } = await sweepLaw(narrow, [[8e9, 1.6e12]], { noise: 0.002 });
  expect(determined[0]).toMatch(/flat|seed/);
});

test("tokens that vary by 2 % do not determine other tokens, where the fit lost their term or made it an offset", async () => {
  const sizes = [5e7, 1e8, 2e8, 4e8, 8e8, 5e7, 1e8, 2e8, 4e8, 8e8];
  const almost = sizes.map((n, i) => [n, 1e10 * (1 + 0.002 * i)] as const);
  const found: unknown[] = [];
  for (const noise of [0.0015, 0.002, 0.0025, 0.003]) {
    found.push(...(await sweepLaw(almost, [[7e9, 1.4e12]], { noise })).determined);
  }
  expect(found).toEqual(["flat", "flat", "flat", "flat"]);
});

test("a law of FLOPs says that all runs saw the same tokens, which it does not see", async () => {
  const rows = ns.map((n, i) => {
    const loss = lossOf(n, 4.4e9, 0.001 * Math.sin(i));
    return `r${i},fit,${n},4.4e9,t,${loss},${0.95 - 0.2 * (loss - 2)}`;
  });
  const path = join(folder, "flops.csv");
  writeFileSync(path, `run,role,n,d,subject,loss,accuracy\n${rows.join("\n")}\n`);
  const { tables } = await runSweep({
    table: path,
    method: "ladder",
    targets: [
      { name: "longer", n: 7e9, d: 1.4e12 },
      { name: "same", n: 3.2e9, d: 4.4e9 },
    ],
    axes: { input: "c", link: "linear", anchor: false },
    starts: 32,
    backend: "cpu",
  });
  const column = (name: string) => [0, 1].map((row) => cell(findColumn(tables.predictions, name)!, row));
  expect(column("determined")).toEqual(["outside", "yes"]);
  expect(column("determined_reason")[0]).toContain("all 6 points have d = 4400000000 and the target has not");
});

test("a target a twentieth of a per cent off shares what does not vary", async () => {
  const { determined } = await sweepLaw(
    ns.map((n) => [n, 4.4e9] as const),
    [[3.2e9, 4.4e9 * 1.0005]],
  );
  expect(determined).toEqual(["yes"]);
});

test("a bound of the user's that holds the prediction is named; the form's own limit is none", async () => {
  const { determined, reasons } = await sweepLaw(grid, [[1.6e10, 3.2e11]], { axes: { bounds1: "E=2.5.." } });
  expect(determined).toEqual(["bound"]);
  expect(reasons[0]).toContain("the bound E >= 2.5 holds it");
  const own = await sweepLaw(grid, [[1.6e10, 3.2e11]], { axes: { bounds1: "E=0..5" } });
  expect(own.determined).toEqual(["yes"]);
});

test("what is not determined is not ranked unless that is asked for", async () => {
  const rows = ns.map((n, i) => `r${i},fit,mine,${n},4.4e9,val,${lossOf(n, 4.4e9, 0)}`);
  rows.push(`big,target,mine,7e9,1.4e12,val,${lossOf(7e9, 1.4e12, 0)}`);
  const path = join(folder, "measured.csv");
  writeFileSync(path, `run,role,family,n,d,subject,loss\n${rows.join("\n")}\n`);
  const counted = async (rank_undetermined: boolean) => {
    const warnings: string[] = [];
    const { tables } = await runSweep(
      {
        table: path,
        method: "loss-to-loss",
        axes: { relation: "scaling-law", law: "chinchilla", train_subject: "val", delta1: [0.001, 0.01] },
        starts: 32,
        backend: "cpu",
        rank_undetermined,
      },
      { onWarning: (line) => warnings.push(line) },
    );
    const { configurations } = tables;
    return { counts: [...findColumn(configurations, "predictions")!.values].map(Number), warnings };
  };
  const left = await counted(false);
  expect(left.counts).toEqual([0, 0]);
  expect(left.warnings.join("\n")).toContain(
    "2 of 2 predictions are not determined and left out of rankings",
  );
  expect((await counted(true)).counts).toEqual([1, 1]);
});

test("as many points as free parameters determine nothing: no residual tells how well the form fits", async () => {
  const rows = ns.map(
    (n, i) => `r${i},fit,${n},${n * ratios[i % 3]!},x,${lossOf(n, n * ratios[i % 3]!, 0)},${0.2 + 0.05 * i}`,
  );
  const path = join(folder, "exact.csv");
  const sweepOf = async (runs: number) => {
    writeFileSync(path, `run,role,n,d,subject,loss,accuracy\n${rows.slice(0, runs).join("\n")}\n`);
    const { tables } = await runSweep({
      table: path,
      method: "ladder",
      axes: { link: "linear", anchor: false },
      targets: [{ name: "big", n: 2e9, d: 4e10 }],
      starts: 64,
      backend: "cpu",
    });
    const { determined, determined_reason: reason } = Object.fromEntries(
      tables.predictions.columns.map((column) => [column.name, cell(column, 0)]),
    );
    return { determined, reason };
  };
  expect(await sweepOf(5)).toMatchObject({
    determined: "flat",
    reason: expect.stringContaining("5 points for 5 free parameters"),
  });
});

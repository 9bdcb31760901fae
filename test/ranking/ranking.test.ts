import { join } from "node:path";
import { expect, test } from "vitest";
import { formatHeadline } from "../../src/cli/sweep-headline.ts";
import { queryJob } from "../../src/run/job-directory.ts";
import { runSweep } from "../../src/run/run-sweep.ts";
import { prepareSweep } from "../../src/spec/prepare-sweep.ts";
import type { SweepSpec } from "../../src/spec/spec.ts";
import { columnOf, numberAt, rowsOf, textAt } from "../../src/tables/table.ts";
import { messageOf, temporaryFolder } from "../tables/temporary.ts";

const { file, folder } = temporaryFolder();

/** Three recipes of data: the same law of size, other irreducible losses, and one link. */
const FLOORS = { web: 0.62, code: 0.56, books: 0.7 };
const lossOf = (n: number, d: number, floor: number) => floor + 60 / n ** 0.25 + 200 / d ** 0.3;
const accuracyOf = (loss: number) => 0.95 - 0.7 / (1 + Math.exp(-6 * (loss - 0.95)));

/** Rows of nine runs of each family, with noise of 0.5 % on the loss that no generator draws, and of one target of each. */
const lines = Object.entries(FLOORS).flatMap(([family, floor], f) => {
  const fit = [2e8, 5e8, 1.2e9].flatMap((n, i) =>
    [10, 40, 160].map((multiple, j) => {
      const loss = lossOf(n, n * multiple, floor) * (1 + 0.005 * Math.sin(17 * i + 5 * j + 3 * f));
      return `${family}-${i}${j},fit,${family},${n},${n * multiple},task,${loss},${accuracyOf(loss)}`;
    }),
  );
  const loss = lossOf(7e9, 2e12, floor);
  return [...fit, `${family}-7B,target,${family},7e9,2e12,task,${loss},${accuracyOf(loss)}`];
});
const table = file("families.csv", `run,role,family,n,d,subject,loss,accuracy\n${lines.join("\n")}\n`);

const spec: SweepSpec = {
  ...{ table, method: "ladder", backend: "cpu", ranking: {} },
  axes: { family: "each", anchor: false, final_window: 1, smoothing_window: 1 },
};

test("each family has its own fit, and predictions of one size are ranked, with the chance to be first from the draws", async () => {
  const out = join(folder, "each");
  const { tables } = await runSweep(
    { ...spec, bootstrap: { resamples: 40, intervals: "percentile", draws: true } },
    { out },
  );
  const { ranking } = tables;
  const column = (name: string) => rowsOf(ranking!).map((row) => textAt(ranking!, name, row));
  expect(column("family")).toEqual(["code", "web", "books"]);
  expect(column("target")).toEqual(["code-7B", "web-7B", "books-7B"]);
  expect([...columnOf(ranking!, "rank").values].map(Number)).toEqual([1, 2, 3]);
  expect([...columnOf(ranking!, "actual_rank").values].map(Number)).toEqual([1, 2, 3]);
  const { predictions, fits } = tables;
  expect(predictions.rows).toBe(3);
  expect([...columnOf(fits, "points").values].map(Number)).toEqual([9, 9, 9, 9, 9, 9]);
  // The shares of first places and the ends of intervals, from the draws that are written.
  const draws = await queryJob(out, "draws");
  const byTarget = new Map<string, number[]>();
  for (const row of rowsOf(draws)) {
    const target = textAt(draws, "target", row);
    const values = byTarget.get(target) ?? [];
    values[numberAt(draws, "replicate", row) - 1] = numberAt(draws, "predicted", row);
    byTarget.set(target, values);
  }
  const all = ["code-7B", "web-7B", "books-7B"].map((target) => byTarget.get(target)!);
  const whole = all[0]!.flatMap((_, r) => {
    const values = all.map((ofTarget) => ofTarget[r]!);
    return values.some(Number.isNaN) ? [] : [values];
  });
  all.forEach((_, i) => {
    const firsts = whole.filter((values) => values[i] === Math.max(...values)).length;
    expect(numberAt(ranking!, "draws", i)).toBe(whole.length);
    expect(numberAt(ranking!, "first", i)).toBeCloseTo(firsts / whole.length, 12);
    const lower = numberAt(ranking!, "lower", i);
    expect(lower).toBeLessThanOrEqual(numberAt(ranking!, "predicted", i));
    expect(numberAt(ranking!, "rank_lower", i)).toBeGreaterThanOrEqual(1);
  });
});

test("method flp has a configuration of each family, and families that predict other targets are no rivals", async () => {
  const { tables } = await runSweep({
    ...{ table, method: "flp", backend: "cpu", ranking: {} },
    axes: {
      family: "each",
      feature: "loss",
      link: ["linear", "sigmoid"],
      emerged: false,
      improvement: "none",
    },
  });
  const { predictions, fits, configurations, ranking } = tables;
  expect(predictions.rows).toBe(6);
  const ofFamily = (row: number) =>
    textAt(predictions, "family", row) === textAt(predictions, "target", row).slice(0, -3);
  expect(rowsOf(predictions).every(ofFamily)).toBe(true);
  expect([...columnOf(fits, "points").values].every((points) => Number(points) === 9)).toBe(true);
  const ranks = rowsOf(configurations).map((row) => [
    textAt(configurations, "family", row),
    numberAt(configurations, "rank", row),
  ]);
  for (const family of Object.keys(FLOORS))
    expect(ranks.flatMap(([name, rank]) => (name === family ? [rank] : []))).toEqual([1, 2]);
  expect(formatHeadline(tables)).toContain("configurations that predict other targets are ranked apart");
  expect(ranking!.rows).toBe(6);
});

test("a size is predicted by each family; without a bootstrap there is no interval; losses rank the smallest first", async () => {
  const sized = {
    ...spec,
    targets: ["7B@2T"],
    axes: { ...spec.axes, runs: "n_rank > 0", family: ["each", "pooled"] },
  };
  const { tables } = await runSweep(sized);
  const { ranking } = tables;
  const found = rowsOf(ranking!).map((row) => [
    textAt(ranking!, "family", row),
    numberAt(ranking!, "rank", row),
  ]);
  expect(found.filter(([family]) => family !== "pooled")).toEqual([
    ["code", expect.any(Number)],
    ["web", expect.any(Number)],
    ["books", expect.any(Number)],
  ]);
  expect(numberAt(ranking!, "candidates", 0)).toBe(4);
  expect(numberAt(ranking!, "first", 0)).toBeNaN();
  const { tables: laws } = await runSweep({
    ...{
      table,
      method: "loss-to-loss",
      backend: "cpu",
      tasks: "task",
      targets: ["7B@2T"],
      ranking: { by: "law" },
    },
    axes: {
      relation: "scaling-law",
      train_subject: "task",
      destination: "web",
      law: ["kaplan", "chinchilla"],
    },
  });
  const losses = rowsOf(laws.ranking!).map((row) => numberAt(laws.ranking!, "predicted", row));
  expect(losses).toHaveLength(2);
  expect(losses[0]).toBeLessThan(losses[1]!);
});

test.each<[Partial<SweepSpec>, RegExp]>([
  [
    { axes: { family: "webb" } },
    /axes\.family: no fit run has family "webb"; allowed: pooled, each, books, code, web; did you mean "web"\?/,
  ],
  [
    { ranking: { by: "famly" } },
    /ranking\.by: method ladder has no axis "famly"; allowed: input, .*did you mean "family"\?/,
  ],
  [{ method: "fit", axes: {} }, /ranking\.by: method fit has no axis "family"/],
])("a mistake in %j is one line", async (given, message) => {
  expect(await messageOf(prepareSweep({ ...spec, ...given }))).toMatch(message);
});

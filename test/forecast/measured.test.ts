import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Forecast } from "../../src/forecast/document.ts";
import { lawfit } from "../cli/command-line.ts";
import { temporaryFolder } from "../tables/temporary.ts";

const { folder } = temporaryFolder();
const at = (name: string) => join(folder, name);
const BY = ["--by", "2999-01-31"];

/** Losses of runs of 6e18 FLOPs times the square root of 10, to the power of their place from 0. */
const LOSSES = [3, 2.8, 2.75, 2.6, 2.6, 2.45, 2.4, 2.3, 2.28];

/** A run of 6e18 * 10^(place/2) FLOPs, with more or fewer tokens a parameter. */
function run(place: number): { n: number; d: number } {
  const wide = 1 + 0.6 * Math.sin(2 * place);
  return { n: 1e8 * 10 ** (place / 4) * wide, d: (1e10 * 10 ** (place / 4)) / wide };
}

/** 6e24 FLOPs, place 12. */
const TARGET = "100B@10T";

async function forecastOf(name: string, rows: string, ...words: string[]): Promise<Forecast> {
  await writeFile(at(`${name}.csv`), rows);
  const fit = [
    "fit",
    at(`${name}.csv`),
    "--bootstrap",
    "20",
    "--backend",
    "cpu",
    "--out",
    at(name),
    "--quiet",
  ];
  expect(await lawfit(...fit, ...words)).toMatchObject({ code: 0 });
  const out = at(`${name}.json`);
  const made = await lawfit("forecast", at(name), "--target", TARGET, ...BY, "--out", out, "--quiet");
  expect(made).toMatchObject({ code: 0 });
  return JSON.parse(await readFile(out, "utf8"));
}

const csv = (losses: readonly number[]) =>
  `N,D,loss\n${losses.map((loss, i) => `${run(i).n},${run(i).d},${loss}\n`).join("")}`;

describe("what is said of the measured runs, worked out by hand", () => {
  // Least squares over places 0, 1, ...: of 9 runs mean 23.18/9 at 4, slope -5.23/60; of 8 runs 2.6125 at 3.5, -3.9/42.
  test.each([
    [9, 23.18 / 9 - (5.23 / 60) * 8, 2.28],
    [8, 2.6125 - (3.9 / 42) * 8.5, 2.3],
  ])("of %d runs counts them all", async (count, line, last) => {
    const { source, targets, quantities } = await forecastOf(`of${count}`, csv(LOSSES.slice(0, count)));
    expect(source.fit_runs).toBe(count);
    expect(source.largest_run).toMatchObject({ run: `row ${count}` });
    expect(targets[0]!.budget_multiple).toBeCloseTo(10 ** (6 - (count - 1) / 2), 3);
    expect(quantities[0]!.rivals.map(({ value }) => value)).toEqual([last, expect.closeTo(line, 10)]);
  });

  test("of groups of runs of equal sizes keeps the groups apart", async () => {
    const rows = ["a", "b"].flatMap((group, g) =>
      LOSSES.slice(0, 6).map((loss, i) => `${group},${run(i).n},${run(i).d},${loss + g}\n`),
    );
    const { source, targets, quantities } = await forecastOf(
      "groups",
      `group,N,D,loss\n${rows.join("")}`,
      ...["--group", "group", "-y", "loss"],
    );
    expect(source.fit_runs).toBe(12);
    expect(targets[0]!.budget_multiple).toBeCloseTo(10 ** 3.5, 3);
    // Mean 2.7 at place 2.5, slope -1.75/17.5, and 1 more in the other group.
    const byGroup = quantities.map(({ name, rivals }) => [name, ...rivals.map(({ value }) => value)]);
    expect(byGroup).toEqual([
      ["a", 2.45, expect.closeTo(1.75, 10)],
      ["b", 3.45, expect.closeTo(2.75, 10)],
    ]);
  });
});

test.each([
  ["in a row that is held out", ["--test", "N > 5e10"]],
  ["as the largest run", []],
])("a target of the size of a run that was measured %s is refused", async (_, words) => {
  const name = at(`measured${words.length}`);
  await writeFile(`${name}.csv`, `${csv(LOSSES)}1.01e11,9.95e12,1.9\n`);
  const fit = ["fit", `${name}.csv`, "--bootstrap", "10", "--backend", "cpu", "--out", name, "--quiet"];
  expect(await lawfit(...fit, ...words)).toMatchObject({ code: 0 });
  const target = words.length > 0 ? TARGET : "102B@10T";
  const made = await lawfit("forecast", name, "--target", target, ...BY, "--out", `${name}.json`);
  expect(made.stderr).toContain(`--target: "${target}" is measured already: row 10 in the table of ${name}`);
  expect(made.code).toBe(2);
});

describe("a checkpoint table", () => {
  const ladder = at("ladder");

  beforeAll(async () => {
    const words = ["--resamples", "10", "--level", "0.9", "--tasks", "task1", "--out", ladder, "--quiet"];
    expect(await lawfit("bootstrap", "data-samples/ladder/sweep.yaml", ...words)).toMatchObject({ code: 0 });
  });

  test("has a run of the size of a target under another name: it is measured", async () => {
    const { code, stderr } = await lawfit(
      ...["forecast", ladder, "--target", "7B@4T", ...BY, "--out", at("measured.json")],
    );
    expect(stderr).toContain('--target: "7B@4T" is measured already: 7B-4T in the table of ');
    expect(code).toBe(2);
  });
});

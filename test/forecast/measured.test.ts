import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Forecast } from "../../src/forecast/document.ts";
import { lawfit } from "../cli/command-line.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { wholeCrosses } from "../whole-crosses.ts";

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

/** Squares of logarithms by the kernels that ladders have too: no residual is above 1. */
const kernelOfLadders = ["--residual", "log", "--loss", "huber:1"];

/** The words of a fit of `PATH.csv` to the run directory `PATH`. */
const fitWords = (path: string): string[] => [
  ...["fit", `${path}.csv`, "--out", path, "--bootstrap", "10"],
  ...["--starts", "16", "--backend", "cpu", "--quiet"],
];

async function forecastOf(name: string, rows: string, ...words: string[]): Promise<Forecast> {
  await writeFile(at(`${name}.csv`), rows);
  const fit = [...fitWords(at(name)), ...(words.includes("--law") ? [] : kernelOfLadders)];
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
  const nine = [9, 23.18 / 9 - (5.23 / 60) * 8, 2.28] as const;
  const eight = [8, 2.6125 - (3.9 / 42) * 8.5, 2.3] as const;
  // Of 9 runs the next test tells the same.
  test.each(wholeCrosses ? [nine, eight] : [eight])(
    "of %d runs counts them all",
    async (count, line, last) => {
      const { source, targets, quantities } = await forecastOf(`of${count}`, csv(LOSSES.slice(0, count)));
      expect(source.fit_runs).toBe(count);
      expect(source.largest_run).toMatchObject({ run: `row ${count}` });
      expect(targets[0]!.budget_multiple).toBeCloseTo(10 ** (6 - (count - 1) / 2), 3);
      expect(quantities[0]!.rivals.map(({ value }) => value)).toEqual([last, expect.closeTo(line, 10)]);
    },
  );

  test("of runs of several rows is of the last row of each", async () => {
    const rows = LOSSES.flatMap((loss, i) =>
      [4, 2, 1].map((part) => `r${i},${run(i).n},${run(i).d / part},${loss + 0.1 * (part - 1)}\n`),
    );
    const { source, quantities } = await forecastOf(
      "rows",
      `name,N,D,loss\n${rows.join("")}`,
      "--run",
      "name",
    );
    expect(source).toMatchObject({
      fit_runs: 9,
      largest_run: { run: "r8", d: expect.closeTo(run(8).d, -3) },
    });
    const [last, line] = quantities[0]!.rivals.map(({ value }) => value);
    expect([last, line]).toEqual([2.28, expect.closeTo(23.18 / 9 - (5.23 / 60) * 8, 10)]);
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
  const fit = [...fitWords(name), ...kernelOfLadders];
  expect(await lawfit(...fit, ...words)).toMatchObject({ code: 0 });
  const target = words.length > 0 ? TARGET : "102B@10T";
  const made = await lawfit("forecast", name, "--target", target, ...BY, "--out", `${name}.json`);
  expect(made.stderr).toContain(`--target: "${target}" is measured already: row 10 in the table of ${name}`);
  expect(made.code).toBe(2);
});

describe("a checkpoint table", () => {
  const ladder = at("ladder");

  beforeAll(async () => {
    const words = [
      "--resamples",
      "10",
      "--starts",
      "16",
      "--level",
      "0.9",
      "--tasks",
      "task1",
      "--out",
      ladder,
      "--quiet",
    ];
    expect(await lawfit("bootstrap", "data-samples/ladder/sweep.yaml", ...words)).toMatchObject({ code: 0 });
  });

  test("has a run of the size of a target under another name: it is measured", async () => {
    const { code, stderr } = await lawfit(
      ...["forecast", ladder, "--target", "7B@4T", ...BY, "--out", at("measured.json")],
    );
    expect(stderr).toContain('--target: "7B@4T" is measured already: 7B-4T in the table of ');
    expect(code).toBe(2);
  });

  test("says which choices a run has that did not vary them", async () => {
    const words = ["forecast", ladder, "--target", TARGET, ...BY, "--choose", "law=kaplan"];
    const { stderr } = await lawfit(...words, "--out", at("none.json"));
    expect(stderr).toContain('--choose: law: "kaplan"; allowed: input\n');
  });
});

test("a law over columns in other units has the forecast of the same runs in counts", async () => {
  const law = (n: string, d: string) => ["--law", `E + A/${n}^0.35 + B/${d}^0.35`, "-y", "loss"];
  const millions = LOSSES.map((loss, i) => `${run(i).n / 1e6},${run(i).d / 1e9},${loss}\n`);
  const counts = await forecastOf("counts", csv(LOSSES), ...law("N", "D"));
  const named = `params_m,tokens_b,loss\n${millions.join("")}`;
  const units = await forecastOf("units", named, ...law("params_m", "tokens_b"));
  expect(units.targets[0]).toMatchObject({ inputs: { params_m: 1e5, tokens_b: 1e4 }, n: 1e11, d: 1e13 });
  expect(units.targets[0]!.budget_multiple).toBeCloseTo(counts.targets[0]!.budget_multiple!, 6);
  expect(units.quantities[0]!.value).toBeCloseTo(counts.quantities[0]!.value, 6);
  const rivals = ({ quantities: [one] }: Forecast) => one!.rivals.map(({ value }) => value);
  expect(rivals(units)).toEqual(rivals(counts).map((value) => expect.closeTo(value!, 9)));
  const cuts = ({ history }: Forecast) =>
    history.rows.map(({ ratio, interval }) => [interval, Math.round(ratio!)]);
  expect(cuts(units)).not.toEqual([]);
  expect(cuts(units)).toEqual(cuts(counts));
});

describe("a ladder whose law takes a column", () => {
  const EXPERTS = [1, 4, 2, 8, 1, 16, 4, 2, 8];
  const HEAD = "run,role,subject,n,d,experts,loss,accuracy\n";
  const row = (name: string, n: number, d: number, experts: number, loss: number) =>
    `${name},fit,qa,${n},${d},${experts},${loss},${1 / (1 + Math.exp(3 * (loss - 2.5)))}\n`;
  const moe = at("moe");

  beforeAll(async () => {
    const rows = LOSSES.map((loss, i) => row(`run${i}`, run(i).n, run(i).d, EXPERTS[i]!, loss));
    await writeFile(at("moe.csv"), `${HEAD}${rows.join("")}`);
    const sweep = [
      ...["table: moe.csv", "method: ladder", "starts: 16", "tasks: [qa]"],
      ...['axes: {law: [chinchilla, "exp(a - b*ln(N*D*experts)) + E"]}'],
      ...["targets: [{N: 100B, D: 10T, experts: 8}]", "bootstrap: {resamples: 10, draws: true}"],
    ];
    await writeFile(at("moe.yaml"), sweep.join("\n"));
    const words = ["sweep", at("moe.yaml"), "--backend", "cpu", "--out", moe, "--quiet"];
    expect(await lawfit(...words)).toMatchObject({ code: 0 });
  });
  const words = ["forecast", moe, "--choose", "law=exp(a - b*ln(N*D*experts)) + E", ...BY, "--quiet"];

  test("is forecast at a target with that input, which a table of the finished run alone scores", async () => {
    const target = "N=100e9,D=10e12,experts=64";
    const made = await lawfit(...words, "--target", target, "--out", at("moe.json"));
    expect(made).toMatchObject({ code: 0 });
    const { targets, quantities }: Forecast = JSON.parse(await readFile(at("moe.json"), "utf8"));
    expect(targets[0]).toMatchObject({ name: target, n: 1e11, d: 1e13, inputs: { experts: 64 } });
    expect(quantities.map(({ name }) => name)).toEqual(["loss", "score"]);
    const others = quantities[1]!.sensitivity
      .filter(({ value }) => value !== null)
      .map(({ choice }) => choice);
    expect(others).toContain("law chinchilla");
    await writeFile(at("done.csv"), HEAD + row("big", 1.002e11, 1e13, 64, 1.9));
    const score = ["score", at("moe.json"), "--table", at("done.csv"), "--format", "json"];
    const { code, stdout } = await lawfit(...score);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).actual.loss).toBe(1.9);
    const share = await lawfit("score", at("moe.json"), "--actual", "score=79", "--out", at("none.json"));
    expect(share.stderr).toContain("score: 79; allowed: a share, 0 to 1");
    // Of another number of experts it is another run.
    await writeFile(at("done.csv"), HEAD + row("big", 1.002e11, 1e13, 8, 1.9));
    expect((await lawfit(...score, "--force")).stderr).toContain("no measured run of the size of N=100e9,");
  });

  test("is forecast at a size by its law without that input, and by no other", async () => {
    const size = ["forecast", moe, "--target", TARGET, ...BY, "--quiet", "--out", at("size.json")];
    expect(await lawfit(...size)).toMatchObject({ code: 0 });
    const { settings, quantities }: Forecast = JSON.parse(await readFile(at("size.json"), "utf8"));
    expect(settings.law).toBe("chinchilla");
    const choices = quantities[0]!.sensitivity.map(({ choice }) => choice);
    expect(choices.filter((choice) => choice.includes("experts"))).toEqual([]);
  });

  test("wants that input", async () => {
    const { code, stderr } = await lawfit(...words, "--target", TARGET, "--out", at("none.json"));
    const missing = `--target: "${TARGET}" lacks experts, an input of the law; allowed: N=100000000000,D=10000000000000,experts=NUMBER`;
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(missing) });
  });
});

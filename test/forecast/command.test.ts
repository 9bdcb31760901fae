import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Forecast } from "../../src/forecast/document.ts";
import { intervalScore } from "../../src/forecast/interval-score.ts";
import { queryRun } from "../../src/index.ts";
import { lawfit } from "../cli/command-line.ts";
import { rowsOf } from "../run/published.ts";
import { temporaryFolder } from "../tables/temporary.ts";

const { folder } = temporaryFolder();
const at = (name: string) => join(folder, name);

/** Chinchilla's law with a deviation of a run that repeats, so that the truth is known and fits are not exact. */
const trueLoss = (n: number, d: number) => 1.8 + 480 / n ** 0.34 + 2000 / d ** 0.37;
const SIZES = [1e8, 2e8, 4e8, 8e8, 1.6e9];
const deviation = (i: number) => 1 + 0.004 * Math.sin(2.3 * i * i + i);
const RUNS = SIZES.flatMap((n) => [5, 20, 80].map((k) => ({ n, d: k * n }))).map(({ n, d }, i) => {
  return { n, d, loss: trueLoss(n, d) * deviation(i) };
});
const csv = (rows: readonly { n: number; d: number; loss: number }[]) =>
  `N,D,loss\n${rows.map(({ n, d, loss }) => `${n},${d},${loss}\n`).join("")}`;

const run = at("run");
const file = at("forecast.json");
const make = (...words: string[]) => lawfit("forecast", run, "--target", "70B@15T", ...words);
const BY = ["--by", "2999-01-31"];
let forecast: Forecast;

/** Predictions of the law at a size. */
async function fitAt(n: string, d: string) {
  const out = at(`at-${n}`);
  const words = ["--residual", "log", "--backend", "cpu", "--at", `N=${n},D=${d}`, "--out", out, "--quiet"];
  expect(await lawfit("fit", at("runs.csv"), ...words)).toMatchObject({ code: 0 });
  return queryRun(out, "predictions");
}

beforeAll(async () => {
  await writeFile(at("runs.csv"), csv(RUNS));
  const fit = ["fit", at("runs.csv"), "--residual", "log", "--backend", "cpu"];
  expect((await lawfit(...fit, "--bootstrap", "40", "--out", run)).code).toBe(0);
  expect((await lawfit(...fit, "--out", at("bare"))).code).toBe(0);
  const { code, stderr } = await make(...BY, "--out", file, "--quiet");
  expect({ code, stderr }).toMatchObject({ code: 0 });
  forecast = JSON.parse(await readFile(file, "utf8"));
});

test("a fit without draws is forecast with the interval of its curve by the delta method", async () => {
  const words = ["--target", "70B@15T", ...BY, "--out", at("delta.json"), "--quiet"];
  expect(await lawfit("forecast", at("bare"), ...words)).toMatchObject({ code: 0 });
  const bare = JSON.parse(await readFile(at("delta.json"), "utf8")) as Forecast;
  const [loss] = bare.quantities;
  expect(loss!.value).toBeCloseTo(forecast.quantities[0]!.value, 9);
  expect(loss!.intervals.map(({ interval, purpose }) => [interval, purpose])).toEqual([
    ["delta", "curve"],
    ["conformal", "run"],
  ]);
  const { standard_error } = rowsOf(await fitAt("70e9", "15e12"))[0]!;
  const { lower, upper } = loss!.intervals[0]!;
  // Ten degrees of freedom: Student's t of 1.8125 at 90 %.
  expect((upper! - lower!) / 2 / Number(standard_error)).toBeCloseTo(1.8125, 3);
});

describe("what is sealed", () => {
  test("is the prediction and the intervals of a sweep with that target", async () => {
    const [row] = rowsOf(await queryRun(run, "parameters", { where: "parameter = 'E'" }));
    const [law] = forecast.laws;
    expect(law!.parameters.find(({ name }) => name === "E")!.value).toBeCloseTo(Number(row!.value), 10);
    const [{ n, d }] = forecast.targets as [Forecast["targets"][number]];
    const p = Object.fromEntries(law!.parameters.map(({ name, value }) => [name, value!]));
    const predicted =
      Math.exp(p.a! - p.alpha! * Math.log(n!)) + Math.exp(p.b! - p.beta! * Math.log(d!)) + p.E!;
    const [loss, ...others] = forecast.quantities;
    expect(others).toEqual([]);
    expect(loss).toMatchObject({ name: "loss", target: "70B@15T", value: expect.closeTo(predicted, 9) });
    expect(loss!.intervals.map(({ interval }) => interval)).toEqual(["pooled", "conformal"]);
    expect(loss!.intervals[0]!.lower).toBeLessThan(loss!.value);
    expect(loss!.intervals[0]!.upper).toBeGreaterThan(loss!.value);
    expect(forecast.targets[0]!.budget_multiple).toBeCloseTo((7e10 * 1.5e13) / (1.6e9 * 80 * 1.6e9), 6);
  });

  test("has the sensitivity to the law, and to the asymptote at the ends of its profile", () => {
    const { sensitivity, value } = forecast.quantities[0]!;
    const E = forecast.laws[0]!.parameters.find(({ name }) => name === "E")!;
    expect(sensitivity.map(({ to, choice }) => `${to}: ${choice.split(" (")[0]}`)).toEqual([
      "law: law kaplan",
      "law: law kaplan-offset",
      `asymptote: E = ${Number(E.profile_lower!.toPrecision(4))}`,
      `asymptote: E = ${Number(E.profile_upper!.toPrecision(4))}`,
    ]);
    for (const { value: other, difference } of sensitivity)
      expect(difference).toBeCloseTo(other! - value, 12);
    const [low, high] = sensitivity.slice(2);
    expect(low!.value).toBeLessThan(value);
    expect(high!.value).toBeGreaterThan(value);
  });

  test("has rivals from the measured runs, and back-tests of the largest of them", () => {
    const { rivals } = forecast.quantities[0]!;
    expect(rivals[0]).toEqual({
      name: "last point",
      value: expect.closeTo(RUNS.at(-1)!.loss, 10),
      reason: null,
    });
    expect(rivals).toHaveLength(2);
    const cuts = forecast.history.rows.filter(({ interval }) => interval === "pooled");
    expect(cuts.map(({ ratio }) => Math.round(ratio!))).toEqual([64, 16, 4]);
    for (const { target, actual } of cuts) {
      expect(target).toBe("row 15");
      expect(actual).toBeCloseTo(RUNS.at(-1)!.loss, 10);
    }
  });

  test("has a page that names the seal", async () => {
    const page = await readFile(at("forecast.md"), "utf8");
    expect(page).toContain(`\`${forecast.seal.sha256}\``);
    expect(page).toContain("to be known by 2999-01-31");
    expect(page).toMatch(/\| loss \| [\d.]+ \| [\d.]+ to [\d.]+ \| 90 % pooled, for the curve \|/);
  });
});

describe("--verify", () => {
  test("says that a copy is sealed", async () => {
    await copyFile(file, at("copy.json"));
    const { code, stdout } = await lawfit("forecast", "--verify", at("copy.json"));
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `${at("copy.json")}: sealed ${forecast.sealed}, to be known by 2999-01-31; SHA-256 ${forecast.seal.sha256}\n`,
    });
  });

  test("says that a changed one is not, with exit code 2", async () => {
    await writeFile(at("changed.json"), (await readFile(file, "utf8")).replace("2999", "2998"));
    const { code, stdout, stderr } = await lawfit(
      "forecast",
      "--verify",
      at("changed.json"),
      "--format",
      "json",
    );
    expect(code).toBe(2);
    expect(stderr).toContain(`lawfit: ${at("changed.json")}: unsealed: it was changed after it was sealed`);
    expect(JSON.parse(stdout)).toMatchObject({ sealed: false, expected: forecast.seal.sha256 });
    const scored = await lawfit("score", at("changed.json"), "--actual", "loss=1.9");
    expect(scored).toMatchObject({ code: 2, stderr: expect.stringContaining("unsealed") });
  });
});

describe("lawfit score", () => {
  test("scores the truth, keeps what it was told, and counts it in its folder", async () => {
    await mkdir(at("all"), { recursive: true });
    await copyFile(file, at("all/one.json"));
    const truth = trueLoss(7e10, 1.5e13);
    const { code, stdout } = await lawfit(
      "score",
      at("all/one.json"),
      "--actual",
      `loss=${truth}`,
      "--format",
      "json",
    );
    expect(code).toBe(0);
    const [score] = JSON.parse(stdout).scores;
    const { lower, upper } = forecast.quantities[0]!.intervals[0]!;
    expect(score.error).toBeCloseTo(forecast.quantities[0]!.value - truth, 12);
    expect(score.intervals[0]).toMatchObject({
      held: lower! <= truth && truth <= upper!,
      score: expect.closeTo(intervalScore(lower!, upper!, 0.9, truth), 12),
    });
    expect(score.rivals.map(({ beaten }: { beaten: boolean }) => beaten)).toEqual([true, true]);
    const again = await lawfit("score", at("all/one.scored.json"));
    expect(again.stdout).toContain("pooled");
    const verified = await lawfit("forecast", "--verify", at("all/one.scored.json"));
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining(": sealed ") });
    const folder = await lawfit("score", at("all"), "--out", at("all/calibration.svg"), "--format", "json");
    expect(JSON.parse(folder.stdout)).toMatchObject({
      ...{ forecasts: 1, passed_over: 1 },
      intervals: [
        { interval: "pooled", level: 0.9, count: 1 },
        { interval: "conformal", count: 0 },
      ],
    });
    expect(await readFile(at("all/calibration.svg"), "utf8")).toContain("nominal level");
  });

  test("says that an actual value was changed after it was scored", async () => {
    const scored = await readFile(at("all/one.scored.json"), "utf8");
    await mkdir(at("edited"));
    const edited = at("edited/one.scored.json");
    await writeFile(edited, scored.replace(/("actual": \{\s*"loss": )[\d.]+/, "$12.5"));
    for (const path of [edited, at("edited")]) {
      const { code, stderr } = await lawfit("score", path);
      expect(stderr).toContain(`${edited}: unsealed: it was changed after it was sealed`);
      expect(code).toBe(2);
    }
    await writeFile(at("edited/one.scored.json"), scored);
    await writeFile(at("edited/other.json"), "{}");
    expect((await lawfit("score", at("edited"))).stdout).toContain("\n1 other JSON file passed over\n");
  });

  test("finds the finished run in a table, which may have it alone, by its parameters and tokens", async () => {
    const finished = { n: 7.02e10, d: 1.5e13, loss: 1.934 };
    await writeFile(at("later.csv"), csv([...RUNS, finished]));
    const words = ["score", file, "--table", at("later.csv"), "--out", at("found.json"), "--format", "json"];
    const { code, stdout, stderr } = await lawfit(...words);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(stdout).actual).toEqual({ loss: 1.934 });
    await writeFile(at("later.csv"), csv([finished]));
    const alone = await lawfit(...words, "--force");
    expect({ code: alone.code, stderr: alone.stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(alone.stdout).actual).toEqual({ loss: 1.934 });
    const missing = await lawfit("score", file, "--table", at("runs.csv"), "--out", at("none.json"));
    expect(missing.stderr).toContain(
      "no measured run of the size of 70B@15T (N 7e+10, D 1.5e+13), within 2 %",
    );
    expect(missing.code).toBe(2);
  });

  test("wants a picture of a folder's calibration, and scored forecasts in it", async () => {
    const out = await lawfit("score", at("all"), "--out", at("calibration.pdf"));
    expect(out.stderr).toContain(
      `--out: ${at("calibration.pdf")}; allowed: a file that ends in .svg or .png`,
    );
    const none = await lawfit("score", run);
    expect(none.stderr).toContain(`${run}: no scored forecast: `);
    expect([out.code, none.code]).toEqual([2, 2]);
  });

  test.each<[string[], string]>([
    [["--actual", "los=2"], 'the forecast has no quantity "los"; allowed: loss; did you mean "loss"?'],
    [["--actual", "loss"], '--actual: "loss"; allowed: QUANTITY=NUMBER, such as loss=2.234'],
    [["--actual", "loss=2", "--actual", "loss=3"], '--actual: "loss" is given twice; allowed: once'],
    [["--actual", "loss=-1"], "loss: -1; allowed: a loss, a number > 0"],
    [[], "no actual value is given; allowed: loss=VALUE"],
  ])("%j is the user's mistake", async (words, message) => {
    const { code, stderr } = await lawfit("score", file, ...words);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(`lawfit: ${message}`) });
  });
});

describe("lawfit forecast", () => {
  test.each<[string[], string]>([
    [["--by", "2020-01-31"], "--by: 2020-01-31 has passed: today is "],
    [["--by", "2999-02-30"], '--by: "2999-02-30" is not a day; allowed: a day to come, as YYYY-MM-DD'],
    [[], "--by is missing: the day by which the target is to be known"],
    [[...BY, "--target", "1B@20B"], '--target: "1B@20B" lies inside the runs of '],
    [[...BY, "--target", "70@15"], '--target: "70@15" lies below the runs of '],
    [[...BY, "--target", "large"], '--target: "large"; allowed: parameters@tokens, such as 70B@15T'],
    [[...BY, "--tasks", "los"], '--tasks: unknown task "los"; allowed: loss; did you mean "loss"?'],
    [[...BY, "--choose", "law=kaplan"], '--choose: law: "kaplan"; allowed: chinchilla'],
    [[...BY, "--out", "FILE"], "forecast.json: exists; allowed: another --out, or --force to replace it"],
  ])("%j is the user's mistake", async (words, message) => {
    const own = words.map((word) => (word === "FILE" ? file : word));
    const out = words.includes("--out") ? [] : ["--out", at("none.json")];
    const { code, stderr } = await make(...own, ...out);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
  });

  test("wants a run with draws, and the table that it was made from", async () => {
    const words = [
      "--table",
      "data-samples/ladder/checkpoints.parquet",
      "--targets",
      "7B-4T",
      "--tasks",
      "task1",
    ];
    const plain = ["--starts", "4", "--backend", "cpu", "--out", at("ladder"), "--quiet"];
    expect(await lawfit("sweep", "ladder", ...words, ...plain)).toMatchObject({ code: 0 });
    const bare = await lawfit(
      "forecast",
      at("ladder"),
      "--target",
      "70B@15T",
      ...BY,
      "--out",
      at("none.json"),
    );
    expect(bare).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`${at("ladder")}: the run has no draws`),
    });
    await writeFile(at("other.csv"), csv(RUNS.slice(1)));
    const other = await make(...BY, "--table", at("other.csv"), "--out", at("none.json"));
    expect(other.code).toBe(2);
    expect(other.stderr).toContain(`${at("other.csv")}: not the table that the run was made from (SHA-256 `);
  });
});

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { recordsOf } from "../../../src/draw/records.ts";
import { getForm } from "../../../src/forms/registry.ts";
import { plansFigure } from "../../../src/planner/figure.ts";
import { readJob } from "../../../src/report/read-job.ts";
import { readTable } from "../../../src/tables/read.ts";
import { queryTable } from "../../../src/tables/sql/query.ts";
import { findColumn } from "../../../src/tables/table.ts";
import { smallLadder } from "../../methods/tables.ts";
import { writeRun } from "../../report/runs.ts";
import { temporaryFolder } from "../../tables/temporary.ts";
import { lawfit } from "../command-line.ts";

const { folder } = temporaryFolder();
const table = join(folder, "runs.csv");
const law = ["--law", "loss = E + A/params^alpha + B/tokens_b^beta"];

/** Squares of logarithms by the kernel that tests of ladders need too: no residual is above 1. */
const kernelOfLadders = ["--residual", "log", "--loss", "huber:1"];

/** A law without noise but for what six digits leave: E = 1.69, A = 406.4, alpha = 0.34, B = 410.7 (D in tokens), beta = 0.28. */
const lossAt = (n: number, d: number) => 1.69 + 406.4 / n ** 0.34 + 410.7 / d ** 0.28;
beforeAll(() => {
  const rows = [1e8, 3e8, 1e9, 3e9].flatMap((n) =>
    [5, 20, 80, 320].map((ratio) => `${n},${(ratio * n) / 1e9},${lossAt(n, ratio * n).toFixed(6)}`),
  );
  writeFileSync(table, `params,tokens_b,loss\n${rows.join("\n")}\n`);
});

async function plansOf(...words: string[]): Promise<Record<string, unknown>[]> {
  const { code, stdout, stderr } = await lawfit("plan", ...words, "--format", "json", "--quiet");
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

/** The best size by the closed form (Hoffmann et al., 2022, equation 4). */
function bestSize(budget: number): number {
  const g = ((0.34 * 406.4) / (0.28 * 410.7)) ** (1 / 0.62);
  return g * (budget / 6) ** (0.28 / 0.62);
}

test("a table is fitted and planned by, sizes and tokens in ones whatever the unit of the columns", async () => {
  const [small, large] = await plansOf(table, ...law, "--budget", "1e22,1e24");
  for (const [row, budget] of [
    [small!, 1e22],
    [large!, 1e24],
  ] as const) {
    expect(Number(row.n) / bestSize(budget)).toBeCloseTo(1, 2);
    expect((6 * Number(row.n) * Number(row.d)) / budget).toBeCloseTo(1, 9);
    expect(Number(row.n_lower) < Number(row.n) && Number(row.n) < Number(row.n_upper)).toBe(true);
    expect(row).toMatchObject({ interval: "delta", status: "ok", cost: "6*N*D" });
  }
  expect(large!.extrapolation).toBeCloseTo(1e24 / (6 * 3e9 * 320 * 3e9), 6);
  expect(large!.notes).toMatch(/^N is beyond that of the runs, 100M to 3B; D is beyond/);
});

test("a loss is reached at the cost whose best it is", async () => {
  const [direct] = await plansOf(table, ...law, "--budget", "1e23");
  const [back] = await plansOf(table, ...law, "--quality", String(direct!.predicted_loss));
  expect(Number(back!.budget) / 1e23).toBeCloseTo(1, 9);
  expect(Number(back!.n) / Number(direct!.n)).toBeCloseTo(1, 7);
});

test("--out is a run with table plans and its page, which is planned by again with its stored draws", async () => {
  const out = join(folder, "run");
  const { code, stdout } = await lawfit(
    ...["plan", table, ...law, "--bootstrap", "20", "--level", "0.5,0.9", "--budget", "1e22", "--out", out],
    ...["--n-max", "2e9", "--quiet"],
  );
  expect(code).toBe(0);
  expect(stdout).toContain("percentiles of 20 replicates by scheme run");
  // Several levels have a line each.
  expect(stdout).toMatch(/1e\+22 +50 %/);
  expect(stdout).toMatch(/1e\+22 +90 %/);
  expect(stdout).toContain("the best size is at the largest that is allowed");
  expect(stdout).toContain(`wrote ${out}.html`);
  expect(existsSync(`${out}.html`)).toBe(true);
  const plans = await readTable([join(out, "plans.parquet")]);
  expect(findColumn(plans, "level")!.values).toEqual(Float64Array.of(0.5, 0.9));
  expect(findColumn(plans, "n")!.values).toEqual(Float64Array.of(2e9, 2e9));
  expect(findColumn(plans, "limits")!.values).toEqual(["n-max=2e+9", "n-max=2e+9"]);
  // The line of best sizes keeps to the limit.
  const drawn = plansFigure.draw(await readJob(out));
  if (!("panels" in drawn)) throw new Error(drawn.missing);
  const line = recordsOf(drawn.data).filter(({ what }) => what === "best size");
  expect(Math.max(...line.map(({ n }) => Number(n)))).toBe(2e9);
  const [row] = await plansOf(out, "--budget", "1e22", "--interval");
  expect(row).toMatchObject({ interval: "percentile", draws: 20 });
  const copy = join(folder, "copy");
  expect((await lawfit("plan", out, "--budget", "1e23", "--out", copy, "--quiet")).code).toBe(0);
  const shown = await lawfit("show", copy, "plans", "--format", "csv", "--columns", "budget,draws");
  expect(shown.stdout).toBe("budget,draws\n1e+23,20\n");
});

test("the figure's line holds unique tokens in the unit of their name, as the plans do", async () => {
  const repeated = join(folder, "repeated.csv");
  // Of 5 epochs each token but the first time counts half.
  const worth = (d: number, u: number) => u + (d - u) / 2;
  const rows = [1e8, 5e8, 2e9, 6e9].flatMap((n) =>
    [4e9, 2e10, 1e11].flatMap((d) =>
      [1, 2, 5].map((epochs) => [n, d / 1e9, d / epochs / 1e9, lossAt(n, worth(d, d / epochs))].join(",")),
    ),
  );
  writeFileSync(repeated, `params,tokens_b,unique_tokens_b,loss\n${rows.join("\n")}\n`);
  const out = join(folder, "repeated");
  const { code, stderr } = await lawfit(
    ...["plan", repeated, "--residual", "log", "--budget", "1e21,1e22", "--at", "unique_tokens_b=20"],
    ...["--law", "loss = E + A/params^alpha + B/(unique_tokens_b + w*(tokens_b - unique_tokens_b))^beta"],
    ...["--out", out, "--quiet"],
  );
  expect(code, stderr).toBe(0);
  const drawn = plansFigure.draw(await readJob(out));
  if (!("panels" in drawn)) throw new Error(drawn.missing);
  const all = recordsOf(drawn.data);
  // The line ends at the largest budget, which is planned.
  const [planned, end] = ["plan", "best size"].map((kind) => all.findLast(({ what }) => what === kind)!);
  for (const column of ["budget", "n", "value"])
    expect(Number(end![column]) / Number(planned![column]), column).toBeCloseTo(1, 6);
});

test("a run of two steps has scores by its link, of the cells that are asked for, with intervals of its draws", async () => {
  // Equal losses would be one fit of both tasks.
  const rows = smallLadder(["t", "u"]).map((row) =>
    row.subject === "t" ? row : { ...row, metrics: { ...row.metrics, loss: 1.1 * row.metrics.loss! } },
  );
  const axes = { link: ["sigmoid", "linear"] };
  const spec = { method: "ladder", axes, bootstrap: { resamples: 4, draws: true } };
  const run = await writeRun(folder, "two-steps", spec, rows);
  const plans = await plansOf(run, "--budget", "1e21", "--where", "task = 't' AND link = 'linear'");
  const links = await queryTable(join(run, "parameters.parquet"), {
    where: "stage = 'step2' AND task = 't' AND form = 'linear'",
  });
  const link = Float64Array.from(findColumn(links, "value")!.values.slice(0, 2) as Float64Array);
  expect(plans.length).toBeGreaterThan(0);
  for (const row of plans) {
    expect(row).toMatchObject({ task: "t", link: "linear", interval: "percentile" });
    const score = getForm("linear").value(link, [Number(row.predicted_loss)]);
    expect(Number(row.predicted_score)).toBeCloseTo(score, 12);
  }
});

describe("runs that do not say where the best size is", () => {
  const sizes = [1e8, 2e8, 4e8, 1e9, 2e9, 4e9];
  const noise = [1.003, 0.998, 1.001, 0.996, 1.004, 0.999];
  test.each([
    ["one ratio", (size: number) => [size, 20 * size], "all 6 points have N and D in one ratio"],
    ["one size", (size: number) => [5e8, 20 * size], "all 6 points have N = 500000000"],
    ["one number of tokens", (size: number) => [size, 1e10], "all 6 points have D = 10000000000"],
  ])(
    "%s: no plan and no best use has an interval, and the design is blamed",
    async (name, sizeOf, reason) => {
      const file = join(folder, `${name}.csv`);
      const rows = sizes.map((size, i) => {
        const [n, d] = sizeOf(size) as [number, number];
        return `${n},${d},${lossAt(n, d) * noise[i]!}`;
      });
      writeFileSync(file, `N,D,loss\n${rows.join("\n")}\n`);
      const fixed = ["--bounds", "E=1.69", ...kernelOfLadders];
      // The design is judged before resamples are drawn: those of one table are enough.
      for (const words of name === "one ratio" ? [[], ["--bootstrap", "20"]] : [[]]) {
        for (const row of await plansOf(file, ...fixed, ...words, "--budget", "1e22,1e24")) {
          expect(row).toMatchObject({
            status: "not-determined",
            n_lower: null,
            d_upper: null,
            interval: null,
          });
          expect(row.predicted_loss_lower).toBeNull();
          expect(row.notes).toContain(reason);
          expect(row.notes).not.toContain("the law has no best size");
        }
      }
      const derived = ["--derived", "best=N_opt(1e22)"];
      const fitted = await lawfit("fit", file, ...fixed, ...derived, "--format", "json", "--quiet");
      const tables = JSON.parse(fitted.stdout);
      for (const row of tables.compute_optimal) {
        expect(row).toMatchObject({ n_lower: null, n_upper: null, exponent_lower: null, loss_upper: null });
        expect(row.reason).toContain(reason);
      }
      const best = tables.derived.find(({ quantity }: { quantity: string }) => quantity === "best");
      expect(best.lower).toBeNull();
      if (best.value !== null) expect(best.status).toContain(reason);
    },
  );
});

describe("what is said beside a plan", () => {
  test("a loss that is reached is that loss, without an interval", async () => {
    const { stdout } = await lawfit("plan", table, ...law, "--quality", "2.1", "--quiet");
    expect(stdout).toContain("to reach 2.1: ");
    const plans = stdout.slice(stdout.indexOf("best use of each budget"));
    expect(plans).not.toMatch(/2\.10|2\.1 to/);
  });

  test("a held input that no run has had is named", async () => {
    const file = join(folder, "experts.csv");
    const rows = [1e8, 3e8, 1e9, 3e9].flatMap((n, i) =>
      [5, 20, 80, 320].map((ratio, k) => {
        const experts = [1, 4, 16][(i + k) % 3]!;
        return `${n},${n * ratio},${experts},${406.4 / n ** 0.34 / experts ** 0.1 + 410.7 / (n * ratio) ** 0.28}`;
      }),
    );
    writeFileSync(file, `N,D,experts,loss\n${rows.join("\n")}\n`);
    const own = ["--law", "loss = A/N^alpha/experts^g + B/D^beta"];
    const [row] = await plansOf(file, ...own, "--budget", "1e22", "--at", "experts=64");
    expect(row!.notes).toContain("experts = 64 is beyond that of the runs, 1 to 16");
    const { code, stderr } = await lawfit(
      ...["plan", file, ...own, "--budget", "1e22", "--at", "experts=8,N=1e9", "--quiet"],
    );
    expect([code, stderr]).toEqual([2, expect.stringContaining("at: N is planned and cannot be held")]);
  });

  test("a law that fits hardly better than the mean is said to be doubtful", async () => {
    const file = join(folder, "score.csv");
    const rows = [1e8, 3e8, 1e9, 3e9].flatMap((n) =>
      [5, 20, 80, 320].map((ratio) => `${n},${ratio * n},${1 - lossAt(n, ratio * n) / 8}`),
    );
    writeFileSync(file, `N,D,acc\n${rows.join("\n")}\n`);
    const [row] = await plansOf(file, "-y", "acc", "--budget", "1e22");
    expect(row!.notes).toMatch(/doubtful: R2 is .*mean of the response/);
  });
});

describe("mistakes of the user: one line, exit code 2", () => {
  const run = join(folder, "without-draws");
  beforeAll(async () => {
    await lawfit("fit", table, ...law, "--out", run, "--quiet");
  });

  test.each([
    ["no goal", () => [run], "nothing is asked: a budget, such as --budget 1e24"],
    ["a budget of 0", () => [run, "--budget", "0"], "budget 0; allowed: a number > 0"],
    ["no number", () => [run, "--budget", "much"], '--budget: "much"; allowed: numbers'],
    [
      "a budget below the runs",
      () => [run, "--budget", "1e9"],
      "budget 1e+9 is below the smallest run, whose 6ND is 3e+17 FLOPs",
    ],
    [
      "a cost below 0",
      () => [table, ...law, "--budget", "1e22", "--cost", "-6*N*D"],
      'plan: cost: "-6*N*D" is -3e+15 at N=1e+7, D=5e+7; allowed: a cost that is above 0 and rises with N and D',
    ],
    [
      "a cost of other names",
      () => [run, "--budget", "1e22", "--cost", "6*N*K"],
      `${run}: cost: unknown name "K"; allowed: N, D, pi`,
    ],
    [
      "an input that no law has",
      () => [run, "--budget", "1e22", "--at", "experts=8"],
      'at: no law has an input "experts"; allowed: params, tokens_b',
    ],
    ...["95", "-0.5", "0", "1"].map((level): [string, () => string[], string] => [
      `level ${level}`,
      () => [run, "--budget", "1e22", `--level=${level}`],
      `level ${level}; allowed: a number above 0 and below 1`,
    ]),
    [
      "tokens of use that the cost does not count",
      () => [run, "--budget", "1e22", "--inference-tokens", "10T", "--cost", "6*N*D"],
      `${run}: cost: "6*N*D" has no T, and 10000000000000 tokens of inference would cost nothing`,
    ],
    [
      "a loss that no budget reaches",
      () => [run, "--quality", "1.5"],
      `${run}: quality 1.5: no budget reaches 1.5 within the limits: the best is 1.69`,
    ],
    [
      "a budget below the runs in another unit",
      () => [run, "--budget", "1e-12", "--cost", "1e-24*N*D"],
      "budget 1e-12 pays for 6ND = 6e+12 FLOPs at most, which is below the smallest run",
    ],
    ["no number for an input", () => [run, "--budget", "1e22", "--at", "N=x"], '--at: N="x"; allowed'],
    [
      "unique tokens without a law of them",
      () => [run, "--budget", "1e22", "--unique-tokens", "1T"],
      "unique tokens 1000000000000: no law takes them",
    ],
    [
      "a law of no sizes",
      () => [table, "--law", "loss = E + A/params^alpha", "--budget", "1e22"],
      "it is no law of model size N and tokens D: its inputs are params",
    ],
    [
      "limits the wrong way around",
      () => [run, "--budget", "1e22", "--n-min", "7B", "--n-max", "1B"],
      "n from 7000000000 to 1000000000; allowed: limits >= 1, the smallest first",
    ],
    ["no cell", () => [run, "--budget", "1e22", "--where", "task = 'none'"], "no cell has"],
    [
      "an option of fits with a run",
      () => [run, "--budget", "1e22", "--law", "chinchilla"],
      `--law: ${run} is a run directory, whose laws are fitted`,
    ],
    ["no run and no table", () => [join(folder, "gone"), "--budget", "1e22"], "gone: no such file"],
    [
      "intervals of draws that a run does not have",
      () => [run, "--budget", "1e22", "--interval"],
      "--interval asks for intervals of resamples, and the run has stored none",
    ],
  ])("%s", async (_, words, message) => {
    const { code, stdout, stderr } = await lawfit("plan", ...words(), "--quiet");
    expect(stderr).toContain(message);
    expect(
      stderr
        .trimEnd()
        .split("\n")
        .filter((line) => !line.startsWith("warning")),
    ).toHaveLength(1);
    expect([code, stdout]).toEqual([2, ""]);
  });
});

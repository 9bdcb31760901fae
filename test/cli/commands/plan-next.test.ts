import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { planNext } from "../../../src/decide/next.ts";
import { type AskedRun, readRun } from "../../../src/decide/read-run.ts";
import { UserError } from "../../../src/errors.ts";
import { priceCandidates } from "../../../src/next/candidates.ts";
import { nextRuns } from "../../../src/next/next-runs.ts";
import type { NextOptions } from "../../../src/next/spec.ts";
import { randomStream } from "../../../src/random.ts";
import type { SweepSpec } from "../../../src/spec/spec.ts";
import { temporaryFolder } from "../../tables/temporary.ts";
import { wholeCrosses } from "../../whole-crosses.ts";
import { lawfit } from "../command-line.ts";

const { folder } = temporaryFolder();
const table = join(folder, "runs.csv");
const run = join(folder, "run");
const without = join(folder, "without");
const grid = "N=1e8..3e9:4,D=2B..100B:4";
/** Squares of logarithms by the kernels that tests of ladders need too: no residual is above 1. */
const logarithms = ["--residual", "log", "--loss", "huber:1", "--starts", "16"];
const asked = ["--target", "70B@1.4T", "--format", "json", "--quiet"];

beforeAll(async () => {
  const { normal } = randomStream("plan --next");
  const rows = [5e7, 1e8, 2e8, 4e8, 8e8].flatMap((n) =>
    [10, 20, 40, 80].map((ratio) => {
      const loss = (1.69 + 406.4 / n ** 0.34 + 410.7 / (ratio * n) ** 0.28) * Math.exp(0.004 * normal());
      return `${n},${ratio * n},${loss}`;
    }),
  );
  writeFileSync(table, `params,tokens,loss\n${rows.join("\n")}\n`);
  const fit = ["fit", table, ...logarithms, "--quiet"];
  const { code, stderr } = await lawfit(
    ...fit,
    "--bootstrap",
    "50",
    "--scheme",
    "parametric",
    "--draws",
    "--out",
    run,
  );
  expect(code, stderr).toBe(0);
  expect((await lawfit(...fit, "--out", without)).code).toBe(0);
});

async function ranked(...words: string[]): Promise<Record<string, unknown>[]> {
  const { code, stdout, stderr } = await lawfit("plan", ...words, "--next", ...asked);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

test("candidates of a grid are ranked by what they shrink for their cost, and a batch is within the limit", async () => {
  const rows = await ranked(run, "--candidates", grid, "--spend", "2e21");
  expect(rows).toHaveLength(16);
  const worth = rows.map((row) => Number(row.shrinkage_per_cost));
  expect(worth).toEqual(worth.toSorted((a, b) => b - a));
  for (const row of rows) {
    const [, n, d] = /^N=(.*), D=(.*)$/.exec(String(row.inputs))!;
    expect(Number(row.cost) / (6 * Number(n) * Number(d))).toBeCloseTo(1, 4);
    expect(Number(row.shrinkage_per_cost) * Number(row.cost)).toBeCloseTo(Number(row.shrinkage), 9);
    expect(row).toMatchObject({
      form: "chinchilla",
      target: "70B@1.4T",
      level: 0.9,
      runs: 20,
      draws: 50,
      status: "ok",
    });
  }
  expect(rows.filter((row) => row.shrinkage_refitted !== null)).toHaveLength(3);
  const batch = rows
    .filter((row) => row.batch !== null)
    .toSorted((a, b) => Number(a.batch) - Number(b.batch));
  expect(batch.length).toBeGreaterThan(1);
  const last = batch.at(-1)!;
  expect(Number(last.batch_cost)).toBeLessThanOrEqual(2e21);
  expect(Number(last.batch_shrinkage)).toBeGreaterThan(
    Math.max(...batch.map((row) => Number(row.shrinkage))) - 1e-9,
  );
  expect(Math.abs(Number(last.batch_shrinkage) - Number(last.batch_shrinkage_refitted))).toBeLessThan(0.12);
  // Sizes and tokens of the largest effect are far from the runs, not among them.
  const best = rows.toSorted((a, b) => Number(b.shrinkage) - Number(a.shrinkage))[0]!;
  expect(best.inputs).toContain("N=3e+9");
});

test("candidates of a table have their names, units and costs; the same as a function", async () => {
  const csv = join(folder, "candidates.csv");
  writeFileSync(csv, "run,params,tokens_b,hours\nsmall,100M,2,10\nlarge,3B,100,8000\n");
  const rows = await ranked(run, "--candidates", csv, "--cost", "hours + 1e-18*N*D");
  const large = rows.find(({ candidate }) => candidate === "large");
  expect(large).toMatchObject({
    inputs: "N=3e+9, D=1e+11",
    cost: 8300,
    cost_expression: "hours + 1e-18*N*D",
    batch: null,
  });
  const { candidates } = await planNext(run, {
    ...{ candidates: csv, targets: ["70B@1.4T", "N=30e9,D=3e12"], cost: "hours", spend: 9000, level: 0.5 },
  });
  expect(candidates.rows).toBe(4);
  expect(candidates.columns.find(({ name }) => name === "level")!.values[0]).toBe(0.5);
});

test("a table is fitted and resampled first, and --out has the candidates and their figure", async () => {
  const out = join(folder, "out");
  const { code, stdout, stderr } = await lawfit(
    ...[
      "plan",
      table,
      ...logarithms,
      "--bootstrap",
      "20",
      "--next",
      "--candidates",
      "N=1e9..3e9:2,D=50B",
      "--spend",
      "1e21",
    ],
    ...["--target", "70B@1.4T", "--target", "N=30e9,D=3e12", "--out", out, "--quiet"],
  );
  expect(code, stderr).toBe(0);
  expect(stdout).toContain("runs to train next by chinchilla; cost 6*N*D");
  expect(stdout).toMatch(/target +predicted with priors +90 % interval by 20 runs\n70B@1.4T/);
  expect(stdout).toMatch(/the batch that the spending limit pays for: \d+ runs?.*; by refits \d+ %, \d+ %/);
  expect(stdout).toMatch(
    /noise of a run 0\.\d+ %, by residuals of 15 more runs than parameters; .* by 20 replicates/,
  );
  const shown = await lawfit("show", out, "candidates", "--format", "csv", "--columns", "target,rank");
  expect(shown.stdout.split("\n").slice(0, 3)).toEqual(["target,rank", "70B@1.4T,1", '"N=30e9,D=3e12",1']);
  expect(existsSync(`${out}.html`)).toBe(true);
});

test("what a candidate says itself is its cost's too, whatever is held for the target", async () => {
  const { normal } = randomStream("experts");
  const csv = join(folder, "experts.csv");
  const rows = [1, 4, 16].flatMap((experts) =>
    [2e9, 8e9, 3.2e10, 1.28e11].map(
      (d) => `${d},${experts},${5 - 0.1 * Math.log(d) - 0.02 * Math.log(experts) + 0.01 * normal()}`,
    ),
  );
  writeFileSync(csv, `tokens,experts,loss\n${rows.join("\n")}\n`);
  const { code, stdout, stderr } = await lawfit(
    ...["plan", csv, "--law", "loss = a + b*ln(tokens) + c*ln(experts)", "--bootstrap", "20", "--quiet"],
    ...["--next", "--candidates", "D=2B,experts=1..64:2", "--at", "experts=8", "--cost", "D*experts"],
    ...["--target", "D=5e12", "--format", "json"],
  );
  expect(code, stderr).toBe(0);
  const costs = (JSON.parse(stdout) as Record<string, unknown>[]).map(({ inputs, cost }) => [inputs, cost]);
  expect(Object.fromEntries(costs)).toEqual({
    "tokens=2e+9, experts=1": 2e9,
    "tokens=2e+9, experts=64": 1.28e11,
  });
});

test("unique tokens are at most the tokens of a candidate and of a target, however they are given", async () => {
  const { normal } = randomStream("unique tokens");
  const csv = join(folder, "repeated.csv");
  const rows = [1e9, 4e9, 1.6e10].flatMap((unique) =>
    [1, 4, 16, 64].map((times) => {
      const loss = 5 - 0.1 * Math.log(times * unique) - 0.05 * Math.log(unique) + 0.01 * normal();
      return `${times * unique},${unique / 1e9},${loss}`;
    }),
  );
  writeFileSync(csv, `tokens,unique_tokens_b,loss\n${rows.join("\n")}\n`);
  const inputsWith = async (candidates: string, ...words: string[]) => {
    const { code, stdout, stderr } = await lawfit(
      ...["plan", csv, "--law", "loss = a + b*ln(tokens) + c*ln(unique_tokens_b)", "--bootstrap", "20"],
      ...["--quiet", "--next", "--candidates", candidates, "--cost", "D", "--target", "D=5e12", ...words],
      ...["--format", "json"],
    );
    expect(code, stderr).toBe(0);
    return (JSON.parse(stdout) as Record<string, unknown>[]).map((row) => [row.inputs, row.target_inputs]);
  };
  const least = [["tokens=2e+9, unique_tokens_b=2", "tokens=5e+12, unique_tokens_b=10"]];
  expect(await inputsWith("D=2B", "--unique-tokens", "10B")).toEqual(least);
  if (wholeCrosses) expect(await inputsWith("D=2B", "--at", "unique_tokens_b=10")).toEqual(least);
  expect(await inputsWith("D=2B,unique_tokens_b=100", "--at", "unique_tokens_b=10")).toEqual(least);
});

test.each([
  ["as many rows as parameters", 0.01, 2, "as there are no more runs than parameters"],
  ["a law that goes through every run", 0, 9, "as the law goes through every run"],
])(
  "%s: the noise is not known, which is said in place of an interval of no width",
  async (_, noise, count, why) => {
    const { normal } = randomStream("no noise");
    const csv = join(folder, `unknown-noise-${count}.csv`);
    const rows = Array.from({ length: count }, (_, i) => {
      const d = 2e9 * 2 ** i;
      return `${d},${5 - 0.1 * Math.log(d) + noise * normal()}`;
    });
    writeFileSync(csv, `tokens,loss\n${rows.join("\n")}\n`);
    const { code, stdout, stderr } = await lawfit(
      ...["plan", csv, "--law", "loss = a + b*ln(tokens)", "--bootstrap", "20", "--quiet", "--cost", "D"],
      ...["--scheme", "parametric", "--next", "--candidates", "D=2e12", "--target", "D=15e12"],
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/D=15e12 .* not known\n/);
    expect(stdout).toContain(`the noise of a run is not known, ${why}`);
    expect(stdout).toMatch(/noise of a run taken as \d/);
    expect(stdout).not.toContain("flat");
    expect(stdout).not.toContain("no run helps");
  },
);

test("given errors of the runs are their noise, and the interval is that of the errors of the parameters", async () => {
  const csv = join(folder, "sigma.csv");
  // y = 1 + x at x = -1, 0 and 1, each twice; of errors of 0.1 the line at 4 has that of 0.1 sqrt(1/6 + 16/4).
  writeFileSync(csv, "x,y,se\n-1,0.001,0.1\n-1,0,0.1\n0,1,0.1\n0,1.001,0.1\n1,2,0.1\n1,1.999,0.1\n");
  const { code, stdout, stderr } = await lawfit(
    ...[
      "plan",
      csv,
      "--law",
      "y = a + b*x",
      "--sigma",
      "se",
      "--bootstrap",
      "20",
      "--quiet",
      "--next",
      "--prior",
      "none",
    ],
    ...["--candidates", "x=3", "--cost", "1", "--target", "x=4", "--format", "json"],
  );
  expect(code, stderr).toBe(0);
  const [row] = JSON.parse(stdout);
  expect(row).toMatchObject({ noise: 0.1, noise_freedom: null });
  expect(row.target_upper - row.target_lower).toBeCloseTo(2 * 1.6449 * 0.1 * Math.sqrt(1 / 6 + 4), 3);
});

test("where the law is flat it is said that no run helps", async () => {
  const { normal } = randomStream("flat");
  const scores = Array.from({ length: 30 }, (_, i) => [
    i / 7,
    1 / (1 + Math.exp(2 - i / 7)) + 0.02 * normal(),
  ]);
  const csv = join(folder, "scores.csv");
  writeFileSync(csv, `x,score\n${scores.map((row) => row.join(",")).join("\n")}\n`);
  const { code, stdout, stderr } = await lawfit(
    ...["plan", csv, "--law", "score = 1/(1 + exp(a - b*x))", "--bootstrap", "50", "--quiet"],
    ...["--next", "--candidates", "x=14..20:4", "--cost", "x", "--spend", "40", "--target", "x=5"],
  );
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(
    /no run helps: .* because the law is flat there: at the candidates its draws differ by .* at most, and the noise of a run is 0\.0\d+/,
  );
  expect(stdout).not.toContain("by refits");
});

describe("what cannot be ranked is one line that says what is allowed", () => {
  const nextOf = (source: string, ...words: string[]) => [
    "plan",
    source,
    "--next",
    "--target",
    "70B@1.4T",
    ...words,
  ];
  const priced = join(folder, "priced.csv");
  const unpriced = join(folder, "unpriced.csv");
  const twice = join(folder, "twice.csv");
  const unnamed = join(folder, "unnamed.csv");
  let asked: AskedRun | undefined;
  beforeAll(() => {
    writeFileSync(priced, "N,D,cost\n1e8,2e9,5\n2e8,2e9,-1\n3e8,,4\n");
    writeFileSync(unpriced, "N,D,cost\n1e8,2e9,5\n2e8,2e9,\n");
    writeFileSync(twice, "N_m,params,D\n1,1e6,2e9\n");
    writeFileSync(unnamed, "width,depth\n1,2\n");
  });

  test.each([
    [
      "no draws",
      nextOf(without, "--candidates", grid),
      /are no draws.*has stored none.*bootstrap: \{draws: true\}/,
    ],
    [
      "a negative cost",
      nextOf(run, "--candidates", grid, "--cost", "6*N*D - 1e20"),
      /N=1e\+8.*cost.*-9.*above 0/,
    ],
    [
      "tokens that are held",
      nextOf(run, "--candidates", grid, "--at", "D=3"),
      /at: D is what candidates and targets say and cannot be held/,
    ],
    [
      "an unknown input of a target",
      nextOf(run, "--candidates", grid, "--target", "N=70e9,D=15e12,K=3"),
      /--target: "N=70e9,D=15e12,K=3": no law has an input "K"; allowed: N, D/,
    ],
    [
      "a negative target",
      nextOf(run, "--candidates", grid, "--target", "N=70e9,D=-5"),
      /--target: "N=70e9,D=-5": D: -5; allowed: a number above 0/,
    ],
    ["no candidates", nextOf(run), /--candidates is missing/],
    ["plans' options", nextOf(run, "--candidates", grid, "--budget", "1e22"), /--budget: .*without --next/],
    [
      "a target inside the runs",
      ["plan", run, "--next", "--candidates", grid, "--target", "100M@2B"],
      /"100M@2B" lies inside the runs/,
    ],
    ["no target", ["plan", run, "--next", "--candidates", grid], /--target is missing/],
    [
      "candidates without --next",
      ["plan", run, "--candidates", grid, "--budget", "1e22"],
      /--candidates: .*with --next/,
    ],
  ])("%s", async (_, words, said) => {
    const { code, stderr } = await lawfit(...words, "--quiet");
    expect(stderr).toMatch(said);
    expect(code).toBe(2);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  test.each<[string, Pick<NextOptions, "candidates" | "cost" | "spend" | "uniqueTokens">, RegExp]>([
    [
      "a cost of a row",
      { candidates: priced },
      /priced\.csv, row 2 \(line 3\), column "cost.*": -1; allowed: a cost above 0/,
    ],
    [
      "a missing value",
      { candidates: priced, cost: "N" },
      /priced\.csv, row 3 \(line 4\), column "D": the value is missing/,
    ],
    [
      "a limit below all",
      { candidates: grid, spend: 1e17 },
      /--spend: 1e\+17 is below the cheapest candidate, N=1e\+8, D=2e\+9, which costs 1\.2e\+18/,
    ],
    [
      "unknown columns",
      { candidates: unnamed, cost: "width" },
      /no input N: it takes N, D; allowed: a column N/,
    ],
    ["an unknown name of a cost", { candidates: grid, cost: "6*N*X" }, /--cost: .*X/],
    [
      "unique tokens of no law",
      { candidates: grid, uniqueTokens: 1e12 },
      /unique tokens 1000000000000: no law takes them/,
    ],
    [
      "a negative candidate",
      { candidates: "N=-1e8,D=2B", cost: "1" },
      /--candidates: N=-1e\+8, D=2e\+9: N: -1e\+8; allowed: a number above 0/,
    ],
    [
      "no tokens",
      { candidates: "N=1e8" },
      /--candidates: "N" has no number of tokens D, and the cost is 6\*N\*D; allowed: .*--cost/,
    ],
    [
      "missing tokens of 6ND",
      { candidates: priced, cost: "6*N*D" },
      /priced\.csv, row 3 \(line 4\), column "D": the value is missing, and the cost takes it/,
    ],
    [
      "two columns of parameters",
      { candidates: twice },
      /"N_m, params, D" has 2 numbers of parameters N, N_m, params, and the cost/,
    ],
    [
      "a missing cost",
      { candidates: unpriced },
      /unpriced\.csv, row 2 \(line 3\), column "cost": the value is missing, and the cost takes it; allowed: a number/,
    ],
    ["no range", { candidates: "N=1e9..1e8:3" }, /--candidates: "N=1e9\.\.1e8:3"; allowed/],
  ])("%s, of the run as it was read", async (_, options, said) => {
    asked ??= await readRun(run);
    const targets = [{ name: "70B@1.4T", inputs: { N: 70e9, D: 1.4e12 } }];
    const { job, cells } = asked;
    const solve = () => Promise.reject(new Error("nothing is to be solved"));
    const ranking = priceCandidates(options).then((candidates) =>
      nextRuns(job, cells, candidates, { ...options, targets, where: run, solve }),
    );
    const refusal = await ranking.catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(UserError);
    expect((refusal as UserError).message).toMatch(said);
  });
});

test.each<[string, Partial<Parameters<typeof planNext>[1]>, RegExp]>([
  ["candidates that are no table", { candidates: join(folder, "nowhere.csv") }, /nowhere\.csv/],
  ["a cost below 0", { cost: "-N" }, /cost -N: -1e\+9; allowed: a cost above 0/],
  ["a spending limit that pays for nothing", { spend: 1 }, /--spend: 1 is below the cheapest candidate/],
  ["a target that is none", { targets: ["large"] }, /--target: "large"/],
])("%s: said before a table is fitted", async (_, wrong, said) => {
  const sweep: SweepSpec = { table, method: "fit", fit: {}, bootstrap: { resamples: 20 } };
  const solver = () => Promise.reject(new Error("nothing is to be solved"));
  const question = { candidates: "N=1e9,D=2e10", targets: ["70B@1.4T"], solver, ...wrong };
  await expect(planNext(sweep, question)).rejects.toThrow(said);
});

test("candidates that are trained already are told, and a law that is fitted first has weak priors, which is said", async () => {
  const words = ["--candidates", "N=1e8..8e8:4,D=4e9", "--target", "70B@1.4T", "--quiet", "--next"];
  const fitted = [...logarithms, "--bootstrap", "20", "--scheme", "parametric"];
  const { stdout } = await lawfit("plan", table, ...fitted, ...words);
  expect(stdout).toMatch(/N=1e\+8, D=4e\+9 \(trained already\)/);
  expect(stdout).toMatch(/N=2e\+8, D=4e\+9 \(trained already\)/);
  expect(stdout).not.toMatch(/N=8e\+8, D=4e\+9 \(/);
  expect(stdout).toContain("predicted with priors");
  expect(stdout).toMatch(/fitted with priors .*alpha=0\.5\+-0\.58.*; --prior none fits without/);
  const plain = await lawfit(
    ...["plan", table, ...fitted, "--candidates", "N=1e8,D=4e9", ...words.slice(2), "--prior", "none"],
  );
  expect(plain.code, plain.stderr).toBe(0);
  expect(plain.stdout).not.toContain("prior");
});

test("runs of one ratio are told, as nothing measured says how the law changes with another", async () => {
  const ray = join(folder, "ray.csv");
  const rows = [5e7, 1e8, 2e8, 4e8, 8e8, 16e8].map(
    (n, i) => `${n},${40 * n},${1.69 + 900 / n ** 0.31 + 0.002 * (-1) ** i}`,
  );
  writeFileSync(ray, `params,tokens,loss\n${rows.join("\n")}\n`);
  const [row] = await ranked(
    ray,
    ...logarithms,
    "--bootstrap",
    "20",
    "--scheme",
    "parametric",
    "--candidates",
    "N=3e9,D=2e10",
  );
  expect(row!.notes).toMatch(
    /all 6 points have D ~ N|all 6 points have .*, and a target has not: the law alone says/,
  );
});

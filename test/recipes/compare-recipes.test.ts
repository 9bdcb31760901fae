import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { compareRecipes, type RecipeComparison } from "../../src/decide/compare-recipes.ts";
import { type Row, recordsOf } from "../../src/draw/records.ts";
import { recipesFigure } from "../../src/recipes/figure.ts";
import { readJob } from "../../src/report/read-job.ts";
import { lawfit } from "../cli/command-line.ts";
import { temporaryFolder } from "../tables/temporary.ts";

const { folder } = temporaryFolder();
const table = join(folder, "runs.csv");
const COSTS = [1e18, 2e18, 5e18, 1e19, 2e19, 5e19, 1e20];
const LAWS: Readonly<Record<string, [offset: number, scale: number]>> = {
  books: [1.9, 2.8],
  code: [1.65, 4.1],
  web: [1.7, 3.9],
};
/** E + A (C/1e18)^-0.16 with a known wobble. */
const rows = Object.entries(LAWS).flatMap(([name, [offset, scale]], q) =>
  COSTS.map((cost, i) => {
    const loss = (offset + scale * (cost / 1e18) ** -0.16) * Math.exp(0.004 * Math.sin(7 * i + 3 * q + 1));
    return `${name},${cost},${loss.toFixed(5)}`;
  }),
);
const spec = {
  ...{ table, method: "fit" as const },
  fit: { group: "corpus", x: { C: "flops" } },
  axes: { law: "power-law-offset", residual: "log" },
};
let found: RecipeComparison;
let recipes: Row[];
let pairs: Row[];

beforeAll(async () => {
  writeFileSync(table, `corpus,flops,loss\n${rows.join("\n")}\n`);
  found = await compareRecipes(spec, { targets: ["C=1e22"], pooling: "shared", draws: 60, reference: "web" });
  recipes = recordsOf(found.recipes);
  pairs = recordsOf(found.recipe_pairs);
});

test("a common exponent is fitted to all recipes at once, each weighed by its noise", () => {
  // SciPy 1.x, least_squares of the same weighted residuals with one exponent and an offset and a scale for each recipe.
  const expected: Record<string, number> = { books: 2.50628451, code: 2.6182769, web: 2.55423207 };
  for (const row of recipes) expect(Number(row.predicted)).toBeCloseTo(expected[String(row.recipe)]!, 6);
  const exponents = recipes.map(({ parameters }) => /alpha=([\d.]+)/.exec(String(parameters))![1]);
  expect(new Set(exponents).size).toBe(1);
  expect(Number(exponents[0])).toBeCloseTo(0.15877585, 6);
});

test("recipes have ranks, regrets and what they are worth in compute", () => {
  expect(recipes.map(({ recipe, rank }) => [recipe, rank])).toEqual([
    ["books", 1],
    ["web", 2],
    ["code", 3],
  ]);
  const shares = recipes.map((row) => Number(row.best_probability));
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  for (const row of recipes) {
    expect(Number(row.rank_lower)).toBeLessThanOrEqual(Number(row.rank));
    expect(Number(row.rank_upper)).toBeGreaterThanOrEqual(Number(row.rank));
    expect(Number(row.lower)).toBeLessThan(Number(row.predicted));
  }
  const web = recipes.find(({ recipe }) => recipe === "web")!;
  expect([web.compute_multiplier, web.compute_multiplier_lower, web.compute_multiplier_upper]).toEqual([
    1, 1, 1,
  ]);
  // The reference at that multiple of the compute has the value of the recipe.
  const code = recipes.find(({ recipe }) => recipe === "code")!;
  const [a, alpha, offset] = ["a", "alpha", "E"].map((name) =>
    Number(new RegExp(`(?:^|, )${name}=([-\\d.e+]+)`).exec(String(web.parameters))![1]),
  );
  const cost = 1e22 * Number(code.compute_multiplier);
  expect(Math.exp(a! - alpha! * Math.log(cost)) + offset!).toBeCloseTo(Number(code.predicted), 9);
  expect(Number(code.compute_multiplier)).toBeLessThan(1);
});

test("pairs have a probability, and the scale at which their laws cross", () => {
  expect(pairs).toHaveLength(3);
  const [booksCode] = pairs.filter(({ better, other }) => better === "books" && other === "code") as [Row];
  const [books, code] = ["books", "code"].map((name) => recipes.find(({ recipe }) => recipe === name)!);
  expect(Number(booksCode.difference)).toBeCloseTo(Number(books!.predicted) - Number(code!.predicted), 12);
  // With one exponent the difference changes its sign where (C/C0)^-alpha = (E2 - E1)/(A1 - A2).
  const numbers = (row: Row) =>
    ["a", "alpha", "E"].map((name) =>
      Number(new RegExp(`(?:^|, )${name}=([-\\d.e+]+)`).exec(String(row.parameters))![1]),
    ) as [number, number, number];
  const [[a1, alpha, e1], [a2, , e2]] = [numbers(books!), numbers(code!)];
  const crossing = ((e2 - e1) / (Math.exp(a1) - Math.exp(a2))) ** (-1 / alpha);
  expect(Number(booksCode.crossing) / crossing).toBeCloseTo(1, 6);
  expect(Number(booksCode.probability)).toBeGreaterThan(0.5);
});

test("decisions from smaller runs are beside those of the ranking, by laws of each kind", () => {
  const decisions = recordsOf(found.recipe_decisions);
  expect(new Set(decisions.map(({ method }) => method))).toEqual(new Set(["ranking", "own", "shared"]));
  for (const row of decisions) {
    expect(row.top).toBe(1e20);
    expect(row.pairs).toBe(3);
    expect(row.accuracy).toBe(Number(row.right) / 3);
    expect(Number(row.cut)).toBeLessThan(1e20);
  }
  // Of the test that is as far from the largest runs as the target, or the nearest to that: the probability of a pair by its errors.
  const farthest = decisions.find(({ method, cut }) => method === "shared" && cut === 1e19)!;
  for (const row of pairs) {
    expect([row.tested_cut, row.tested_error]).toEqual([1e19, farthest.difference_error]);
    const ratio = Math.abs(Number(row.difference)) / Number(farthest.difference_error);
    // Student's t of two degrees of freedom, the independent differences of three recipes, in closed form.
    expect(row.tested_probability).toBeCloseTo(0.5 + ratio / (2 * Math.sqrt(2 + ratio ** 2)), 12);
  }
  // From the smallest run on the order is that of the largest.
  expect(decisions.filter(({ method }) => method === "ranking").every(({ right }) => right === 3)).toBe(true);
});

test("copies of a recipe share the probability of being the best", async () => {
  const copies = join(folder, "copies.csv");
  const web = rows.filter((row) => row.startsWith("web,"));
  writeFileSync(
    copies,
    `corpus,flops,loss\n${web.join("\n")}\n${web.join("\n").replaceAll("web,", "net,")}\n`,
  );
  const warnings: string[] = [];
  const { recipes: both } = await compareRecipes(
    { ...spec, table: copies },
    {
      ...{ targets: ["C=1e22"], pooling: "own", draws: 20, best: "highest" },
      onWarning: (line: string) => warnings.push(line),
    },
  );
  const shares = recordsOf(both).map((row) => Number(row.best_probability));
  expect(shares[0]! + shares[1]!).toBeCloseTo(1, 12);
  // The losses fall, and the highest was asked for.
  expect(warnings.join()).toMatch(
    /the response falls with compute by the law of every recipe.*--best lowest/,
  );
});

test("comparisons by several laws or residuals say by which, in the text and in the figure", async () => {
  const out = join(folder, "several");
  const { stdout, code } = await lawfit(
    ...[
      "compare-recipes",
      table,
      "--law",
      "power-law-offset",
      "--x",
      "C=flops",
      "--by",
      "corpus",
      "--target",
      "C=1e22",
    ],
    ...[
      "--residual",
      "plain",
      "--residual",
      "log",
      "--pooling",
      "shared",
      "--bootstrap",
      "20",
      "--quiet",
      "--out",
      out,
    ],
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(/^residual log:\n(books|web) is predicted/m);
  expect(stdout).toMatch(/^residual plain:\n(books|web) is predicted/m);
  expect(stdout).toMatch(/cross at a cost of \S+ \(\S+ to \S+\), in \d+ % of the simulated tables$/m);
  const { panels } = recipesFigure.draw(await readJob(out)) as { panels: { svg: string }[] };
  expect(panels.map(({ svg }) => /aria-label="([^"]*residual[^"]*)"/.exec(svg)?.[1])).toEqual(
    ["C=1e22", "decisions from smaller runs"].flatMap((of) => [
      `${of}, residual plain`,
      `${of}, residual log`,
    ]),
  );
});

describe("what does not suit", () => {
  const ask = (...words: string[]) =>
    lawfit("compare-recipes", table, "--law", "power-law-offset", "--x", "C=flops", "--quiet", ...words);
  const by = ["--by", "corpus"];

  test.each([
    ["no column", ["--target", "C=1e22"], /--by is missing/],
    ["no target", by, /--target is missing/],
    ["a target inside the runs", [...by, "--target", "C=5e19"], /lies inside the runs/],
    [
      "one recipe",
      [...by, "--target", "C=1e22", "--where", "corpus = 'web'"],
      /one recipe, web, can be compared/,
    ],
    [
      "a reference that is none",
      [...by, "--target", "C=1e22", "--reference", "wiki"],
      /"wiki" is no recipe.*books, code, web/,
    ],
    ["an input that is none", [...by, "--target", "N=1e12"], /lacks C|no law has an input/],
    ["a column that is none", ["--by", "corpora", "--target", "C=1e22"], /corpora/],
    [
      "too few resamples",
      [...by, "--target", "C=1e22", "--bootstrap", "5"],
      /--bootstrap: "5"; allowed: a whole number >= 20/,
    ],
  ])("%s", async (_, words, message) => {
    const { code, stderr } = await ask(...words);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  test("a recipe of too few runs is left out, and said", async () => {
    const where = "corpus <> 'code' OR flops < 4e18";
    const { code, stderr, stdout } = await ask(
      ...by,
      ...[
        "--target",
        "C=1e22",
        "--where",
        where,
        "--residual",
        "log",
        "--pooling",
        "own",
        "--bootstrap",
        "20",
      ],
    );
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/code is not compared: .*2 /);
    expect(stdout).toMatch(/code is not compared: /);
    expect(stdout).toMatch(/books is predicted to be the best at C=1e22/);
    expect(stdout).toMatch(/the target has 100 times the compute/);
  });
});

import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readTable } from "../../../src/tables/read.ts";
import { numberAt, rowsOf, textAt } from "../../../src/tables/table.ts";
import { temporaryFolder } from "../../tables/temporary.ts";
import { wholeCrosses } from "../../whole-crosses.ts";
import { lawfit } from "../command-line.ts";

const { folder } = temporaryFolder();

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const line = write("line.csv", "x,y,g\n1,2,a\n2,,a\n3,5.9,b\n4,8.2,b\n,9,b\n5,9.8,a\n6,12.1,b\n");
const odd = write("odd.csv", "x,y,z\n1,2,a\n2,4.1,3\n3,5.9,\n4,8.2,5\n");
const LAW = ["--law", "y = a + b*x", "--quiet"];

test("prints the law with its numbers, errors, and what is left out, and writes nothing", async () => {
  const before = readdirSync(folder);
  const { code, stdout } = await lawfit("fit", line, ...LAW, "--at", "x=10", "--test", "x = 6");
  expect(code).toBe(0);
  // numpy.polyfit of (1, 2), (3, 5.9), (4, 8.2), (5, 9.8): slope 1.98, intercept 0.04.
  expect(stdout).toContain(
    "y: y = 0.04 + 1.98*x\n4 points of x (left out: 1 y is missing, 1 x is missing); squared loss",
  );
  expect(stdout).toMatch(/^b +1\.98 +0\.0\d+ +1\.\d+ to 2\.\d+$/m);
  expect(stdout).toMatch(/^held out: 1 measured row, R2 .*, mean error 0\.18 \(1\.5 %\)$/m);
  expect(stdout).toMatch(/^y +x=10 +19\.84 /m);
  expect(readdirSync(folder)).toEqual(before);
});

test("a column whose name has a comma is named in quotation marks", async () => {
  const table = write("names.csv", '"n, params (B)",y\n1,2\n3,5.9\n4,8.2\n5,9.8\n');
  const { stdout } = await lawfit("fit", table, ...LAW, "--x", 'x="n, params (B)"');
  expect(stdout).toContain("y: y = 0.04 + 1.98*x\n");
});

test("a table of counts and a loss needs no more than the name of a form", async () => {
  const runs = [1e8, 3e8, 1e9].flatMap((n) =>
    [5, 50, 500].map((d) => `${n / 1e6}M,${d},${1.7 + 406 / n ** 0.34 + 410 / (d * 1e9) ** 0.28}\n`),
  );
  const table = write("runs.csv", `model_size,train_tokens_b,val_loss\n${runs.join("")}`);
  const { code, stdout } = await lawfit("fit", table, "--law", "chinchilla", "--quiet");
  expect(code).toBe(0);
  expect(stdout).toContain("columns guessed: y = val_loss; N = model_size; D = train_tokens_b * 1e9");
  expect(stdout).toMatch(/^A +406 /m);
  expect(stdout).toMatch(/^alpha +0\.34 /m);
});

test("derived quantities and the best use of compute have intervals, of a law without a left side too", async () => {
  const runs = [1e8, 3e8, 1e9, 3e9].flatMap((n, i) =>
    [1e9, 1e10, 1e11].map((d, j) => {
      const off = 1 + 0.002 * Math.sin(7 * i + 3 * j);
      return `${n},${d},${off * (1.7 + 406 / n ** 0.34 + 410 / d ** 0.28)}\n`;
    }),
  );
  const table = write("sizes.csv", `N,D,loss\n${runs.join("")}`);
  const law = ["--law", "E + B/D^beta + A/N^alpha"];
  const own = ["--derived", "a=beta/(alpha + beta), N=N_opt(1e22)", "--derived", "ratio = A/B"];
  const { code, stdout } = await lawfit("fit", table, ...law, "--quiet", ...own);
  expect(code).toBe(0);
  expect(stdout).toContain("loss: loss = ");
  expect(stdout).toMatch(/^loss +largest row +1\.8e\+21 +\d\.\d+e\+9 +\d\S* to \d/m);
  expect(stdout).toMatch(/^ {2}a = beta\/\(alpha \+ beta\) \(loss\): 0\.4\d+, 0\.\d+ to 0\.\d+$/m);
  expect(stdout).toMatch(/^ {2}N = N_opt\(1e22\) \(loss\): \d\.\d+e\+9, \d/m);
  expect(stdout).toMatch(/^ {2}ratio = A\/B \(loss\): \d/m);
  // The same numbers of the form that has the logarithms of A and B.
  const named = await lawfit("fit", table, "--quiet", ...own);
  const lines = (text: string) => text.slice(text.indexOf("derived")).split("\n").slice(0, 3);
  expect(lines(named.stdout)).toEqual(lines(stdout));
  const wrong = await lawfit("fit", table, "--derived", "beta/alpha");
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('--derived: "beta/alpha"; allowed: NAME=VALUE');
});

test("the best use of compute of a law of further inputs takes them from each row to predict, or from the call", async () => {
  const [A, B, alpha, beta] = [406, 410, 0.34, 0.28];
  const runs = [1e8, 3e8, 1e9, 3e9].flatMap((n, i) =>
    [1e9, 1e10, 1e11].flatMap((d, j) =>
      [1, 4, 16].map((experts) => {
        const off = 1 + 0.0005 * Math.sin(7 * i + 3 * j + experts);
        return `${n},${d},${experts},${off * (A / n ** alpha / experts ** 0.1 + B / d ** beta)}\n`;
      }),
    ),
  );
  const table = write("experts.csv", `N,D,experts,loss\n${runs.join("")}`);
  const law = ["--law", "loss = A/N^alpha/experts^g + B/D^beta", "--quiet"];
  const out = join(folder, "experts");
  const own = ["--derived", "own=N_opt(6e22, experts=8)"];
  const { code } = await lawfit(
    "fit",
    table,
    ...law,
    ...own,
    "--at",
    "N=1e10,D=1e12,experts=8",
    "--out",
    out,
  );
  expect(code).toBe(0);
  const optimal = await readTable(join(out, "compute_optimal.parquet"));
  const derived = await readTable(join(out, "derived.parquet"));
  // The term of model size has the factor 8^-0.1.
  const best =
    ((alpha * A) / 8 ** 0.1 / (beta * B)) ** (1 / (alpha + beta)) * 1e22 ** (beta / (alpha + beta));
  expect(Math.abs(numberAt(optimal, "n", 0) / best - 1)).toBeLessThan(0.02);
  expect(numberAt(optimal, "n_lower", 0)).toBeLessThan(best);
  expect(numberAt(optimal, "n_upper", 0)).toBeGreaterThan(best);
  expect(textAt(optimal, "held", 0)).toBe("experts=8");
  const values = (name: string) =>
    rowsOf(derived)
      .filter((row) => textAt(derived, "quantity", row) === name)
      .map((row) => numberAt(derived, "value", row));
  expect(values("N_opt")).toEqual([numberAt(optimal, "n", 0)]);
  expect(values("own")).toEqual([numberAt(optimal, "n", 0)]);
  expect((await lawfit("fit", table, ...law)).stdout).toMatch(/^loss +largest row, experts=1 +1\.8e\+21 /m);
  const refusals: [string, string][] = [
    ["N_opt(1e22)", "form law takes experts too: N_opt(1e21, experts=VALUE)"],
    [
      "N_opt(1e22, expert=8)",
      'form law takes experts too: N_opt(1e21, experts=VALUE), and has no further input "expert"; allowed: experts',
    ],
    ["N_opt(1e22, experts=8, experts=9)", "N_opt(1e22, experts=8, experts=9): experts is given twice"],
    ["N_opt(1e22, experts=8, K=2)", 'form law has no further input "K"; allowed: experts'],
  ];
  for (const [call, reason] of refusals) {
    const { code, stderr } = await lawfit("fit", table, ...law, "--derived", `own=${call}`);
    expect([code, stderr]).toEqual([2, expect.stringContaining(reason)]);
  }
});

describe("polynomials in ln N", () => {
  const sizes = Array.from({ length: 24 }, (_, i) => Math.round(1e7 * 1000 ** (i / 23)));
  const losses = [
    ...[3.407116, 3.247969, 3.097847, 2.955824, 2.823328, 2.703143, 2.597971, 2.509085, 2.435504, 2.374006],
    ...[2.319952, 2.268637, 2.216692, 2.163038, 2.109065, 2.057963, 2.013443, 1.978285, 1.953238, 1.936631],
    ...[1.924852, 1.913515, 1.898905, 1.879196],
  ];
  const table = write("curve.csv", `N,loss\n${sizes.map((n, i) => `${n},${losses[i]}\n`).join("")}`);
  const powers = (degree: number) => Array.from({ length: degree }, (_, k) => `c${k + 1}*ln(N)^${k + 1}`);
  /** The sum of squares of the residuals by numpy.polyfit in ln(N/3e8), and the highest coefficient; of degree 8 it is mpmath's to 12 digits. */
  const reference = {
    2: [0.021699011773351547, 0.03520739736939598],
    3: [0.005691578836767292, -0.0036938856838],
    8: [9.363141899739148e-6, 3.131483474478179e-5],
  };

  test.each([
    [2, `loss = c0 + ${powers(2).join(" + ")}`],
    [8, "log-polynomial-8"],
    ...(wholeCrosses ? ([3, 8] as const) : []).map(
      (degree) => [degree, `loss = c0 + ${powers(degree).join(" + ")}`] as const,
    ),
  ] as const)("of degree %d as %s have the squares and the coefficients of numpy", async (degree, law) => {
    const out = join(folder, `polynomial ${law}`.replace(/\W+/g, "-"));
    const { code } = await lawfit("fit", table, "--law", law, "--quiet", "--out", out);
    expect(code).toBe(0);
    const fits = await readTable(join(out, "fits.parquet"));
    const [squares, highest] = reference[degree];
    expect(Math.abs((2 * numberAt(fits, "objective", 0)) / squares! - 1)).toBeLessThan(1e-6);
    expect(numberAt(fits, "start_agreement", 0)).toBe(1);
    const parameters = await readTable(join(out, "parameters.parquet"));
    expect(Math.abs(numberAt(parameters, "estimate", parameters.rows - 1) / highest! - 1)).toBeLessThan(1e-6);
  });
});

test("writes a run directory that the other commands read, with the same law as JSON", async () => {
  const out = join(folder, "run");
  const written = await lawfit("fit", line, ...LAW, "--out", out, "--bootstrap", "50", "--scheme", "row");
  expect(written.code).toBe(0);
  expect(written.stdout).toContain(`tables in ${out}: `);
  expect(written.stdout).toContain("bootstrap error");
  const { stdout } = await lawfit("show", out, "laws", "--format", "json");
  const json = await lawfit("fit", line, ...LAW, "--format", "json");
  expect(JSON.parse(stdout)[0].equation).toBe(JSON.parse(json.stdout).laws[0].equation);
});

test("a run of fits without predictions is shown by its laws and parameters", async () => {
  const out = join(folder, "shown");
  await lawfit("fit", line, ...LAW, "--out", out);
  const { stdout } = await lawfit("show", out);
  expect(stdout).toMatch(/^y +y = -?0\.\d+ [+-] \d\.\d+\*x /m);
  expect(stdout).toMatch(/^y +law +y = a \+ b\*x +b +/m);
  const json = await lawfit("show", out, "--format", "json");
  expect(JSON.parse(json.stdout)[0].equation).toContain("y = ");
});

test("numbers have two digits of their errors, and a parameter that is not told apart says so", async () => {
  const { stdout } = await lawfit("fit", line, ...LAW, "--at", "x=10");
  expect(stdout).toMatch(/^b +2\.0\d\d +0\.0\d\d? +\d\.\d{2,3} to \d\.\d{2,3}$/m);
  expect(stdout).toMatch(/^group +at +predicted +standard error +90 % interval of the curve/m);
  const untold = await lawfit("fit", line, "--law", "y = a + c + b*x", "--quiet");
  expect(untold.stdout).toMatch(/^[ac] .*(flat valley|not told from other parameters)$/m);
});

test("inputs and costs in any unit are taken as they are, without a warning of counts", async () => {
  const small = write("small.csv", "N,D,C,loss\n10,2,1,5\n20,2,2,4\n40,2,3,3.4\n80,3,4,3.1\n160,3,9,3\n");
  const { stderr } = await lawfit("fit", small, "--law", "loss = E + A/N^alpha + 0*C + 0*D", "--quiet");
  expect(stderr).not.toMatch(/cannot be a count|6\*n\*d|predictions/);
});

test("a fit of which no two starts agree is doubtful", async () => {
  const waves = Array.from({ length: 40 }, (_, i) => `${i},${Math.sin(i * i) + 3}\n`);
  const table = write("waves.csv", `x,y\n${waves.join("")}`);
  const law = "y = a + b*sin(c*x + d)";
  const { stdout } = await lawfit("fit", table, "--law", law, "--quiet", "--starts", "3");
  expect(stdout).toMatch(/; [01] of \d+ starts agree/);
  expect(stdout).toMatch(/^doubtful: no two of \d+ starts end alike/m);
});

test("a column that is named pi is not taken for the number, nor the number for it", async () => {
  const table = write("pi.csv", "x,pi,y\n1,2,3\n2,1,3.5\n3,5,8\n4,1,6\n");
  const { code, stderr } = await lawfit("fit", table, "--law", "y = a*x + b*pi");
  expect(code).toBe(2);
  expect(stderr).toContain('the table has a column "pi"; allowed: another name in the law, with --x NAME=pi');
  expect((await lawfit("fit", table, "--law", "y = a + b*z", "--x", "z=pi")).code).toBe(0);
});

test("a loss without numbers is named", async () => {
  const empty = await lawfit("fit", write("empty.csv", "N,D,loss\n"));
  expect(empty).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("loss has no numbers, as the table has no rows"),
  });
  const comma = await lawfit("fit", write("comma.csv", 'N;D;loss\n1e8;1e9;"3,1"\n1e9;1e9;"2,9"\n'));
  expect(comma.stderr).toContain('loss has no numbers (--decimal "," reads 2,5 as 2.5)');
});

test("a row to predict of a group that is not fitted is refused", async () => {
  const rows = write("groups.csv", "x,g\n7,a\n8,c\n");
  const { code, stderr } = await lawfit("fit", line, ...LAW, "--group", "g", "--predict", rows);
  expect(code).toBe(2);
  expect(stderr).toContain('"c"; allowed: a group of the fitted table: a, b');
});

test("several laws are compared on the rows that are held out", async () => {
  const { stdout } = await lawfit("fit", line, ...LAW, "--law", "y = c*x^k", "--test", "x > 5");
  expect(stdout).toContain("best on held-out rows: law y = a + b*x (mean error 1.49 % of 1 predictions)");
});

test("another table's rows are predicted, and measured ones count as held out", async () => {
  const { stdout } = await lawfit("fit", line, ...LAW, "--predict", write("more.csv", "x,y\n7,14\n8,\n"));
  expect(stdout).toMatch(/^held out: 1 measured row, R2/m);
  expect(stdout).toMatch(/^y +more\.csv, row 2 +/m);
});

describe("mistakes of the user: one line, exit code 2", () => {
  test.each([
    ["no expression", ["--law", "y = a + b*(x"], "parenthesis ) expected, at column 13"],
    [
      "a column misspelt in a law",
      ["--law", "y = a + b*xvalue"],
      "none of a, b, xvalue is a column; the columns are x, y, z",
    ],
    [
      "a column misspelt",
      ["--law", "y = a + b*x", "--sigma", "zz"],
      'fit.sigma: no column "zz"; did you mean "z"?',
    ],
    [
      "text in a column",
      ["--law", "y = a + b*z"],
      'odd.csv, row 1 (line 2), column "z": "a" is not a number',
    ],
    [
      "too few rows",
      ["--law", "y = a + b*x + c*x^2 + d*x^3 + f*x^4"],
      "y, law: 4 points for 5 free parameters",
    ],
    [
      "no predicate",
      ["--law", "y = a + b*x", "--where", "x + 1"],
      'fit.where: "x + 1" is of type int64; allowed: a predicate',
    ],
    ["an error of 0", ["--law", "y = a + b*x", "--sigma", "x - 1"], "row 1 (line 2), column"],
    ["no response", ["--law", "w = a + b*x"], '"w" on the left side of the law is no column'],
    [
      "an input of no law",
      ["--law", "y = a + b*x", "--x", "w=z"],
      'no law has an input "w"; allowed: a, b, x',
    ],
    ["an input that is not given", ["--law", "y = a + b*x", "--at", "w=3"], '{"w":3} lacks x'],
    [
      "an unknown parameter",
      ["--law", "y = a + b*x", "--bounds", "q=0.."],
      "form law has no parameter q to bound, only a, b",
    ],
    ["an unknown form", ["--law", "chinchila"], 'did you mean "chinchilla"?'],
    [
      "a scheme without a bootstrap",
      ["--law", "y = a + b*x", "--scheme", "row"],
      "allowed: with --bootstrap N",
    ],
    [
      "two kinds of weights",
      ["--law", "y = a + b*x", "--sigma", "x", "--weights", "x"],
      "weights and sigma are both given",
    ],
    ["no pair", ["--law", "y = a + b*x", "--x", "x+"], '--x: "x+"; allowed: NAME=VALUE'],
  ])("%s", async (_, words, message) => {
    const { code, stdout, stderr } = await lawfit("fit", odd, "--quiet", ...words);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });

  test("a name that is nearly a column's is no parameter", async () => {
    const table = write("long.csv", "params,loss\n1,2\n2,3\n3,4\n");
    const { code, stderr } = await lawfit("fit", table, "--law", "loss = E + A/param^alpha");
    expect(stderr).toContain('no column "param"; did you mean "params"?');
    expect(code).toBe(2);
  });

  test("keys of the other way of reading a table", async () => {
    const sweep = write("sweep.yaml", "table: line.csv\nmethod: ladder\nfit: {y: y}\n");
    expect((await lawfit("sweep", sweep)).stderr).toContain("fit: method ladder reads a checkpoint table");
    const other = write("other.yaml", "table: line.csv\nmethod: fit\ncolumns: {n: x}\n");
    expect((await lawfit("sweep", other)).stderr).toContain(
      "columns: method fit reads a table of any columns",
    );
  });
});

test("rows, scales, labels and groups are named as the user knows them", async () => {
  const sizes = [1e8, 3e8, 1e9, 3e9].flatMap((n, i) =>
    [1e9, 1e10, 1e11].map(
      (d, j) => `${n},${d},${1.7 + 406 / n ** 0.34 + 410 / d ** 0.28 + 1e-3 * Math.sin(i + 5 * j)}\n`,
    ),
  );
  const table = write("scale.csv", `N,D,loss\n${sizes.join("")}`);
  const bounded = await lawfit("fit", table, "--quiet", "--bounds", "A=100..200", "--at", "N=1e20,D=0.5");
  expect(bounded.stdout).toMatch(/^A +200 .*at its upper bound$/m);
  expect(bounded.stdout).toContain("N=1e20, D=0.5");
  const negative = write(
    "negative.csv",
    "x,y,g\n1,2,a\n2,4,a\n3,-6,a\n4,8.1,a\n1,2,b\n2,4,b\n3,6,b\n4,8.1,b\n",
  );
  const byGroup = ["--residual", "log", "--group", "g", "--quiet"];
  const grouped = await lawfit("fit", negative, "--law", "power-law", "--x", "C=x", "-y", "y", ...byGroup);
  expect(grouped.stdout).toMatch(/response -6 at \S*negative\.csv, row 3 \(line 4\): .* \(a\)$/m);
  const twice = await lawfit("fit", negative, "--law", "y = a+b*x", "--law", "y = a + b*x");
  expect(twice.code).toBe(2);
  expect(twice.stderr).toContain('"y = a + b*x" is given twice');
  const both = write("both.csv", "N,E,loss\n1e8,1,3\n1e9,2,2.5\n1e10,1,2.2\n1e11,2,2.1\n");
  const said = await lawfit("fit", both, "--law", "E + A/N^alpha", "--quiet");
  expect(said.stdout).toContain("E is the column of that name, and no parameter");
});

test("profile intervals are in table parameters at the level of its intervals, and an exact fit says why it has none", async () => {
  const out = join(folder, "profiled");
  const { stdout } = await lawfit("fit", line, ...LAW, "--profile", "--out", out, "--fresh");
  expect(stdout).toMatch(/^parameter .* profile 90 %$/m);
  const shown = await lawfit("show", out, "parameters", "--format", "json");
  const [a] = JSON.parse(shown.stdout);
  // A straight line has a parabola of an objective: its profile is the t interval.
  expect(a.profile_lower).toBeCloseTo(a.interval_lower, 2);
  expect(a.profile_upper).toBeCloseTo(a.interval_upper, 2);
  const exact = write("exact.csv", "x,y\n1,2\n2,4\n3,6\n4,8\n");
  const none = await lawfit("fit", exact, ...LAW, "--profile");
  expect(none.stdout).toContain("no profile interval: the fit is perfect");
});

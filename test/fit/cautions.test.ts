import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lawfit } from "../cli/command-line.ts";
import { temporaryFolder } from "../tables/temporary.ts";

const { folder } = temporaryFolder();

function write(name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

const SIZES = [1e8, 3e8, 1e9, 3e9];
const lossAt = (n: number, d: number, off: number) =>
  (1.7 + 406 / n ** 0.34 + 410 / d ** 0.28) * (1 + 0.002 * Math.sin(off));
/** Four runs of six checkpoints, the largest a target, on two subjects. */
const checkpoints = SIZES.flatMap((n, i) =>
  [1, 2, 3, 4, 5, 6].flatMap((step) =>
    ["web", "code"].map((subject, s) => {
      const d = step * (i + 1) * 1e9;
      return `r${i},${i === 3 ? "target" : "fit"},${n},${d},${step},${subject},${lossAt(n, d, 7 * i + 3 * step) - 0.3 * s}`;
    }),
  ),
);
const ladder = write("ladder.csv", ["run,role,n,d,step,subject,loss", ...checkpoints]);

/** What is said beside the numbers of the rows that are fitted together. */
async function pooled(table: string, ...words: string[]): Promise<string | undefined> {
  const { code, stdout } = await lawfit("fit", table, "--quiet", ...words);
  expect(code).toBe(0);
  return /^warning: rows that differ in more than the inputs of the law are fitted together: (.*)$/m.exec(
    stdout,
  )?.[1];
}

describe("rows that may not belong together are named with the options that keep them apart", () => {
  const SUBJECT = "column subject has 2 values (web, code): --group subject fits each apart";
  const ROLE = `column role has 2 values (fit, target): --where "role = 'fit'" fits those alone`;
  const RUN =
    "standard errors are too small, as rows of a run are taken as independent: --run run takes them together";

  test("subjects, roles and checkpoints of runs", async () => {
    expect(await pooled(ladder)).toBe(
      `${SUBJECT}; ${ROLE}; 48 rows are of 4 runs at several values of step: ${RUN}`,
    );
    const json = await lawfit("fit", ladder, "--quiet", "--format", "json");
    expect(json.stderr).toContain(`are fitted together: ${SUBJECT}; ${ROLE}; 48 rows`);
  });

  test("each is no longer said with its option, and nothing with all of them", async () => {
    expect(await pooled(ladder, "--group", "subject")).toMatch(/^column role .*; 48 rows are of 4 runs/);
    expect(await pooled(ladder, "--run", "run")).toBe(`${SUBJECT}; ${ROLE}`);
    expect(await pooled(ladder, "--where", "role = 'fit' AND subject = 'web'")).toMatch(
      /^18 rows are of 3 runs/,
    );
    expect(
      await pooled(ladder, "--group", "subject", "--test", "role = 'target'", "--run", "run"),
    ).toBeUndefined();
    expect(
      await pooled(
        ladder,
        "--where",
        "step = 6 AND role = 'fit' AND subject = 'web'",
        "--law",
        "E + B/d^beta",
      ),
    ).toBeUndefined();
  });

  test("an expression keeps the values of another column apart from those of a group", async () => {
    expect(await pooled(ladder, "--group", "role")).toMatch(
      /^column subject .*: --where "subject = 'web'" keeps one/,
    );
    expect(await pooled(ladder, "--group", "role || subject", "--run", "run")).toBeUndefined();
  });

  test("runs without a name are those of a size whose steps rise", async () => {
    const rows = checkpoints
      .filter((line) => line.endsWith("web") || line.includes(",web,"))
      .map((line) => line.split(","))
      .map(([, , n, d, step, , loss]) => `${n},${d},${step},${loss}`);
    expect(await pooled(write("unnamed.csv", ["n,d,step,loss", ...rows]))).toContain(
      '24 rows seem to be checkpoints of 4 runs at several values of step: if they are, standard errors are too small, as rows of a run are taken as independent: --run "CAST(n AS VARCHAR)"',
    );
  });

  test("runs of several seeds, and runs of one model on other tokens, are measurements of their own", async () => {
    const rows = SIZES.flatMap((n, i) =>
      [1, 5, 40].flatMap((tokens) =>
        [1, 2].map(
          (seed) => `m${i},${n},${tokens * 1e9},${seed},${lossAt(n, tokens * 1e9, i + 5 * tokens + seed)}`,
        ),
      ),
    );
    expect(await pooled(write("seeds.csv", ["model,n,d,seed,loss", ...rows]))).toBeUndefined();
  });
});

test("a subject without a name in some rows is one of them", async () => {
  const rows = checkpoints.map((line) => line.replace(",code,", ",,"));
  const table = write("empty.csv", ["run,role,n,d,step,subject,loss", ...rows]);
  expect(await pooled(table)).toMatch(/^column subject has 2 values \(web, none\): --group subject/);
  expect(await pooled(table, "--group", "role")).toMatch(
    /^column subject .* --where "subject = 'web'" keeps one/,
  );
});

/** A table of 12 runs in units of parameters and tokens. */
const grid = (n: number, d: number) =>
  SIZES.flatMap((size, i) =>
    [1e9, 1e10, 1e11].map((tokens, j) => `${size / n},${tokens / d},${lossAt(size, tokens, 5 * i + j)}`),
  );

describe("columns named N and D", () => {
  test("in millions and billions are asked for, and taken as they are", async () => {
    const table = write("units.csv", ["N,D,loss", ...grid(1e6, 1e9)]);
    const { stdout } = await lawfit("fit", table, "--quiet");
    expect(stdout).toMatch(/^warning: N or D may be in another unit/m);
    expect(stdout).toContain(
      'N has values up to 3000, taken as they are: --x "N=N*1e6" if they are millions',
    );
    expect(stdout).toContain('D has values up to 100, taken as they are: --x "D=D*1e9" if they are billions');
    expect(stdout).toMatch(/largest row +1\.8e\+6 /);
    const scaled = await lawfit("fit", table, "--quiet", "--x", "N=N*1e6,D=D*1e9");
    expect(scaled.stdout).not.toContain("another unit");
    expect(scaled.stdout).toMatch(/largest row +1\.8e\+21 /);
  });

  test("in counts, or in a law that makes no FLOPs of them, say nothing", async () => {
    const counts = write("counts.csv", ["N,D,loss", ...grid(1, 1)]);
    expect((await lawfit("fit", counts, "--quiet")).stdout).not.toContain("warning");
    const units = write("alone.csv", ["N,D,loss", ...grid(1e6, 1e9)]);
    const alone = await lawfit("fit", units, "--quiet", "--law", "E + A/N^alpha");
    expect(alone.stdout).not.toContain("warning");
  });
});

describe("rows that are there twice", () => {
  test("are counted, with what they do to the errors", async () => {
    const rows = grid(1, 1);
    const table = write("twice.csv", ["N,D,loss", ...rows, ...rows]);
    const { stdout } = await lawfit("fit", table, "--quiet");
    expect(stdout).toContain(
      "warning: rows are there several times: 12 of 24 rows are copies of another in every column (the first: row 13 of row 1); " +
        "each counts as a measurement of its own; if it is none, standard errors are about 1.41 times too small\n",
    );
  });

  test("are told from equal numbers of other runs, and from rows that are not fitted", async () => {
    const seeds = ["1", "2"].flatMap((seed) => grid(1, 1).map((row) => `${row},${seed}`));
    const table = write("equal.csv", ["N,D,loss,seed", ...seeds]);
    expect((await lawfit("fit", table, "--quiet")).stdout).not.toContain("several times");
    const rows = grid(1, 1);
    const held = write("held.csv", ["N,D,loss", ...rows, rows[0]!, rows[0]!]);
    const { stdout } = await lawfit("fit", held, "--quiet", "--test", "N = 1e8");
    expect(stdout).not.toContain("several times");
  });
});

describe("a law that fits no better than the mean, or hardly, is doubtful", () => {
  // A score, which rises where a loss falls.
  const scores = SIZES.flatMap((n, i) =>
    [1e9, 1e10, 1e11].map((d, j) => `${n},${d},${0.9 - 0.2 * lossAt(n, d, i + j) + 0.3}`),
  );
  const table = write("scores.csv", ["N,D,acc", ...scores]);
  const words = ["--y", "acc", "--at", "N=1e10,D=1e12", "--quiet"];

  test("beside its numbers and its predictions", async () => {
    const { stdout } = await lawfit("fit", table, ...words);
    expect(stdout).toMatch(
      /^doubtful: R2 is \S+: the law fits (no|hardly) better than the mean of the response$/m,
    );
    expect(stdout).toMatch(/^acc .* by a doubtful law$/m);
  });

  test("in tables for programs, and in what lawfit show prints", async () => {
    const out = join(folder, "doubtful");
    const json = await lawfit("fit", table, ...words, "--format", "json", "--out", out);
    const { laws, predictions } = JSON.parse(json.stdout);
    expect(laws[0].doubtful).toContain("better than the mean of the response");
    expect(predictions[0].doubtful).toBe(laws[0].doubtful);
    expect((await lawfit("show", out, "laws")).stdout).toContain("better than the mean of the response");
  });

  test("and a law that fits is not", async () => {
    const good = write("good.csv", ["N,D,loss", ...grid(1, 1)]);
    const json = await lawfit("fit", good, "--quiet", "--at", "N=1e10,D=1e12", "--format", "json");
    const { laws, predictions } = JSON.parse(json.stdout);
    expect([laws[0].doubtful, predictions[0].doubtful]).toEqual([null, null]);
  });
});

test("a derived quantity has no name of a parameter", async () => {
  const table = write("derived.csv", ["N,D,loss", ...grid(1, 1)]);
  const { code, stderr } = await lawfit("fit", table, "--quiet", "--derived", "A = B/2");
  expect(code).toBe(2);
  expect(stderr).toBe(
    "lawfit: fit: derived.A: the name is that of a parameter of form chinchilla; allowed: another name\n",
  );
  const other = await lawfit("fit", table, "--quiet", "--derived", "a = beta/(alpha + beta)");
  expect(other.stdout).toMatch(/^ {2}a = beta\/\(alpha \+ beta\)/m);
});

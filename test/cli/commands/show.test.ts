import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { packageFolder } from "../../../src/solve/paths.ts";
import { temporaryFolder } from "../../tables/temporary.ts";
import { lawfit } from "../command-line.ts";

const { folder, file } = temporaryFolder();
const [single, crossed] = [join(folder, "single"), join(folder, "crossed")];

/** What `lawfit show` prints, in lines. */
async function shown(...words: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await lawfit("show", ...words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout.trimEnd().split("\n");
}

beforeAll(async () => {
  const sample = {
    table: join(packageFolder, "data-samples/ladder/checkpoints.parquet"),
    method: "ladder",
    tasks: ["task1", "task2"],
    starts: 16,
    profiles: false,
  };
  const sweeps = {
    [single]: sample,
    [crossed]: {
      ...sample,
      axes: { link: ["sigmoid", "linear"] },
      bootstrap: { resamples: 40, intervals: "percentile" },
    },
  };
  for (const [out, spec] of Object.entries(sweeps)) {
    const { code } = await lawfit("sweep", file("sweep.yaml", stringify(spec)), "--out", out, "--quiet");
    expect(code).toBe(0);
  }
});

test("of the predictions are shown the columns that a sweep ends with, in line", async () => {
  const [head, first, ...others] = await shown(single, "predictions");
  expect(head).toBe("task   target  predicted  actual  error (points)  error (%)");
  expect(first).toBe("task1  7B-4T      0.7227  0.7320           -0.93      -1.27");
  expect(others.at(-1)).toBe("... 28 more columns: --all, or --columns with names");
});

test("axes that vary and intervals are shown beside the predictions", async () => {
  const lines = await shown(crossed);
  expect(lines[0]).toMatch(
    /^task +target +link +predicted +actual +error \(points\) +error \(%\) +90 % percentile$/,
  );
  expect(lines[1]).toMatch(/^task1 +7B-4T +sigmoid .* 0\.\d{4}\.\.0\.\d{4}$/);
  // Of one link there is no axis that varies.
  const [head] = await shown(crossed, "predictions", "--where", "link = 'linear'");
  expect(head).not.toContain("link");
});

test("--all shows every column, JSON and CSV have them without being asked", async () => {
  const lines = await shown(single, "fits", "--all");
  const [csv] = await shown(single, "fits", "--format", "csv");
  const names = csv!.split(",");
  expect(lines[0]!.split(/ +/)).toEqual(names);
  expect(lines.at(-1)).not.toContain("more column");
  const rows: object[] = JSON.parse((await shown(single, "fits", "--format", "json")).join("\n"));
  expect(Object.keys(rows[0]!)).toEqual(names);
  expect((await shown(single, "fits"))[0]).toMatch(/^task +stage +form +points +r_squared /);
});

test("--all and --columns exclude each other", async () => {
  const { code, stderr } = await lawfit("show", single, "fits", "--all", "--columns", "task");
  expect(code).toBe(2);
  expect(stderr).toContain("all and columns are mutually exclusive");
});

test("numbers have two digits of their uncertainty, or four", async () => {
  const where = "quantity = 'predicted' AND target = '7B-4T' AND task = 'task1' AND link = 'sigmoid'";
  const [, row] = await shown(crossed, "intervals", "--where", where);
  const [exact] = JSON.parse(
    (await shown(crossed, "intervals", "--where", where, "--format", "json")).join("\n"),
  ) as { estimate: number; lower: number; upper: number }[];
  const places = 1 - Math.floor(Math.log10(exact!.upper - exact!.lower));
  for (const value of [exact!.estimate, exact!.lower, exact!.upper]) {
    expect(row!.split(/ +/)).toContain(String(Number(value.toFixed(places))));
  }
  const [, fit] = await shown(single, "compute_optimal", "--limit", "1");
  const loss = fit!.split(/ +/).at(-1);
  expect(loss!.replace(/[^\d]|e.*/g, "").replace(/^0+|0+$/g, "").length).toBeLessThanOrEqual(4);
});

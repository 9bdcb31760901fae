import { cpSync, existsSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { flpRun } from "../../report/runs.ts";
import { temporaryFolder } from "../../tables/temporary.ts";
import { lawfit } from "../command-line.ts";

const { folder } = temporaryFolder();

test("report writes a page and says what is in it", async () => {
  const out = join(folder, "page.html");
  const { code, stdout } = await lawfit("report", await flpRun(folder), "--out", out);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^wrote .*page\.html: \d+ figures, \d+ not drawn because the sweep has nothing for them\n$/,
  );
  expect(existsSync(out)).toBe(true);
});

test.each([["html"], ["md"]])(
  "tables that cannot be read are told with the reason, and figures that are not drawn are not said to have nothing: %s",
  async (format) => {
    const run = join(folder, `damaged-${format}`);
    cpSync(await flpRun(folder), run, { recursive: true });
    const table = join(run, "predictions.parquet");
    truncateSync(table, Math.floor(statSync(table).size / 2));
    const { code, stdout, stderr } = await lawfit("report", run, "--format", format);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: table predictions is not in the report: .*predictions\.parquet: .+\n$/);
    expect(stdout).toMatch(/\d+ not drawn, perhaps because tables could not be read: predictions\n$/);
  },
);

test("one figure is not several", async () => {
  const words = ["--figure", "answer", "--out", join(folder, "answer.svg")];
  const { stdout } = await lawfit("report", await flpRun(folder), ...words);
  expect(stdout).toMatch(/^wrote .*answer\.svg: 1 figure\n$/);
});

test("a folder that is no run is one line and exit code 2", async () => {
  const { code, stderr } = await lawfit("report", folder);
  expect(code).toBe(2);
  expect(stderr).toMatch(/not a run directory/);
});

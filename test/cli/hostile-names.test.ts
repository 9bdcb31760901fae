import { beforeAll, expect, test } from "vitest";
import { hostile, namedRuns, UNSEEN } from "../report/hostile.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { lawfit } from "./command-line.ts";

const { folder } = temporaryFolder();
let run = "";
let other = "";

beforeAll(async () => {
  const [ladder, flp] = namedRuns(folder, hostile);
  [run, other] = await Promise.all([ladder!(), flp!()]);
});

test.each([
  ["show", "RUN", "predictions"],
  ["show", "RUN", "runs"],
  ["show", "RUN", "problems_skipped"],
  ["show", "RUN", "no-such\u001b[31m\u202etable"],
  ["show", "RUN", "runs", "--columns", "no-such\u001b[31m"],
  ["show", "RUN", "runs", "--where", "x\u001b[2J = 1"],
  ["inspect", "RUN.parquet"],
  ["isoflop", "RUN.parquet"],
  ["compare", "RUN", "RUN"],
  ["compare", "RUN", "OTHER"],
  ["report", "RUN"],
  ["report", "no-such\u001b[31m\u009b2J"],
  ["report", "RUN", "--figure", "no-such\u001b[31m"],
  ["inspect", "no-such\u001b[31m.csv"],
  ["sweep", "no-such\u001b[31m"],
  ["no-such\u001b[31m"],
])("%j %j %j: no name reaches the terminal as more than text", async (...words) => {
  const paths = words.map((word) => word.replace(/^RUN/, run).replace(/^OTHER/, other));
  const { stdout, stderr } = await lawfit(...paths);
  expect(stdout + stderr).not.toBe("");
  expect(stdout + stderr).not.toMatch(UNSEEN);
});

test("CSV is as it was for programs, and written out on a terminal", async () => {
  const words = ["show", run, "predictions", "--format", "csv"];
  const piped = await lawfit(...words);
  expect(piped.stdout).toMatch(UNSEEN);
  const before = process.stdout.isTTY;
  process.stdout.isTTY = true;
  const seen = await lawfit(...words).finally(() => {
    process.stdout.isTTY = before;
  });
  expect(seen.stdout).not.toMatch(UNSEEN);
  expect(seen.stdout.length).toBeGreaterThan(piped.stdout.length);
});

import { expect, test } from "vitest";
import { checklist, checklistMarkdown } from "../../src/report/checklist.ts";
import { readJob } from "../../src/report/read-job.ts";
import { smallLadder } from "../methods/tables.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { writeRun } from "./runs.ts";

const { folder } = temporaryFolder();
const run = await readJob(
  await writeRun(folder, "run", { method: "ladder", seed: 7, axes: { final_window: [5, 1] } }, smallLadder()),
);
const items = new Map(checklist(run).map(({ item, said }) => [item, said]));

test.each([
  ["Form", /step1: chinchilla, L = exp\(a - alpha\*ln\(N\)\).*Hoffmann et al\. 2022.*; step2: sigmoid, /],
  ["Parameters", /step1 of t: a 3, b 4, alpha 0\.2, beta 0\.22, E 0\.4; step2 of t: /],
  ["Data", /run\.parquet: \d+ rows, SHA-256 [0-9a-f]{16}/],
  ["Runs fitted", /9 runs, 200M to 1\.3B parameters, .* tokens, .* FLOPs; selection: all/],
  ["Design choices", /final_window 5,.*drop_early 0\.1/],
  ["Points", /step1: 9 a fit; step2: \d+ a fit/],
  ["Loss", /step1: huber 0\.001, of logarithms; step2: squared, of values/],
  ["Starts and their agreement", /256 random starts a fit; .*smallest 75 %/],
  ["Bounds hit", /1 of 2 fits: step2 b upper \(1\)/],
  ["Held out", /big \(N 7B, D 4T\)/],
  ["Intervals", /^none$/],
  ["Seed", /^7$/],
  ["Warnings", /half of it is guessed/],
])("%s is filled in", (item, said) => {
  expect(items.get(item)).toMatch(said);
});

test("in Markdown it is a table with one line an item", () => {
  const lines = checklistMarkdown(checklist(run)).trim().split("\n");
  expect(lines).toHaveLength(2 + items.size);
  for (const line of lines) expect(line).toMatch(/^\| .* \|$/);
});

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readInspected } from "../../src/cli/read-inspected.ts";
import { queryJob } from "../../src/run/job-directory.ts";
import { runSweep } from "../../src/run/run-sweep.ts";
import type { SweepSpec } from "../../src/spec/spec.ts";
import { readSweepFile } from "../../src/spec/sweep-file.ts";
import { inspectTable } from "../../src/tables/inspect.ts";
import { smallLadder, trueAccuracy, trueLoss } from "../methods/tables.ts";
import { messageOf, temporaryFolder } from "../tables/temporary.ts";
import { rowsOf } from "./published.ts";

const { folder } = temporaryFolder();

// A wide table of somebody's own: billions for units, errors in percent, no target, no cross-entropy.
const header = "experiment,params (B),tokens (B),it,trivia bpb,trivia err %,web nll";
const lines = smallLadder()
  .filter(({ role }) => role !== "target")
  .map(({ run, n, d, metrics }) => {
    const { loss, accuracy } = metrics;
    return [run, n! / 1e9, d / 1e9, Math.round(d / 1e6), loss, 100 * (1 - accuracy!), 2 * loss!].join(",");
  });
writeFileSync(join(folder, "own.csv"), `${[header, ...lines].join("\n")}\n`);

const columns = (accuracy: string) => `
columns:
  run: experiment
  n: {sql: '"params (B)" * 1e9'}
  d: {sql: '"tokens (B)" * 1e9'}
  step: it
  subjects:
    trivia: {loss: trivia bpb, accuracy: ${accuracy}}
    web: {loss: web nll}
`;

function sweepFile(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, `table: own.csv\nmethod: ladder\n${text}`);
  return path;
}

async function run(path: string, out?: string) {
  const { text, spec } = await readSweepFile(path);
  return runSweep({ ...(spec as SweepSpec), starts: 64 }, { out, sweepFile: { path, text } });
}

const SHARE = `{sql: '1 - "trivia err %"/100'}`;

test("a table of other names, units and metrics is inspected, swept and projected", async () => {
  const path = sweepFile(
    "sweep.yaml",
    `${columns(SHARE)}
targets: [{name: 70B, n: 7e10, d: 2e12}]
axes:
  # Nothing averaged, so that the laws hold exactly.
  - &exact {anchor: false, final_window: 1, smoothing_window: 1, feature: [loss, ce, loss@domains, loss@c4]}
  - {<<: *exact, feature: loss, runs: [xc <= 3, n < 1]}
`,
  );
  const table = join(folder, "own.csv");
  const { findings } = inspectTable((await readInspected([table], path)).table);
  expect(findings.map(({ check }) => check)).toEqual(["no-target"]);

  const out = join(folder, "run");
  await run(path, out);
  const predictions = rowsOf(await queryJob(out, "predictions"));
  expect(
    predictions.map(({ task, feature, runs, target, actual }) => [task, feature, runs, target, actual]),
  ).toEqual([
    ["trivia", "loss", "all", "70B", null],
    ["trivia", "loss@domains", "all", "70B", null],
    ["trivia", "loss", "xc <= 3", "70B", null],
  ]);
  const truth = trueAccuracy(trueLoss(7e10, 2e12));
  for (const { predicted } of predictions) expect(Number(predicted)).toBeCloseTo(truth, 5);

  const skipped = rowsOf(await queryJob(out, "problems_skipped"));
  expect(skipped.map(({ cell, stage, reason }) => [cell, stage, reason])).toEqual([
    [1, "step1", "no fit run has ce of trivia"],
    [1, "step2", "no checkpoint of a fit run has both ce and accuracy of trivia"],
    [3, "step1", "no fit run has loss of c4; no subject is named c4"],
    [3, "step2", "no checkpoint of a fit run has both loss@c4 and accuracy of trivia"],
    [5, "step1", "no fit run of those with n < 1 has loss of trivia"],
    [5, "step2", "no checkpoint of a fit run with n < 1 has both loss and accuracy of trivia"],
  ]);
});

const targets = "targets: [{name: 70B, n: 7e10, d: 2e12}]\n";

test("percent and error rates taken for accuracies are noticed", async () => {
  const path = sweepFile("percent.yaml", columns("trivia err %") + targets);
  const { findings } = inspectTable((await readInspected([join(folder, "own.csv")], path)).table);
  expect(findings.map(({ check }) => check)).toEqual([
    "no-target",
    "accuracy-out-of-range",
    "accuracy-falls",
  ]);
  expect(await messageOf(run(path))).toMatch(
    /^UserError: .*own\.csv, row 1 \(line 2\), column "accuracy": \d+\.\d+; allowed: a share of right answers, 0 to 1/,
  );
});

test("where every cell lacks something the sweep ends with the first reason", async () => {
  const path = sweepFile("none.yaml", `${columns(SHARE)}${targets}axes: {feature: [loss@c4, ce@web]}\n`);
  expect(await messageOf(run(path))).toBe(
    `UserError: ${path}: no cell can be predicted: trivia, step1: no fit run has loss of c4; no subject is named c4 ` +
      "(and 3 more)",
  );
});

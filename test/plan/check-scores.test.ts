import { expect, test } from "vitest";
import { type Row, smallLadder } from "../methods/tables.ts";
import { planRows } from "../run/plan.ts";

/** Two tasks; in the second something is changed. */
const withU = (change: (row: Row) => Row) =>
  smallLadder(["t", "u"]).map((row) => (row.subject === "u" ? change(row) : row));

const percent = withU((row) => ({
  ...row,
  metrics: { ...row.metrics, accuracy: 100 * row.metrics.accuracy! },
}));

/** Why the stages of each task are skipped; undefined where they are not. */
const reasons = async (...given: Parameters<typeof planRows>) =>
  (await planRows(...given)).cells.map(({ task, plan }) => [
    task,
    ...plan.stages.map((stage) => ("skipped" in stage ? stage.skipped.reason : undefined)),
  ]);

test("percent is not taken for a share: that task is skipped, and the reason says how to convert it", async () => {
  const reason = expect.stringMatching(
    /^made by hand, row 2, column "accuracy": \d+\.\d+; allowed: a share of right answers, 0 to 1; per cent are converted by scores: percent in the sweep file$/,
  );
  expect(await reasons({}, percent)).toEqual([
    ["t", undefined, undefined],
    ["u", reason, reason],
  ]);
});

test("one wrong accuracy of one checkpoint skips its task alone", async () => {
  const rows = withU((row) =>
    row.run === "big" ? { ...row, metrics: { ...row.metrics, accuracy: -0.1 } } : row,
  );
  const reason = expect.stringMatching(
    /, column "accuracy": -0\.1; allowed: a share of right answers, 0 to 1$/,
  );
  expect(await reasons({}, rows)).toEqual([
    ["t", undefined, undefined],
    ["u", reason, reason],
  ]);
});

test("only the metrics, targets and phases that the sweep uses are looked at", async () => {
  const other = smallLadder(["t"]).map((row) => ({ ...row, metrics: { ...row.metrics, mc_accuracy: 50 } }));
  expect(await reasons({}, other)).toEqual([["t", undefined, undefined]]);
  expect((await reasons({ axes: { format: "mc" } }, other))[0]![2]).toContain('column "mc_accuracy": 50');
  const early = withU((row) => row).concat(
    { run: "big", role: "target", n: 7e9, d: 1e12, subject: "u", phase: "early", metrics: { accuracy: 50 } },
    { run: "unasked", role: "target", n: 7e9, d: 1e12, subject: "u", metrics: { accuracy: 50 } },
  );
  expect((await reasons({ targets: ["big"] }, early))[1]).toEqual(["u", undefined, undefined]);
  expect((await reasons({}, early))[1]![1]).toContain('column "accuracy": 50');
});

import { expect, test } from "vitest";
import { smallLadder } from "../methods/tables.ts";
import { planRows } from "./plan.ts";

const percent = smallLadder(["t", "u"]).map((row) =>
  row.subject === "u"
    ? { ...row, metrics: { loss: row.metrics.loss!, accuracy: 100 * row.metrics.accuracy! } }
    : row,
);

test("percent is not taken for a share, and the message says how to convert it", () => {
  expect(() => planRows({}, percent)).toThrow(
    /^made by hand, row 2, column "accuracy": \d+\.\d+; allowed: a share of right answers, 0 to 1; per cent are converted by scores: percent in the sweep file$/,
  );
});

test("only the tasks and metrics of the sweep are looked at", () => {
  expect(planRows({ tasks: ["t"] }, percent).tasks).toEqual(["t"]);
  const other = smallLadder(["t"]).map((row) => ({ ...row, metrics: { ...row.metrics, mc_accuracy: 50 } }));
  expect(planRows({}, other).tasks).toEqual(["t"]);
  expect(() => planRows({ axes: { format: "mc" } }, other)).toThrow('column "mc_accuracy": 50');
});

import { expect, test } from "vitest";
import { onTable } from "../../src/spec/read-table.ts";
import { resolveSweep } from "../../src/spec/resolve.ts";
import { checkSpec } from "../../src/spec/spec.ts";
import { tableOfRows } from "../methods/tables.ts";

const table = tableOfRows(
  [
    { run: "a", subject: "t", questions: 100 },
    { run: "b", subject: "t", questions: 100 },
    { run: "c", subject: "t", questions: 50 },
    { run: "a", subject: "u", questions: 20 },
    { run: "a", subject: "web", questions: Number.NaN },
  ].map(({ questions, ...row }) => ({ ...row, d: 10, metrics: { loss: 1, accuracy: 0.5, questions } })),
);

const questionsOf = (bootstrap: object, more: object = {}) => {
  const spec = checkSpec({ preset: "ladder", table: "t", bootstrap, ...more }, "f.yaml");
  const sweep = onTable(resolveSweep(spec, "f.yaml"), table);
  expect((sweep.spec.bootstrap as { questions?: unknown }).questions).toEqual(sweep.bootstrap!.questions);
  return sweep.bootstrap!.questions;
};

test("intervals for a checkpoint take the numbers of questions from the table, where the sweep does not give them", () => {
  expect(questionsOf({ purposes: ["curve", "checkpoint"] })).toEqual({ t: 100, u: 20 });
  expect(questionsOf({ purposes: "checkpoint" }, { tasks: "u" })).toEqual({ u: 20 });
  expect(questionsOf({ purposes: "checkpoint", questions: 7 })).toBe(7);
  expect(questionsOf({ purposes: "run" })).toBeUndefined();
});

import { expect, test } from "vitest";
import { planIsoflop, withDefaults } from "../../src/isoflop/spec.ts";
import { indexRuns } from "../../src/methods/runs.ts";
import { type Row, tableOfRows } from "../methods/tables.ts";

const rows: Row[] = [
  { run: "a", d: 1, subject: "piqa", metrics: { loss: 1, accuracy: 0.5 } },
  { run: "a", d: 1, subject: "boolq", metrics: { loss: 1, accuracy: 0.5 } },
  { run: "a", d: 1, subject: "web", metrics: { loss: 3 } },
  { run: "a", d: 1, subject: "scored", metrics: { accuracy: 0.5 } },
  { run: "big", role: "target", d: 1, subject: "code", metrics: { loss: 3 } },
];
const subjectsOf = (own: readonly Row[], given = {}, tasks: string[] = []) =>
  planIsoflop(withDefaults(given), indexRuns(tableOfRows(own)), { tasks, seed: 0 }, "here: isoflop").subjects;

test("subjects: those asked for, else the sweep's tasks and the validation domains, else all", () => {
  expect(subjectsOf(rows)).toEqual(["web"]);
  expect(subjectsOf(rows, {}, ["boolq", "scored"])).toEqual(["boolq", "web"]);
  expect(subjectsOf(rows, { subjects: ["piqa"] }, ["boolq"])).toEqual(["piqa"]);
  expect(subjectsOf(rows.slice(0, 2))).toEqual(["boolq", "piqa"]);
});

test.each([
  [
    { metric: "los" },
    'here: isoflop.metric: made by hand has no column "los"; allowed: loss, accuracy; did you mean "loss"?',
  ],
  [{ metric: "accuracy" }, "here: isoflop.metric: accuracy is the better the higher it is; allowed: a loss"],
  [
    { subjects: ["wep"] },
    'here: isoflop.subjects: no fit run of made by hand has loss for "wep"; allowed: boolq, piqa, web; did you mean "web"?',
  ],
  [{ subjects: ["code"] }, 'no fit run of made by hand has loss for "code"'],
])("%j is refused", (given, message) => {
  expect(() => subjectsOf(rows, given)).toThrow(message);
});

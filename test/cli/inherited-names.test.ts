import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { questionsOf } from "../../src/bootstrap/standard-errors.ts";
import { readMixture } from "../../src/plan/selection.ts";
import { checkpointTableToTable } from "../../src/tables/checkpoint-table.ts";
import { writeTable } from "../../src/tables/write.ts";
import { noisyLadder } from "../bootstrap/noisy-ladder.ts";
import { tableOfRows } from "../methods/tables.ts";
import { temporaryFolder } from "../tables/temporary.ts";
import { lawfit } from "./command-line.ts";

/** Names that every JavaScript object has a property of. */
const names = ["constructor", "toString", "__proto__", "hasOwnProperty"];

const { folder, file } = temporaryFolder();
const path = (name: string) => join(folder, name);
let sweep: (keys: object) => string;

beforeAll(async () => {
  const rows = noisyLadder();
  const [subject] = new Set(rows.map((row) => row.subject));
  const own = rows.filter((row) => row.subject === subject);
  const named = [...names, "plain"].flatMap((name) => own.map((row) => ({ ...row, subject: name })));
  await writeTable(path("table.parquet"), checkpointTableToTable(tableOfRows(named)));
  sweep = (keys) =>
    file(
      "sweep.yaml",
      stringify({ table: "table.parquet", method: "ladder", starts: 16, backend: "cpu", ...keys }),
    );
});

test("tasks with such names are fitted as any other", async () => {
  const bootstrap = { resamples: 30, purposes: ["curve", "checkpoint"], questions: { plain: 100 } };
  const run = await lawfit("sweep", sweep({ bootstrap }), "--out", path("run"), "--quiet");
  expect(run.code).toBe(0);
  const { stdout } = await lawfit("show", path("run"), "predictions", "--format", "json");
  const rows: { task: string; predicted: number }[] = JSON.parse(stdout);
  expect(rows.map(({ task }) => task).toSorted()).toEqual([...names, "plain"].toSorted());
  expect(new Set(rows.map(({ predicted }) => predicted)).size).toBe(1);
  const intervals: { quantity: string; purpose: string; lower: number }[] = JSON.parse(
    (await lawfit("show", path("run"), "intervals", "--format", "json")).stdout,
  );
  const lowest = (of: string) =>
    intervals
      .filter(({ quantity, purpose }) => quantity === "predicted" && purpose === of)
      .map(({ lower }) => lower);
  expect(new Set(lowest("curve")).size).toBe(1);
  // Only one of the tasks has questions.
  expect(new Set(lowest("checkpoint")).size).toBe(2);
});

test("what is not given for a name is not found for it", () => {
  expect(names.map((name) => questionsOf({ plain: 100 }, name))).toEqual(names.map(() => undefined));
  expect([...readMixture({ web: 1 }, ["web", "constructor"], "here")]).toEqual([
    ["web", 1],
    ["constructor", 0],
  ]);
});

describe("as a name of something of lawfit's they are refused in one line, with exit code 2", () => {
  const form = { expression: "y = a*x", variables: { x: "" }, parameters: { a: { start: [0, 1] } } };
  test.each<[what: string, words: () => string[], message: string]>([
    ["a command", () => ["constructor"], 'unknown command "constructor"; allowed: import, '],
    ["a preset", () => ["sweep", "constructor"], '"constructor" is neither a preset nor a sweep file'],
    ["a form", () => ["forms", "toString"], 'unknown form "toString"'],
    ["a table", () => ["show", path("run"), "__proto__"], 'no table "__proto__"'],
    [
      "a link",
      () => ["sweep", sweep({ axes: { link: "constructor" } })],
      'axes.link: unknown form "constructor"',
    ],
    ["an axis", () => ["sweep", sweep({ axes: { toString: 1 } })], 'axes: unknown axis "toString"'],
    ["a method", () => ["sweep", sweep({ method: "constructor" })], 'method: unknown method "constructor"'],
    [
      "a form of one's own",
      () => ["sweep", sweep({ forms: { constructor: form } })],
      'sweep.yaml: forms.constructor: form "constructor": the name "constructor" is that of a property of every',
    ],
    [
      "a form with a built-in one's name",
      () => ["sweep", sweep({ forms: { sigmoid: form } })],
      'sweep.yaml: forms.sigmoid: "sigmoid" is the name of a built-in form, which would be hidden',
    ],
    [
      "a form that would be lost",
      () => ["sweep", sweep({ forms: JSON.parse(`{"__proto__": ${JSON.stringify(form)}}`) })],
      'sweep.yaml: forms: "__proto__" cannot be a name',
    ],
    [
      "a weight that would be lost",
      () => ["sweep", sweep({ chance: JSON.parse('{"__proto__": 0.2}') })],
      'sweep.yaml: chance: "__proto__" cannot be a name',
    ],
  ])("%s", async (_, words, message) => {
    const { code, stderr } = await lawfit(...words(), ...(words()[0] === "sweep" ? ["--dry-run"] : []));
    expect(code).toBe(2);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).toContain(message);
  });
});

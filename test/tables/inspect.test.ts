import { expect, test } from "vitest";
import { inspectTable } from "../../src/tables/inspect.ts";
import { formatInspection } from "../../src/tables/inspection.ts";
import { smallTable } from "./small-table.ts";

const sound = smallTable([
  { run: "a", n: 100, d: 10, loss: 4, accuracy: 0.25, family: "f" },
  { run: "a", n: 100, d: 20, loss: 3.5, accuracy: 0.3, family: "f" },
  { run: "b", n: 200, d: 30, loss: 3, accuracy: 0.5, family: "f" },
  { run: "c", n: 400, d: 40, loss: 2.5, family: "f" },
  { run: "big", role: "target", n: 1e10, d: 1e12, loss: 2, accuracy: 0.75, phase: "early" },
  { run: "big", role: "target", n: 1e10, d: 2e12, loss: 1.5, accuracy: 0.875 },
]);

test("runs with their sizes, tokens and checkpoints", () => {
  const { rows, runs } = inspectTable(sound);
  expect(rows).toBe(6);
  expect(runs.map(({ run }) => run)).toEqual(["a", "b", "c", "big"]);
  expect(runs[0]).toEqual({
    run: "a",
    role: "fit",
    family: "f",
    n: 100,
    firstD: 10,
    lastD: 20,
    checkpoints: 2,
    phaseCheckpoints: 0,
  });
  expect(runs[3]).toMatchObject({
    role: "target",
    firstD: 1e12,
    lastD: 2e12,
    checkpoints: 1,
    phaseCheckpoints: 1,
  });
});

test("metrics with their ranges, missing values and the runs that have them", () => {
  expect(inspectTable(sound).metrics).toEqual([
    { subject: "c4", metric: "loss", count: 6, missing: 0, min: 1.5, max: 4, fitRuns: 3, targets: 1 },
    {
      subject: "c4",
      metric: "accuracy",
      count: 5,
      missing: 1,
      min: 0.25,
      max: 0.875,
      fitRuns: 2,
      targets: 1,
    },
  ]);
});

test("ranges of the inputs", () => {
  const ranges = inspectTable(sound).ranges;
  expect(ranges[0]).toEqual({ column: "n", min: 100, max: 1e10, missing: 0 });
  expect(ranges[3]).toEqual({ column: "step", min: Number.NaN, max: Number.NaN, missing: 6 });
});

test("as text", () => {
  const text = formatInspection(inspectTable(sound));
  expect(text).toContain("small: 6 rows, 4 runs (3 to fit, 1 target), 1 subject\n");
  expect(text).toMatch(/^big +target +1e\+10 +1e\+12 +2e\+12 +1 +1$/m);
  expect(text).toMatch(/^c4 +accuracy +5 +1 +0.25 +0.875 +2 +1$/m);
  expect(text).toMatch(/^step +6$/m);
  expect(text).toContain(
    '  not-on-all-runs: a metric is missing on some of the runs to fit: accuracy of "c4" is on 2 of 3 runs\n',
  );
});

test("as text, where nothing looks wrong", () => {
  const counts = {
    n: sound.n.map((n) => 1e7 * n),
    d: sound.d.map((d) => 1e10 * d),
    c: sound.c.map((c) => 1e17 * c),
  };
  const whole = {
    ...sound,
    ...counts,
    metrics: new Map([["loss", sound.metrics.get("loss") as Float64Array]]),
  };
  expect(formatInspection(inspectTable(whole))).toContain("Nothing looks wrong.\n");
});

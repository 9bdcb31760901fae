import { expect, test } from "vitest";
import { bandOf, fitsOf } from "../../src/draw/fits.ts";
import { readJob } from "../../src/report/read-job.ts";
import { smallLadder, TRUE_LINK, trueAccuracy } from "../methods/tables.ts";
import { writeRun } from "../report/runs.ts";
import { temporaryFolder } from "../tables/temporary.ts";

const { folder } = temporaryFolder();
const noisy = smallLadder().map((row, i) => {
  const noise = 0.01 * Math.sin(7 * i);
  return { ...row, metrics: { ...row.metrics, accuracy: row.metrics.accuracy! + noise } };
});
const run = await readJob(await writeRun(folder, "run", { method: "ladder" }, noisy));
const [link] = fitsOf(run, run.headline[0]!, "step2");

test("a fit comes back with form, parameters, bounds and points", () => {
  expect(link!.form.name).toBe("sigmoid");
  expect([...link!.parameters]).toEqual([...TRUE_LINK]);
  expect(link!.points.at(-1)).toMatchObject({ run: "", response: 1 });
  expect(new Set(link!.points.map((point) => point.run)).size).toBe(10);
  const [first] = link!.points;
  expect(first!.fitted).toBe(link!.form.value(link!.parameters, first!.variables));
});

test("the band holds the curve and is wider where the data end", () => {
  const [inside, outside] = bandOf(link!, [[1], [0.5]]);
  expect(inside!.y).toBeCloseTo(trueAccuracy(1), 12);
  for (const { lower, y, upper } of [inside!, outside!]) {
    expect(lower).toBeLessThan(y);
    expect(upper - y).toBeCloseTo(y - lower, 12);
  }
  expect(outside!.upper - outside!.lower).toBeGreaterThan(inside!.upper - inside!.lower);
});

test("a stage that the cell does not have has no fits", () => {
  expect(fitsOf(run, run.headline[0]!, "single")).toEqual([]);
});

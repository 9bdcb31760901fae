import { afterAll, describe, expect, test } from "vitest";
import type { CellDraws } from "../../src/bootstrap/bootstrap-cells.ts";
import { intervalRows } from "../../src/bootstrap/interval-rows.ts";
import { getScheme } from "../../src/bootstrap/schemes.ts";
import { fitOf, noiseLevels, purposeDraws } from "../../src/bootstrap/standard-errors.ts";
import { spreadOf } from "../../src/identifiability/spread.ts";
import { studentQuantile } from "../../src/intervals/distributions.ts";
import { drawsOf, moments } from "../../src/intervals/draws.ts";
import { intervalKinds } from "../../src/intervals/kinds.ts";
import type { Purpose } from "../../src/intervals/purposes.ts";
import { openBackend } from "../../src/solve/backends.ts";
import { resampleRows } from "./resample-rows.ts";

const backend = await openBackend("cpu", 2);
afterAll(() => backend.close());
const resamples = 1000;
const [cell] = await resampleRows(backend, {
  bootstrap: { resamples },
  axes: { link: "linear", anchor: false },
});
const draws = cell as CellDraws;
const [law, link] = draws.uses.map((use) => noiseLevels(use!));
const valuesOf = (purpose: Purpose, questions?: number) =>
  purposeDraws(purpose, draws, { resamples, questions }, 0)[0]!.values;
const spread = (values: Float64Array): number => moments(drawsOf(values)).sd;
const curve = valuesOf("curve");

test("the curve's draws are the cell's own", () => {
  expect(curve).toBe(draws.targets[0]!.values);
});

test("a step of one point a run has noise of runs, the other of both", () => {
  expect(law!.run).toBeGreaterThan(0);
  expect(law!.checkpoint).toBe(0);
  expect(link!.run).toBeGreaterThan(0);
  expect(link!.checkpoint).toBeGreaterThan(0);
});

describe("a new run", () => {
  const run = valuesOf("run");

  test("lies about the curve as the residuals do, in their unit", () => {
    const moved = run.feature.map((value, i) => Math.log(value / curve.feature[i]!));
    expect(spread(moved) / law!.run).toBeCloseTo(1, 2);
    expect(spread(run.link.map((value, i) => value - curve.link[i]!)) / link!.run).toBeCloseTo(1, 2);
  });

  test("the noise of the first step goes through the second", () => {
    draws.outcomes[1]!.replicates.parameters.slice(0, 2 * 20).forEach((slope, place) => {
      if (place % 2 === 0) return;
      const i = (place - 1) / 2;
      const byFeature = slope * (run.feature[i]! - curve.feature[i]!);
      const ofLink = run.link[i]! - curve.link[i]!;
      expect(run.predicted[i]! - curve.predicted[i]!).toBeCloseTo(byFeature + ofLink, 12);
    });
  });
});

test("a checkpoint adds its own noise, and that of the evaluation set where it is known", () => {
  const added = (questions?: number) => {
    const own = valuesOf("checkpoint", questions);
    return spread(own.link.map((value, i) => value - curve.link[i]!));
  };
  expect(added() / Math.hypot(link!.run, link!.checkpoint)).toBeCloseTo(1, 1);
  const p = moments(drawsOf(curve.link)).mean;
  const wanted = Math.hypot(link!.run, link!.checkpoint, Math.sqrt((p * (1 - p)) / 50));
  expect(added(50) / wanted).toBeCloseTo(1, 1);
});

test("standard errors grow by the same noise; kinds that are for the curve alone say so", () => {
  const predictions = draws.cell.plan.predict(draws.uses.map((use) => use!.solution.parameters));
  const options = {
    resamples,
    scheme: getScheme("run"),
    levels: [0.9],
    intervals: ["delta", "bca"].map((name) => intervalKinds.get(name)!),
    purposes: ["curve", "run"] as const,
  };
  const rows = intervalRows(draws, predictions, options, 0);
  const halfWidth = (purpose: Purpose, quantity: string): number => {
    const row = rows.find(
      (one) => one.purpose === purpose && one.quantity === quantity && one.interval === "delta",
    )!;
    return (row.limits.upper - row.limits.lower) / 2;
  };
  const law1 = spreadOf(fitOf(draws.uses[0]!), "runs");
  if ("reason" in law1) throw new Error(law1.reason);
  const added = studentQuantile(0.95, law1.freedom) * predictions[0]!.featurePredicted * law!.run;
  expect(halfWidth("run", "feature") / Math.hypot(halfWidth("curve", "feature"), added)).toBeCloseTo(1, 6);
  const bca = rows.filter(({ interval, purpose }) => interval === "bca" && purpose === "run");
  expect(new Set(bca.map(({ status }) => status))).toEqual(new Set(["curve-only"]));
});

import { afterAll, describe, expect, test } from "vitest";
import type { CellDraws } from "../../src/bootstrap/bootstrap-cells.ts";
import { fitOf } from "../../src/bootstrap/standard-errors.ts";
import { spreadOf, standardErrors } from "../../src/identifiability/spread.ts";
import { drawsOf, moments } from "../../src/intervals/draws.ts";
import { openBackend } from "../../src/solve/backends.ts";
import { drawCounter, type WeighingDraw } from "../../src/solve/draw-resample.ts";
import type { Backend } from "../../src/solve/kernel.ts";
import type { SweepSpec } from "../../src/spec/spec.ts";
import type { Row } from "../methods/tables.ts";
import { noisyLadder } from "./noisy-ladder.ts";
import { resampleRows } from "./resample-rows.ts";

const backend = await openBackend("cpu", 2);
afterAll(() => backend.close());

const resample = (spec: SweepSpec, rows?: readonly Row[], on: Backend = backend) =>
  resampleRows(on, spec, rows);

const predicted = ({ targets }: CellDraws): Float64Array => targets[0]!.values.predicted;
const schemes = ["run", "run-by-size", "wild", "block", "residual", "parametric", "row"];

describe("the draws", () => {
  test.each(schemes)("%s: are the same on 1 thread and 2, in one batch and in many", async (scheme) => {
    const spec = { bootstrap: { resamples: 60, scheme }, axes: { link: ["sigmoid", "linear"] } };
    const whole = await resample(spec);
    const alone = await openBackend("cpu", 1);
    const parts = await resample(spec, undefined, { ...alone, startsPerRequest: 20 });
    await alone.close();
    expect(parts.map(({ targets }) => targets)).toEqual(whole.map(({ targets }) => targets));
    expect(predicted(whole[0]!).every(Number.isFinite)).toBe(true);
    expect(new Set(predicted(whole[0]!)).size).toBe(60);
  });

  test("of more resamples begin with those of fewer; another seed gives others", async () => {
    const [few] = await resample({ bootstrap: { resamples: 10 } });
    const [many] = await resample({ bootstrap: { resamples: 70 } });
    const [other] = await resample({ bootstrap: { resamples: 10 }, seed: 1 });
    expect(predicted(many!).slice(0, 10)).toEqual(predicted(few!));
    expect(predicted(other!)).not.toEqual(predicted(few!));
  });

  test("of cells on the same runs are paired, whatever predicate names them and whoever else is there", async () => {
    const runs = ["all", "n > 0", "n < 1e9"];
    const cells = await resample({ bootstrap: { resamples: 20 }, axes: { runs } }, noisyLadder(["t", "u"]));
    const populations = cells.map(({ uses }) => uses.map((use) => use!.population.name));
    const [all, positive, small] = populations;
    expect(positive).toEqual(all);
    expect(all![1]).toBe(all![0]);
    expect(small![0]).not.toBe(all![0]);
    expect(populations.slice(3)).toEqual(populations.slice(0, 3));
    const [alone] = await resample({ bootstrap: { resamples: 20 } });
    expect(predicted(cells[1]!)).toEqual(predicted(alone!));
  });
});

test("a replicate's prediction is chained from the replicates of its stages", async () => {
  const [cell] = await resample({ bootstrap: { resamples: 5 } });
  const { outcomes, uses, targets } = cell!;
  const [law, link] = outcomes.map((outcome) => outcome!.replicates);
  for (let i = 0; i < 5; i++) {
    const feature = uses[0]!.problem.form.value(law!.parameters.slice(5 * i, 5 * i + 5), [7e9, 4e12]);
    expect(targets[0]!.values.feature[i]).toBe(feature);
    const score = uses[1]!.problem.form.value(link!.parameters.slice(4 * i, 4 * i + 4), [feature]);
    expect(predicted(cell!)[i]).toBe(score);
  }
});

test("the wild draws of a linear fit spread as its clustered standard errors say", async () => {
  const [cell] = await resample({
    bootstrap: { resamples: 4000, scheme: "wild" },
    axes: { link: "linear", anchor: false, smoothing_window: 1 },
  });
  const use = cell!.uses[1]!;
  const spread = spreadOf(fitOf(use), "runs");
  if ("reason" in spread) throw new Error(spread.reason);
  const { parameters } = cell!.outcomes[1]!.replicates;
  standardErrors(spread).forEach((wanted, p) => {
    const { mean, sd } = moments(drawsOf(parameters.filter((_, i) => i % 2 === p)));
    // A standard deviation of 4,000 draws is off by 1.1 %, a mean by 1.6 % of it.
    expect(Math.abs(sd / wanted - 1)).toBeLessThan(0.045);
    expect(Math.abs(mean - use.solution.parameters[p]!)).toBeLessThan(0.065 * wanted);
  });
});

test("a target's own checkpoints are held where runs are drawn, and resampled where points are", async () => {
  const early: Row[] = noisyLadder()
    .filter(({ role }) => role === "target")
    .flatMap((row) =>
      Array.from({ length: 8 }, (_, i) => {
        const loss = 0.7 + 0.05 * i;
        return {
          ...row,
          d: i + 1,
          phase: "early",
          metrics: { loss, mc_accuracy: 0.9 - 0.4 * loss + 0.01 * (i % 3) },
        };
      }),
    );
  const rows = [
    ...noisyLadder().map((row) =>
      row.role === "target" ? { ...row, metrics: { ...row.metrics, mc_accuracy: 0.5 } } : row,
    ),
    ...early,
  ];
  const axes = { format: "mc", link: "linear", anchor: false, drop_early: 0 };
  const [byRun] = await resample({ bootstrap: { resamples: 30 }, axes }, rows);
  const link = (cell: CellDraws): Float64Array => cell.targets[0]!.values.link;
  expect(new Set(link(byRun!)).size).toBe(1);
  expect(new Set(predicted(byRun!)).size).toBe(30);
  expect(byRun!.uses[1]).toMatchObject({ isHeld: true, caution: expect.stringContaining("own checkpoints") });
  const [byRow] = await resample({ bootstrap: { resamples: 30, scheme: "row" }, axes }, rows);
  // Of so few points two resamples can be the same.
  const { resampling, points } = byRow!.outcomes[1]!.ready!;
  const count = drawCounter(resampling.population, resampling.draw as WeighingDraw, 0, points.points);
  const counts = new Float64Array(points.points);
  const different = new Set(
    Array.from({ length: 30 }, (_, i) => {
      count(i + 1, counts);
      return counts.join();
    }),
  );
  expect(new Set(link(byRow!)).size).toBe(different.size);
  expect(different.size).toBeGreaterThan(20);
});

test("with one run left out, the fit is that of the others", async () => {
  const [cell] = await resample({ bootstrap: { resamples: 2, intervals: "bca" } });
  const use = cell!.uses[0]!;
  const without = noisyLadder().filter(({ run }) => run !== use.population.runs[4]);
  const [other] = await resample({ bootstrap: { resamples: 2 } }, without);
  const law = (parameters: Float64Array): number => use.problem.form.value(parameters, [7e9, 4e12]);
  const leftOut = law(cell!.outcomes[0]!.leftOut![4]!);
  expect(leftOut / law(other!.uses[0]!.solution.parameters) - 1).toBeCloseTo(0, 7);
});

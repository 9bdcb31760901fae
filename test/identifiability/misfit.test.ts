import { expect, test } from "vitest";
import { getForm } from "../../src/forms/registry.ts";
import { linearise } from "../../src/identifiability/linearise.ts";
import { type Misfit, misfitOf } from "../../src/identifiability/misfit.ts";
import { randomStream } from "../../src/random.ts";

const [RUNS, POINTS] = [16, 12];

/** Runs of twelve points each over one part of the inputs, with an effect that a run's points share, about a line plus a bend; least squares. */
function lineOfRuns(seed: number, bend: number, anchor = false) {
  const stream = randomStream(`misfit test ${seed}`);
  const x: number[] = [];
  const y: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const effect = 0.1 * stream.normal();
    for (let k = 0; k < POINTS; k++) {
      const at = (run + 6 * (k / POINTS)) / 22;
      x.push(at);
      y.push(0.3 + at + bend * (at - 0.5) ** 2 + effect + 0.05 * stream.normal());
    }
  }
  if (anchor) {
    x.push(-1);
    y.push(-0.7);
  }
  const [n, sx, sy] = [x.length, sum(x), sum(y)];
  const slope = (n * sum(x.map((v, i) => v * y[i]!)) - sx * sy) / (n * sum(x.map((v) => v * v)) - sx * sx);
  const fit = linearise({
    problem: {
      form: getForm("linear"),
      variables: [Float64Array.from(x)],
      response: Float64Array.from(y),
      loss: { kind: "squared" },
      residual: "plain",
      key: "line",
    },
    parameters: Float64Array.of((sy - slope * sx) / n, slope),
    runs: { runs: Array.from({ length: RUNS }, (_, r) => `r${r}`), runLengths: Array(RUNS).fill(POINTS) },
  });
  if ("reason" in fit) throw new Error(fit.reason);
  return fit;
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

function tested(...[fit, flops]: Parameters<typeof misfitOf>): Misfit {
  const misfit = misfitOf(fit, flops);
  if ("reason" in misfit) throw new Error(misfit.reason);
  return misfit;
}

test.each([false, true])(
  "the right form is rejected as often as the level says though points of a run are alike, with a point of no run: %s",
  (anchor) => {
    const ps = Array.from({ length: 200 }, (_, seed) => tested(lineOfRuns(500 + seed, 0, anchor)).p);
    const share = (level: number): number => ps.filter((p) => p <= level).length / ps.length;
    // By more than three standard deviations of a binomial share.
    expect(share(0.1)).toBeLessThan(0.165);
    expect(share(0.1)).toBeGreaterThan(0.02);
    expect(share(0.5)).toBeGreaterThan(0.35);
  },
);

test("a bend that a line leaves is found along its input", () => {
  const found = Array.from({ length: 40 }, (_, seed) => tested(lineOfRuns(seed, 3)));
  expect(found.filter(({ p }) => p <= 0.05).length).toBeGreaterThan(36);
  expect(found.filter(({ along }) => along === "x").length).toBe(40);
});

test("what follows the runs' FLOPs and no input is found along these, where they are known", () => {
  const fit = lineOfRuns(1, 0);
  const flops = Array.from({ length: RUNS }, (_, run) => 1e18 * (run % 2 === 0 ? 1 : 100));
  const moved = fit.influence.map((r, i) => r + (Math.floor(i / POINTS) % 2 === 0 ? 0.3 : -0.3));
  expect(tested({ ...fit, influence: moved }, flops)).toMatchObject({
    along: "flops",
    p: expect.closeTo(0.001, 2),
  });
  expect(tested({ ...fit, influence: moved }).along).toBe("x");
  expect(tested(fit, flops.with(3, Number.NaN)).along).toBe("x");
});

test("residuals that cannot be tested have the reason", () => {
  const fit = lineOfRuns(1, 0);
  expect(misfitOf({ ...fit, points: 2 })).toEqual({
    reason: "2 points for 2 free parameters leave no residuals",
  });
  expect(misfitOf({ ...fit, influence: fit.influence.map(() => 0) })).toEqual({
    reason: "the residuals do not vary",
  });
  const exact = fit.residual.map((r) => 1e-12 * r);
  expect(misfitOf({ ...fit, residual: exact })).toEqual({ reason: "the residuals are rounding" });
  expect(misfitOf({ ...fit, run: fit.run.map(() => 0) })).toEqual({ reason: "fewer than two runs" });
});

import { expect, test } from "vitest";
import { countReasons, degenerateReplicates } from "../../src/bootstrap/degenerate.ts";
import { arrangePoints } from "../../src/bootstrap/population.ts";
import { groupsByRun } from "../../src/bootstrap/schemes.ts";
import { getForm } from "../../src/forms/registry.ts";
import { drawCounter, type WeighingDraw } from "../../src/solve/draw-resample.ts";
import type { Problem } from "../../src/solve/problem.ts";
import { terminations } from "../../src/solve/problem.ts";

/** Four runs of one point each: three at x = 1, one at x = 2. */
const problem: Problem = {
  form: getForm("linear"),
  variables: [Float64Array.of(1, 1, 1, 2)],
  response: Float64Array.of(1, 2, 3, 4),
  loss: { kind: "squared" },
  residual: "plain",
  key: "p",
};
const runs = ["a", "b", "c", "d"];
const points = arrangePoints(problem, { runs, runLengths: [1, 1, 1, 1] }, { name: "p", runs, strata: [4] });
const draw = groupsByRun(points) as WeighingDraw;
const resamples = 400;
const fine = new Int32Array(resamples).fill(terminations.indexOf("gradient"));

test("what was drawn decides", () => {
  const codes = degenerateReplicates(
    points,
    { population: "p", draw, drawsRuns: true },
    { termination: fine },
    3,
  );
  const count = drawCounter("p", draw, 3, 4);
  const counts = new Float64Array(4);
  const wanted = Array.from(codes, (_, i) => {
    count(i + 1, counts);
    if (counts.filter((one) => one > 0).length < 2) return "few-runs";
    // A line wants two different x; with the last run alone, or without it, there is one.
    return counts[3] === 0 || counts[3] === 4 ? "few-points" : undefined;
  });
  expect(
    Array.from(codes, (code) => (code === 0 ? undefined : ["few-runs", "few-points"][code - 1])),
  ).toEqual(wanted);
  expect(countReasons(codes)).toEqual(
    new Map(
      [...new Set(wanted)].flatMap((one) =>
        one ? [[one, wanted.filter((other) => other === one).length]] : [],
      ),
    ),
  );
  expect(new Set(wanted).size).toBe(3);
});

test("one value of an input is not enough, however many points there are", () => {
  const form = getForm("chinchilla");
  const sizes = [1, 1, 1, 1, 1, 1, 2];
  const tokens = [10, 20, 30, 40, 50, 60, 70];
  const law: Problem = {
    ...problem,
    form,
    variables: [Float64Array.from(sizes), Float64Array.from(tokens)],
    response: Float64Array.from(tokens),
  };
  const own = tokens.map(String);
  const all = arrangePoints(
    law,
    { runs: own, runLengths: own.map(() => 1) },
    { name: "p", runs: own, strata: [7] },
  );
  const drawn = groupsByRun(all) as WeighingDraw;
  const codes = degenerateReplicates(
    all,
    { population: "p", draw: drawn, drawsRuns: true },
    { termination: fine },
    0,
  );
  const count = drawCounter("p", drawn, 0, 7);
  const counts = new Float64Array(7);
  codes.forEach((code, i) => {
    count(i + 1, counts);
    const different = counts.filter((one) => one > 0).length;
    expect(code).toBe(different < 5 ? 2 : counts[6] === 0 ? 3 : 0);
  });
  expect([...countReasons(codes).keys()].sort()).toEqual(["few-points", "one-value"]);
});

test("where points are drawn one run is no reason; a form without a value is, whatever is drawn", () => {
  const inOne = arrangePoints(
    { ...problem, variables: [Float64Array.of(1, 2, 3, 4)] },
    { runs: ["a"], runLengths: [4] },
    { name: "p", runs: ["a"], strata: [1] },
  );
  const byRow: WeighingDraw = { kind: "groups", group: Int32Array.of(0, 1, 2, 3), strata: [4] };
  const termination = fine.slice(0, 20);
  termination[7] = terminations.indexOf("undefined");
  const codes = degenerateReplicates(
    inOne,
    { population: "p", draw: byRow, drawsRuns: false },
    { termination },
    1,
  );
  expect(countReasons(codes).get("few-runs")).toBeUndefined();
  expect(countReasons(codes).get("undefined")).toBe(1);
});

test("a run with enough different points tells enough by itself, if another run was drawn too", () => {
  const lengths = [5, 5, 1, 1];
  // The second run has five points at one x, the last two runs have one point each.
  const x = Float64Array.of(1, 2, 3, 4, 5, 6, 6, 6, 6, 6, 6, 6);
  const many: Problem = { ...problem, variables: [x], response: x.map((value) => 2 * value) };
  const all = arrangePoints(many, { runs, runLengths: lengths }, { name: "q", runs, strata: [4] });
  const drawn = groupsByRun(all) as WeighingDraw;
  const population = { population: "q", draw: drawn, drawsRuns: true };
  const codes = degenerateReplicates(all, population, { termination: fine }, 3);
  const count = drawCounter("q", drawn, 3, x.length);
  const counts = new Float64Array(x.length);
  const reasons = Array.from(codes, (_, i) => {
    count(i + 1, counts);
    const different = new Set(x.filter((_, q) => counts[q]! > 0));
    if ([0, 5, 10, 11].filter((q) => counts[q]! > 0).length < 2) return 1;
    return different.size < 2 ? 2 : 0;
  });
  expect([...codes]).toEqual(reasons);
  expect(new Set(reasons).size).toBe(3);
  // The draws of a population are kept: the same stage again has the same replicates.
  expect(degenerateReplicates(all, population, { termination: fine }, 3)).toEqual(codes);
});

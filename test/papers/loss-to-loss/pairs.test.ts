import { expect, test } from "vitest";
import type { FinalLoss } from "../../../src/papers/loss-to-loss/losses.ts";
import { type PairRule, pairOwn, pairRuns } from "../../../src/papers/loss-to-loss/pairs.ts";

const run = (name: string, n: number, d: number, value: number): FinalLoss => {
  return { run: name, size: { n, d, c: 6 * n * d }, value };
};
const names = (source: readonly FinalLoss[], destination: readonly FinalLoss[], rule: PairRule) => {
  const { pairs, alone } = pairRuns(source, destination, rule);
  return { pairs: pairs.map(({ x, y }) => `${x.run} ${y.run}`), alone };
};
const EXACT = { pairing: "size", pairTolerance: 0 } as const;

const source = [
  run("s1", 10, 100, 3),
  run("s2", 20, 100, 2.9),
  run("s3", 10, 200, 2.8),
  run("s4", 40, 50, 3.2),
];
const destination = [run("t1", 10, 100, 2), run("t2", 20, 100, 1.9), run("t3", 10, 201, 1.8)];

test("runs with the same parameters and tokens are a pair, the others are counted", () => {
  expect(names(source, destination, EXACT)).toEqual({
    pairs: ["s1 t1", "s2 t2"],
    alone: { source: 2, destination: 1 },
  });
});

test("within a tolerance the nearest is taken, and each run once", () => {
  const rule = { ...EXACT, pairTolerance: 0.01 };
  expect(names(source, destination, rule).pairs).toEqual(["s1 t1", "s2 t2", "s3 t3"]);
  const near = [run("far", 10, 101, 3), run("near", 10, 100.1, 3)];
  expect(names(near, [run("t", 10, 100, 2)], rule)).toEqual({
    pairs: ["near t"],
    alone: { source: 1, destination: 0 },
  });
  expect(names([run("one", 10, 100, 3)], [run("a", 10, 100, 2), run("b", 10, 100, 2)], rule)).toEqual({
    pairs: ["one a"],
    alone: { source: 0, destination: 1 },
  });
});

test("by tokens alone parameters may differ", () => {
  const other = [run("t", 999, 200, 2)];
  expect(names(source, other, EXACT).pairs).toEqual([]);
  expect(names(source, other, { ...EXACT, pairing: "tokens" }).pairs).toEqual(["s3 t"]);
});

test("by budget the runs of least loss are a pair", () => {
  // s2, s3 and s4 have one budget, s1 another that the destination has too.
  const others = [run("a", 4, 500, 1.5), run("b", 25, 80, 1.4), run("c", 5, 200, 1.6)];
  expect(names(source, others, { ...EXACT, pairing: "budget" })).toEqual({
    pairs: ["s3 b", "s1 c"],
    alone: { source: 0, destination: 0 },
  });
});

test("losses of the same run are a pair; runs that lack one are counted", () => {
  const { pairs, alone } = pairOwn(source, [run("s2", 20, 100, 5), run("x", 1, 1, 5)]);
  expect(pairs.map(({ x, y }) => [x.value, y.value])).toEqual([[2.9, 5]]);
  expect(alone).toEqual({ source: 3, destination: 1 });
});

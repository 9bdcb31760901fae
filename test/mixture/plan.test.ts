import { describe, expect, test } from "vitest";
import type { Target } from "../../src/methods/runs.ts";
import { type CheckedMixtures, planMixtures } from "../../src/mixture/spec.ts";
import { checkSpec } from "../../src/spec/spec.ts";

const target = (name: string, n: number, code?: number): Target => ({
  ...{ name, n, d: 1e12, c: 6e12 * n },
  ...(code !== undefined && {
    mix: new Map([
      ["general", 1 - code],
      ["code", code],
    ]),
  }),
});
const targets = [
  target("3B-0", 3e9, 0),
  target("3B-0.5", 3e9, 0.5),
  target("7B", 7e9, 0.3),
  target("70B", 7e10),
];
const plan = (given: CheckedMixtures) =>
  planMixtures(given, { sources: ["general", "code"], targets, tasks: ["arc", "race"] }, [0.9], "sweep.yaml");

test("targets that differ in their mixture alone are one size, the first of them", () => {
  expect(plan({}).sizes.map((size) => [size.target.name, size.baseline])).toEqual([
    ["3B-0", [1, 0]],
    ["7B", [0.7, 0.3]],
    ["70B", [0.5, 0.5]],
  ]);
});

test("named targets are each a size, in their order, with a common baseline where one is given", () => {
  const { sizes } = plan({ targets: ["7B", "3B-0.5"], baseline: { general: 0.9, code: 0.1 } });
  expect(sizes.map((size) => [size.target.name, size.baseline])).toEqual([
    ["7B", [0.9, 0.1]],
    ["3B-0.5", [0.9, 0.1]],
  ]);
});

test("tasks weigh alike, or as they are given", () => {
  expect([...plan({}).weights]).toEqual([
    ["arc", 1],
    ["race", 1],
  ]);
  expect([...plan({ weights: { race: 3 } }).weights]).toEqual([["race", 3]]);
});

describe("names that are not there are refused", () => {
  test.each<[CheckedMixtures, string]>([
    [{ targets: ["7"] }, '.targets: unknown target "7"; allowed: 3B-0, 3B-0.5, 7B, 70B'],
    [{ weights: { ark: 1 } }, '.weights: unknown task "ark"; allowed: arc, race; did you mean "arc"?'],
    [
      { baseline: { cod: 1 } },
      '.baseline: unknown source "cod"; allowed: general, code; did you mean "code"?',
    ],
  ])("%j", (given, message) => {
    expect(() => plan(given)).toThrow(`sweep.yaml: mixtures${message}`);
  });
});

test.each<[unknown, string]>([
  [
    { bound: {} },
    'mixtures: unknown key "bound"; allowed: source, bounds, step, baseline, weights, targets; did you mean "bounds"?',
  ],
  [
    { bounds: { code: [0.5, 0.2] } },
    "mixtures.bounds.code: [0.5,0.2]; allowed: a mapping of sources to [least, largest] share, 0 <= least < largest <= 1",
  ],
  [{ bounds: { code: [0, 50] } }, "mixtures.bounds.code.1: 50; allowed: a mapping of sources"],
  [{ step: 0 }, "mixtures.step: 0; allowed: a number from 0.0001 to 0.5"],
  [
    { weights: { arc: 0 } },
    'mixtures.weights: {"arc":0}; allowed: a mapping of tasks to numbers >= 0, one of them > 0',
  ],
  [{ weights: { arc: -1 } }, "mixtures.weights.arc: -1; allowed: a mapping of tasks to numbers >= 0"],
  [{ targets: [] }, "mixtures.targets: []; allowed: a list of names of targets"],
  [
    3,
    "mixtures: 3; allowed: a mapping of keys (source, bounds, step, baseline, weights, targets); {} for the defaults",
  ],
])("%j is refused in words", (mixtures, message) => {
  expect(() => checkSpec({ mixtures }, "sweep.yaml")).toThrow(`sweep.yaml: ${message}`);
});

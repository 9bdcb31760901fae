import { expect, test } from "vitest";
import { schemes } from "../../src/bootstrap/schemes.ts";
import { bootstrapKeys } from "../../src/bootstrap/spec.ts";
import { intervalKinds } from "../../src/intervals/kinds.ts";
import { resolveSweep } from "../../src/spec/resolve.ts";
import { checkSpec } from "../../src/spec/spec.ts";

const check = (bootstrap: unknown) => checkSpec({ preset: "ladder", table: "t", bootstrap }, "f.yaml");

test("defaults are filled in, and the spec says so", () => {
  const { bootstrap, spec } = resolveSweep(check({}), "f.yaml");
  expect(bootstrap).toMatchObject({
    resamples: 1000,
    blockLength: 5,
    freshStarts: "auto",
    levels: [0.9],
    draws: false,
  });
  expect(bootstrap!.scheme.name).toBe("run");
  expect(bootstrap!.intervals.map(({ name }) => name)).toEqual(["pooled"]);
  expect(spec.bootstrap).toEqual({
    resamples: 1000,
    scheme: "run",
    block_length: 5,
    fresh_starts: "auto",
    levels: [0.9],
    intervals: ["pooled"],
    purposes: ["curve"],
    draws: false,
  });
});

test("one level and one kind need no list; without the key nothing is resampled", () => {
  const { bootstrap } = resolveSweep(check({ levels: 0.5, intervals: "bca" }), "f.yaml");
  expect(bootstrap!.levels).toEqual([0.5]);
  expect(bootstrap!.intervals.map(({ name }) => name)).toEqual(["bca"]);
  expect(resolveSweep(check(undefined), "f.yaml").bootstrap).toBeUndefined();
});

test.each<[string, unknown, string]>([
  [
    "a scheme",
    { scheme: "runs" },
    `bootstrap.scheme: "runs"; allowed: ${[...schemes.keys()].join(", ")}; did you mean "run"?`,
  ],
  [
    "a level",
    { levels: [0.9, 1] },
    "bootstrap.levels.1: 1; allowed: a number above 0 and below 1, or a list of different ones",
  ],
  ["a level twice", { levels: [0.9, 0.9] }, "bootstrap.levels: [0.9,0.9]; allowed: a number above 0"],
  [
    "a kind",
    { intervals: "conformal" },
    `bootstrap.intervals: "conformal"; allowed: ${[...intervalKinds.keys()].join(", ")}`,
  ],
  [
    "questions",
    { questions: { t: -1 } },
    "bootstrap.questions.t: -1; allowed: a number > 0, or a mapping of tasks to such numbers",
  ],
  ["resamples", { resamples: 1 }, "bootstrap.resamples: 1; allowed: a whole number from 2 to 10000000"],
  [
    "a key",
    { resample: 5 },
    `bootstrap: unknown key "resample"; allowed: ${Object.keys(bootstrapKeys).join(", ")}; did you mean "resamples"?`,
  ],
  [
    "no mapping",
    true,
    "bootstrap: true; allowed: a mapping of keys (resamples, scheme, cluster, block_length",
  ],
])("%s that is not allowed is refused with what is", (_, bootstrap, message) => {
  expect(() => check(bootstrap)).toThrow(`f.yaml: ${message}`);
});

import { describe, expect, test } from "vitest";
import { bestMixture } from "../../src/mixture/best.ts";
import { baselineOf, gridOfTwo, mixtureSpace, slicesOf } from "../../src/mixture/space.ts";
import type { CheckedMixtures } from "../../src/mixture/spec.ts";
import { readMixture } from "../../src/plan/selection.ts";

const TWO = ["general", "code"];
const THREE = ["web", "code", "maths"];
const spaceOf = (given: CheckedMixtures, sources = TWO) =>
  mixtureSpace(given, sources, "sweep.yaml: mixtures");
/** Shares of the second source on the grid. */
const second = (given: CheckedMixtures) => gridOfTwo(spaceOf(given)).map(([, share]) => share);

describe("the mixtures of two sources", () => {
  test("by default are 51, the second source from 0 to 0.5", () => {
    const grid = gridOfTwo(spaceOf({}));
    expect(grid).toHaveLength(51);
    expect(grid[0]).toEqual([1, 0]);
    expect(grid[30]).toEqual([0.7, 0.3]);
    expect(grid[50]).toEqual([0.5, 0.5]);
  });

  test("a step that does not divide the range still reaches its end", () => {
    expect(second({ step: 0.2 })).toEqual([0, 0.2, 0.4, 0.5]);
  });

  test("bounds of either source, or of both, narrow the range", () => {
    expect(second({ bounds: { code: [0.3, 0.6] }, step: 0.1 })).toEqual([0.3, 0.4, 0.5, 0.6]);
    const bounds: CheckedMixtures["bounds"] = { general: [0.75, 1] };
    expect(second({ bounds, step: 0.1 })).toEqual([0, 0.1, 0.2, 0.25]);
    expect(second({ bounds: { ...bounds, code: [0.1, 1] }, step: 0.1 })).toEqual([0.1, 0.2, 0.25]);
  });

  test("the source that is varied may be the first one", () => {
    const grid = gridOfTwo(spaceOf({ source: "general", step: 0.25 }));
    expect(grid).toEqual([
      [0, 1],
      [0.25, 0.75],
      [0.5, 0.5],
    ]);
  });
});

describe("bounds", () => {
  test("that sum to 1 but for rounding hold a mixture", () => {
    expect(0.7 + 0.2 + 0.1).toBeLessThan(1);
    const bounds: CheckedMixtures["bounds"] = { web: [0, 0.7], code: [0, 0.2], maths: [0, 0.1] };
    const space = spaceOf({ bounds }, THREE);
    const best = bestMixture(space, ([web]) => -web!, 1)!;
    expect(best.shares).toEqual([0.7, 0.2, 0.1]);
  });

  test.each<[CheckedMixtures, string]>([
    [
      { bounds: { general: [0.6, 1], code: [0.5, 1] } },
      ".bounds: the least shares sum to 1.1, the largest to 2; allowed: bounds that hold shares which sum to 1",
    ],
    [
      { bounds: { general: [0, 0.3], code: [0, 0.4] } },
      ".bounds: the least shares sum to 0, the largest to 0.7; allowed: bounds that hold shares which sum to 1",
    ],
    [{ bounds: { cod: [0, 1] } }, ': unknown source "cod"; allowed: general, code; did you mean "code"?'],
    [{ source: "genral" }, ': unknown source "genral"; allowed: general, code; did you mean "general"?'],
  ])("%j are refused", (given, message) => {
    expect(() => spaceOf(given)).toThrow(`sweep.yaml: mixtures${message}`);
  });
});

test("there is nothing to mix of one source or none", () => {
  expect(() => spaceOf({}, ["web"])).toThrow(
    "sweep.yaml: mixtures: the table has web alone; allowed: a table with the shares of two sources or more",
  );
  expect(() => spaceOf({}, [])).toThrow("sweep.yaml: mixtures: the table has no column mix.<source>;");
});

test("of more than two sources all are varied: naming one is refused", () => {
  expect(() => spaceOf({ source: "code" }, THREE)).toThrow(
    'sweep.yaml: mixtures.source: "code"; not allowed: of more than two sources all are varied',
  );
  expect(spaceOf({}, THREE)).toMatchObject({ lower: [0, 0, 0], upper: [1, 1, 1] });
});

describe("the baseline", () => {
  const target = { name: "7B", n: 7e9, d: 1e12, c: 4e22 };
  const mix = new Map([
    ["general", 0.7],
    ["code", 0.3],
  ]);

  test("is the one given, the target's own, or equal shares", () => {
    const baseline = (given: CheckedMixtures["baseline"], own = {}) =>
      baselineOf(given, { ...target, ...own }, TWO, "mixtures");
    expect(baseline({ general: 0.9, code: 0.1 }, { mix })).toEqual([0.9, 0.1]);
    expect(baseline(undefined, { mix })).toEqual([0.7, 0.3]);
    expect(baseline(undefined)).toEqual([0.5, 0.5]);
    expect(baseline({ code: 1 })).toEqual([0, 1]);
  });

  test("that is no mixture is refused", () => {
    expect(() => baselineOf({ general: 0.9, code: 0.2 }, target, TWO, "sweep.yaml: mixtures")).toThrow(
      "sweep.yaml: mixtures.baseline: the shares of general, code sum to 1.1; allowed: shares that sum to 1",
    );
    expect(() => readMixture({ code: 1 }, [], "here")).toThrow(
      'here: unknown source "code"; allowed: none, the table has no column mix.<source>',
    );
  });
});

test("of three sources there is a curve for each, the others in their proportion", () => {
  const slices = slicesOf(spaceOf({ step: 0.05 }, THREE), [0.5, 0.3, 0.2]);
  expect(slices.map(({ source }) => source)).toEqual([0, 1, 2]);
  expect(slices[0]!.mixtures.map(([web]) => web)).toEqual([0, 0.25, 0.5, 0.75, 1]);
  const [web, code, maths] = slices[0]!.mixtures[3]!;
  expect(web).toBe(0.75);
  expect(code).toBeCloseTo(0.15, 12);
  expect(maths).toBeCloseTo(0.1, 12);
});

import { describe, expect, test } from "vitest";
import type { AxisInfo, AxisValue } from "../../src/methods/axis.ts";
import type { Configuration } from "../../src/methods/method.ts";
import type { Cell } from "../../src/plan/plan-sweep.ts";
import { choiceEffects, type HeldOut, heldOut } from "../../src/ranking/choice-effects.ts";
import { configurationNamed } from "../backtest/made-up.ts";

const axis = (name: string, usual: AxisValue): AxisInfo => {
  return { name, description: "", type: "string", allowed: "", default: usual };
};
const AXES = [axis("link", "sigmoid"), axis("anchor", "true")];

function configuration(link: string, anchor = "true"): Configuration {
  const values = new Map([
    ["link", link],
    ["anchor", anchor],
  ]);
  return { ...configurationNamed(link), values };
}

const cellOf = (own: Configuration, task: string): Cell => {
  return { id: 0, task, configuration: own, plan: own.plan({} as never), keys: [] };
};

/** Outcomes of a configuration: relative errors by task, run and cut. */
function outcomes(
  own: Configuration,
  errors: readonly (readonly [task: string, run: string, cut: number, error: number])[],
): HeldOut[] {
  const cells = new Map<string, Cell>();
  return errors.flatMap(([task, target, cut, error]) => {
    const cell = cells.get(task) ?? cellOf(own, task);
    cells.set(task, cell);
    return heldOut({ cell, target, predicted: 1 + error, actual: 1 }, cut);
  });
}

/** The effects of outcomes at 95 %. */
const effectsOf = (all: readonly HeldOut[]) =>
  choiceEffects(AXES, [...new Set(all.map(({ cell }) => cell))], all, 0.95);

/** Errors of four runs of a task, all from one cut. */
const four = (errors: readonly number[]) => errors.map((error, i) => ["t", `r${i}`, 1, error] as const);

const sigmoid = configuration("sigmoid");

describe("the effect of a choice on held-out runs", () => {
  test("is the mean of the paired shifts, with Student's interval over runs", () => {
    // Shifts (b - a)/(b + a): 0.5, 1/3, 0.2, 0.6 around a mean of 0.40833; their variance is 0.031389.
    const all = [
      ...outcomes(sigmoid, four([0.1, 0.1, 0.1, 0.1])),
      ...outcomes(configuration("linear"), four([0.3, 0.2, 0.15, -0.4])),
    ];
    const [effect] = effectsOf(all);
    expect(effect).toMatchObject({ axis: "link", value: "linear", reference: "sigmoid", rank: 1 });
    expect(effect).toMatchObject({
      pairs: 4,
      runs: 4,
      tasks: 1,
      cuts: 1,
      wins: 0,
      losses: 4,
      verdict: "worse",
    });
    expect(effect!.diffAbsRelError).toBeCloseTo(0.2625 - 0.1, 12);
    expect(effect!.shift).toBeCloseTo((0.5 + 1 / 3 + 0.2 + 0.6) / 4, 12);
    expect(effect!.standardError).toBeCloseTo(Math.sqrt(0.0313889 / 4), 6);
    // Student's t of 3 degrees of freedom: 3.18245.
    expect(effect!.lower).toBeCloseTo(0.408333 - 3.182446 * 0.0885845, 5);
  });

  test("has the interval of runs where each is predicted from several cuts: they add no runs", () => {
    const errors = [0.3, 0.2, 0.15, -0.4];
    const twice = (values: readonly number[]) =>
      [1, 2].flatMap((cut) => values.map((error, i) => ["t", `r${i}`, cut, error] as const));
    const once = effectsOf([
      ...outcomes(sigmoid, four([0.1, 0.1, 0.1, 0.1])),
      ...outcomes(configuration("linear"), four(errors)),
    ]);
    const [effect] = effectsOf([
      ...outcomes(sigmoid, twice([0.1, 0.1, 0.1, 0.1])),
      ...outcomes(configuration("linear"), twice(errors)),
    ]);
    expect(effect).toMatchObject({ pairs: 8, runs: 4, cuts: 2 });
    expect(effect!.standardError).toBeCloseTo(once[0]!.standardError, 12);
  });

  test("has an interval within -1 and 1, where shifts lie, however few the runs", () => {
    const [effect] = effectsOf([
      ...outcomes(sigmoid, four([0.1, 0.1, 0.1])),
      ...outcomes(configuration("linear"), four([10, 10, 0.01])),
    ]);
    expect(effect).toMatchObject({ lower: -1, upper: 1, lowerAll: -1, upperAll: 1, verdict: "within noise" });
  });

  test("counts the choices: what one choice alone would show is noise among several", () => {
    const base = outcomes(sigmoid, four([0.1, 0.1, 0.1, 0.1]));
    const linear = outcomes(configuration("linear"), four([0.3, 0.2, 0.15, -0.4]));
    const others = ["b", "c", "d", "e"].flatMap((link) =>
      outcomes(configuration(link), four([0.11, 0.09, 0.1, 0.12])),
    );
    const alone = effectsOf([...base, ...linear]).find(({ value }) => value === "linear")!;
    const among = effectsOf([...base, ...linear, ...others]).find(({ value }) => value === "linear")!;
    expect(alone).toMatchObject({ choices: 1, verdict: "worse" });
    expect(among).toMatchObject({ choices: 5, verdict: "within noise" });
    expect(among.lower).toBeCloseTo(alone.lower, 12);
    expect(among.lowerAll).toBeLessThan(0);
  });

  test("is mixed where most errors are smaller and a few are so large that the mean is too", () => {
    const errors = [0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 2];
    const [effect] = effectsOf([
      ...outcomes(sigmoid, four(errors.map(() => 0.1))),
      ...outcomes(configuration("linear"), four(errors)),
    ]);
    expect(effect!.shift).toBeLessThan(-0.5);
    expect(effect).toMatchObject({ verdict: "mixed", wins: 9, losses: 1 });
  });

  test("has no rank and no interval where it changes nothing, is tried on too few runs, or has no pair", () => {
    const [idle] = effectsOf([
      ...outcomes(sigmoid, four([0.1, 0.2, 0.1, 0.1])),
      ...outcomes(configuration("linear"), four([0.1, 0.2, 0.1, 0.1])),
    ]);
    expect(idle).toMatchObject({ verdict: "idle", rank: undefined, ties: 4, standardError: Number.NaN });
    const [few] = effectsOf([
      ...outcomes(sigmoid, four([0.1, 0.2])),
      ...outcomes(configuration("linear"), four([0.3, 0.4])),
    ]);
    expect(few).toMatchObject({ verdict: "too few", rank: undefined, pairs: 2, upper: Number.NaN });
    // Both axes differ at once.
    const none = effectsOf([
      ...outcomes(sigmoid, four([0.1, 0.2, 0.1, 0.1])),
      ...outcomes(configuration("linear", "false"), four([0.3, 0.4, 0.3, 0.3])),
    ]);
    expect(none.map(({ verdict, rank }) => [verdict, rank])).toEqual([
      ["nothing to compare", undefined],
      ["nothing to compare", undefined],
    ]);
  });

  test("leaves out pairs of which one is not determined, and counts them", () => {
    const base = outcomes(sigmoid, four([0.1, 0.1, 0.1, 0.1]));
    const linear = outcomes(configuration("linear"), four([0.3, 0.2, 0.15, 9]));
    linear[3]!.determined = false;
    expect(effectsOf([...base, ...linear])[0]).toMatchObject({ pairs: 3, leftOut: 1, runs: 3 });
  });
});

import { describe, expect, test } from "vitest";
import {
  RepeatedSelection,
  type SelectedPrediction,
} from "../../../src/results/analysis/repeated-selection.ts";
import { cellDraws } from "./draws-made.ts";
import { configurationOf } from "./hand-made.ts";

const steady = configurationOf({ link: "steady" });
const lucky = configurationOf({ link: "lucky" });
const count = 100;
const all = <Value>(value: (i: number) => Value): Value[] =>
  Array.from({ length: count }, (_, i) => value(i));

function rowsOf(found: ReturnType<RepeatedSelection["finish"]>): SelectedPrediction[] {
  if ("reason" in found) throw new Error(found.reason);
  return found;
}

describe("the headline's interval with the choice repeated", () => {
  test("holds what the other configuration says where the choice is a toss", () => {
    const selection = new RepeatedSelection([0.9], 1000);
    // Best on the data by a hair; on half of the replicates the other one is better.
    selection.add(...cellDraws(lucky, "t", { big: { error: 0.1, errors: all((i) => (i % 2 ? 0.1 : 0.5)) } }));
    selection.add(...cellDraws(steady, "t", { big: { error: -0.2, errors: all(() => -0.2) } }));
    const [row] = rowsOf(selection.finish());
    expect(row).toMatchObject({ configuration: lucky, chosenAgain: 0.5, configurationsChosen: 2 });
    expect([row!.fixed.lower, row!.fixed.upper]).toEqual([2.1, 2.5]);
    expect([row!.repeated.lower, row!.repeated.upper]).toEqual([1.8, 2.1]);
  });

  test("is that of the configuration where it always wins, over all tasks together", () => {
    const selection = new RepeatedSelection([0.5, 0.9], 1000);
    for (const task of ["t", "u"]) {
      selection.add(...cellDraws(steady, task, { big: { error: 0.1, errors: all((i) => 0.1 + i / 1e4) } }));
      // Better on one task, far worse on the other.
      const error = task === "t" ? 0.05 : 0.9;
      selection.add(...cellDraws(lucky, task, { big: { error, errors: all(() => error) } }));
    }
    const rows = rowsOf(selection.finish());
    expect(rows).toHaveLength(4);
    for (const { configuration, fixed, repeated, chosenAgain } of rows) {
      expect(configuration).toBe(steady);
      expect(chosenAgain).toBe(1);
      expect(repeated).toEqual(fixed);
    }
  });

  test("a configuration that predicts less is no rival, a replicate without a mean has no choice", () => {
    const selection = new RepeatedSelection([0.9], 1000);
    const own = { big: { error: 0.1, errors: all(() => 0.1) } };
    selection.add(...cellDraws(steady, "t", { ...own, small: own.big }));
    const gap = all((i) => (i < 10 ? Number.NaN : 0.3));
    selection.add(
      ...cellDraws(lucky, "t", { big: { error: 0.3, errors: gap }, small: { error: 0.3, errors: gap } }),
    );
    selection.add(
      ...cellDraws(configurationOf({ link: "less" }), "t", { big: { error: 0.01, errors: all(() => 0.01) } }),
    );
    const rows = rowsOf(selection.finish());
    expect(rows.map(({ configuration }) => configuration)).toEqual([steady, steady]);
  });

  test("losses and scores are no rivals: the choice is among what the first configuration predicts", () => {
    const selection = new RepeatedSelection([0.9], 1000);
    const own = (error: number) => ({ big: { error, errors: all(() => error) } });
    selection.add(...cellDraws(steady, "t", own(0.3)));
    // Nearer, and of more tasks, but of losses.
    const loss = configurationOf({ link: "none" }, "loss");
    for (const domain of ["web", "code"]) selection.add(...cellDraws(loss, domain, own(0.01)));
    expect(selection.finish()).toEqual({
      reason: "there is nothing to choose: one configuration predicts all",
    });
    selection.add(...cellDraws(lucky, "t", own(0.1)));
    const [row, ...others] = rowsOf(selection.finish());
    expect(others).toEqual([]);
    expect(row).toMatchObject({ configuration: lucky, task: "t", configurationsChosen: 1, chosenAgain: 1 });
  });

  test("too many draws are not kept, and that is said", () => {
    const selection = new RepeatedSelection([0.9], 8_000_001);
    const own = { big: { error: 0.1, errors: all(() => 0.1) } };
    selection.add(...cellDraws(steady, "t", own));
    selection.add(...cellDraws(lucky, "t", own));
    expect(selection.finish()).toEqual({
      reason: "more than 8 million draws; take fewer configurations, tasks or resamples",
    });
  });

  test("with one configuration there is nothing to choose", () => {
    const selection = new RepeatedSelection([0.9], 1000);
    selection.add(...cellDraws(steady, "t", { big: { error: 0.1, errors: all(() => 0.1) } }));
    expect(selection.finish()).toEqual({
      reason: "there is nothing to choose: one configuration predicts all",
    });
  });
});

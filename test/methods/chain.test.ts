import { describe, expect, test } from "vitest";
import type { Plan, SolutionRows } from "../../src/methods/method.ts";
import { randomStream } from "../../src/random.ts";
import { planLadder } from "../papers/ladder/plan.ts";
import { smallLadder, TRUE_LAW, TRUE_LINK } from "./tables.ts";

const REPLICATES = 500;
const stream = randomStream("replicates");

/** Replicates about some parameters, of which every eleventh is degenerate from a first one on. */
function replicatesOf(middle: readonly number[], firstDegenerate: number): SolutionRows {
  const width = middle.length;
  return {
    width,
    isHeld: false,
    parameters: Float64Array.from(
      { length: REPLICATES * width },
      (_, i) => middle[i % width]! * stream.uniform(0.9, 1.1),
    ),
    degenerate: Uint8Array.from({ length: REPLICATES }, (_, i) => (i % 11 === firstDegenerate ? 3 : 0)),
  };
}

function held(parameters: readonly number[]): SolutionRows {
  const { length: width } = parameters;
  return { width, isHeld: true, parameters: Float64Array.from(parameters), degenerate: new Uint8Array(0) };
}

/** What the plan predicts of one replicate after the other; NaN where a stage has none. */
function eachByItself(
  plan: Plan,
  stages: readonly (SolutionRows | undefined)[],
  shifts?: readonly (Float64Array | undefined)[],
) {
  return Array.from({ length: REPLICATES }, (_, i) => {
    const parameters = stages.map((stage) => {
      if (stage === undefined || stage.isHeld) return stage?.parameters;
      const row = stage.parameters.subarray(i * stage.width, (i + 1) * stage.width);
      return stage.degenerate[i] === 0 ? row : undefined;
    });
    return plan.predict(
      parameters,
      shifts?.map((shift) => shift?.[i] ?? 0),
    );
  });
}

const law = replicatesOf(TRUE_LAW, 2);
const link = replicatesOf(TRUE_LINK, 5);
const single = replicatesOf([...TRUE_LAW.slice(0, 4), 0.3, 0.4, 0.9], 1);
const noise = () => Float64Array.from({ length: REPLICATES }, () => 0.1 * stream.normal());
const chained = planLadder(smallLadder());

/** Two groups of questions, a quarter and three quarters of them. */
const ofGroups = planLadder(
  smallLadder().map((row) => {
    const { accuracy } = row.metrics as { accuracy: number };
    const groups = { group1_accuracy: accuracy, group2_accuracy: accuracy };
    return { ...row, metrics: { ...row.metrics, ...groups, group1_questions: 1, group2_questions: 3 } };
  }),
  { question_groups: "sum" },
);
const otherLink = replicatesOf([-0.5, 0.7, 8, 0.9], 7);

/** Runs and their target without a loss: the link alone predicts nothing. */
const withoutLoss = planLadder(
  smallLadder().map((row) => {
    const { accuracy } = row.metrics as { accuracy: number };
    return row.role === "target" ? { ...row, metrics: { accuracy } } : row;
  }),
);

describe("many replicates are predicted as one after the other, to the last bit", () => {
  test.each<[string, Plan, (SolutionRows | undefined)[], (Float64Array | undefined)[]?]>([
    ["two steps", chained, [law, link]],
    ["two steps with noise of both", chained, [law, link], [noise(), noise()]],
    ["two steps with noise of one", chained, [law, link], [undefined, noise()]],
    ["a law that no resample changes", chained, [held(TRUE_LAW), link]],
    ["a link that no resample changes", chained, [law, held(TRUE_LINK)]],
    ["a link that no resample changes, with noise", chained, [law, held(TRUE_LINK)], [noise(), noise()]],
    ["a sum of two links", ofGroups, [law, link, otherLink]],
    ["a sum of two links, of which one is held", ofGroups, [law, held(TRUE_LINK), otherLink]],
    ["a sum of two links with noise of all", ofGroups, [law, link, otherLink], [noise(), noise(), noise()]],
    ["a sum of two links, of which one has no solutions", ofGroups, [law, link, undefined]],
    ["targets without a measured feature", withoutLoss, [law, link]],
    ["a stage without solutions", chained, [law, undefined]],
    ["a single step", planLadder(smallLadder(), { feature: "none" }), [single]],
    ["a single step with noise", planLadder(smallLadder(), { feature: "none" }), [single], [noise()]],
  ])("%s", (_, plan, stages, shifts) => {
    const expected = eachByItself(plan, stages, shifts);
    const columns = plan.predictMany!(stages, REPLICATES, shifts);
    const targets = new Set(expected.flatMap((predictions) => predictions.map(({ target }) => target)));
    expect(columns.map(({ target }) => target)).toEqual([...targets]);
    for (const { target, ...quantities } of columns) {
      for (const [name, values] of Object.entries(quantities)) {
        const of = expected.map((predictions) =>
          predictions.find((prediction) => prediction.target === target),
        );
        expect([...values], name).toEqual(
          of.map((prediction) => prediction?.[name as "predicted"] ?? Number.NaN),
        );
      }
    }
  });

  test("cells that share replicates of a law share what it predicts", () => {
    const [first] = chained.predictMany!([held(TRUE_LAW), held(TRUE_LINK)], REPLICATES);
    expect(new Set(first!.predicted).size).toBe(1);
    const stage = replicatesOf(TRUE_LAW, 20);
    const others = [held(TRUE_LINK), replicatesOf(TRUE_LINK, 20)];
    const features = others.map(
      (other) => chained.predictMany!([stage, other], REPLICATES)[0]!.featurePredicted,
    );
    expect(features[1]).toBe(features[0]);
  });
});

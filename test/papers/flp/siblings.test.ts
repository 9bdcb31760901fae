import { expect, test } from "vitest";
import { flp } from "../../../src/papers/flp/flp.ts";
import { planTask, posed, reasonOf } from "../../methods/plan-task.ts";
import type { Row } from "../../methods/tables.ts";

/** Checkpoints with this loss and score of a run of size n. */
function run(
  name: string,
  n: number,
  points: readonly (readonly [loss: number, score: number])[],
  more: Partial<Row> = {},
): Row[] {
  return points.flatMap(([loss, accuracy], i): Row[] => {
    const size = { run: name, n, d: i + 1, ...more };
    return [
      { ...size, metrics: { accuracy, chance: 0 } },
      { ...size, subject: "web", metrics: { loss } },
    ];
  });
}

const target = { role: "target" } as const;
// The fit runs do no better than chance.
const rows: Row[] = [
  ...run("fit1", 10, [[5, 0.01]]),
  ...run("fit2", 20, [[4.5, 0.02]]),
  ...run(
    "small",
    100,
    [
      [3, 0.3],
      [2.9, 0.35],
    ],
    { ...target, phase: "early" },
  ),
  ...run(
    "small",
    100,
    [
      [9, 0.1],
      [9, 0.1],
      [2.5, 0.5],
    ],
    target,
  ).filter(({ d }) => d === 3),
  ...run(
    "middle",
    200,
    [
      [2.4, 0.55],
      [2.2, 0.6],
    ],
    target,
  ),
  ...run("big", 300, [[2, 0.7]], target),
];

const plan = (axes: Record<string, unknown> = { stage2_runs: "siblings" }) => planTask(flp, rows, axes);

test("siblings: step 2 of each target is fitted on the checkpoints of smaller targets, early ones too", () => {
  const [step1, ...links] = plan().stages;
  expect(posed(step1).runs).toEqual(["fit1", "fit2"]);
  expect(links.map(({ name, target }) => [name, target])).toEqual([
    ["step2", "small"],
    ["step2", "middle"],
    ["step2", "big"],
  ]);
  expect(reasonOf(links[0])).toBe("no target is smaller than small");
  const points = links.slice(1).map((stage) => {
    const { problem, runs } = posed(stage);
    return [runs, [...problem.variables[0]!], [...problem.response]];
  });
  expect(points).toEqual([
    [["small"], [3, 2.9, 2.5], [0.3, 0.35, 0.5]],
    [
      ["small", "middle"],
      [3, 2.9, 2.5, 2.4, 2.2],
      [0.3, 0.35, 0.5, 0.55, 0.6],
    ],
  ]);
});

test("siblings: each target is predicted by its own step 2, one without is left out", () => {
  const { predict, at } = plan();
  const law = Float64Array.of(Math.log(2), 0);
  const predictions = predict([law, undefined, Float64Array.of(1, -0.1), Float64Array.of(1, -0.2)]);
  expect(predictions.map(({ target, predicted }) => [target, predicted])).toEqual([
    ["middle", expect.closeTo(0.8, 12)],
    ["big", expect.closeTo(0.6, 12)],
  ]);
  // A size of its own has no siblings.
  expect(at!([law, undefined, Float64Array.of(1, -0.1), undefined], { n: 1, d: 1, c: 1 })).toBeNaN();
});

test("a sibling's checkpoint that was evaluated twice, early and in the main series, is one point", () => {
  const twice = [
    ...rows,
    ...run(
      "small",
      100,
      [
        [9, 0.9],
        [9, 0.9],
        [2.5, 0.5],
      ],
      { ...target, phase: "early" },
    ).slice(4),
  ];
  const [, , middle] = planTask(flp, twice, { stage2_runs: "siblings", improvement: "none" }).stages;
  expect([...posed(middle).problem.response]).toEqual([0.3, 0.35, 0.5]);
});

test("where the smaller targets have no score the reason says whose", () => {
  const bare = rows.map(({ metrics, ...row }) => {
    const { accuracy: _, ...others } = metrics;
    return { ...row, metrics: row.run === "small" ? others : metrics };
  });
  expect(reasonOf(planTask(flp, bare, { stage2_runs: "siblings" }).stages[2])).toBe(
    "no checkpoint of a target smaller than middle has accuracy of t and loss of web",
  );
});

test("the fit runs, by default: none of theirs has emerged", () => {
  expect(reasonOf(plan({}).stages[1])).toContain("the best of 2 has 0.02");
});

import { describe, expect, test } from "vitest";
import { finalPart, finalWindowWarnings } from "../../src/methods/final-window.ts";
import { indexRuns } from "../../src/methods/runs.ts";
import { ladder } from "../../src/papers/ladder/ladder.ts";
import { context } from "./context.ts";
import { planTask, posed } from "./plan-task.ts";
import { type Row, tableOfRows } from "./tables.ts";

/** A run of that many checkpoints, equally far apart; its loss is 3, 2 at the last one. */
function run(name: string, checkpoints: number, given: Partial<Row> = {}): Row[] {
  return Array.from({ length: checkpoints }, (_, i) => {
    const loss = i === checkpoints - 1 ? 2 : 3;
    return { run: name, d: (1000 * (i + 1)) / checkpoints, metrics: { loss, accuracy: 0.5 }, ...given };
  });
}

const table = tableOfRows(run("a", 50));
const measured = { rows: Uint32Array.from({ length: 50 }, (_, i) => i), values: new Float64Array(50) };

test.each([
  [5, 5],
  [99, 50],
  [0.1, 6],
  [0.02, 2],
  [0.019, 1],
  [0.5, 26],
])("window %f of 50 checkpoints takes the last %i", (window, count) => {
  const { rows } = finalPart(measured, window, table);
  expect(rows).toHaveLength(count);
  expect(rows.at(-1)).toBe(49);
});

test("a run's final value is the mean over a share of its training, however many checkpoints it has", () => {
  const rows = [...run("a", 10, { n: 1 }), ...run("b", 20, { n: 2 }), ...run("c", 100, { n: 3 })];
  const finals = (axes: Record<string, unknown>) => [
    ...posed(planTask(ladder, rows, axes).stages[0]).problem.response,
  ];
  expect(finals({ final_window: 5 })).toEqual([2.8, 2.8, 2.8]);
  expect(finals({ final_share: 0.1 }).map((value) => 3 - value)).toEqual(
    [1 / 2, 1 / 3, 1 / 11].map((x) => expect.closeTo(x, 12)),
  );
  expect(finals({ final_share: 0.001 })).toEqual([2, 2, 2]);
});

describe("a window that spans more of the runs' training than of the targets'", () => {
  function warningsOf(axes: Record<string, unknown>, target: Row[]): string[] {
    const index = indexRuns(tableOfRows([...run("a", 20), ...run("b", 200, { n: 200 }), ...target]));
    const targets = [
      ...index.targets,
      ...(target.length === 0 ? [{ name: "7B", n: 7e9, d: 1e12, c: 1 }] : []),
    ];
    const [configuration] = ladder.configurations(axes, context, "axes");
    configuration!.plan({ index, task: "t", targets });
    return finalWindowWarnings(index, targets);
  }
  const targetOf = (checkpoints: number) => run("t", checkpoints, { role: "target", n: 1000 });

  test("is warned of, with the run that it spans most of", () => {
    expect(warningsOf({ final_window: 5 }, targetOf(200))).toEqual([
      "final_window 5: the mean is over more than 5 % of training in 1 of 2 runs (a: 20 %), and over 2 % in target t: the runs' losses are those of " +
        "an earlier time, and intervals of the law hold less than they promise (docs/coverage.md); take a smaller share of training, such as final_share: 0.02",
    ]);
    expect(warningsOf({ final_share: 0.1 }, targetOf(1))[0]).toContain(
      "final_share 0.1: the mean is over more than 5 %",
    );
  });

  test("a target that was not measured is predicted at its end", () => {
    expect(warningsOf({ final_window: 5 }, [])[0]).toContain("and over the end of target 7B:");
  });

  test("not where the target's is as wide, nor where it is narrow in the runs", () => {
    expect(warningsOf({ final_window: 5 }, targetOf(20))).toEqual([]);
    expect(warningsOf({ final_window: 1 }, targetOf(200))).toEqual([]);
    expect(warningsOf({ final_share: 0.02 }, targetOf(1))).toEqual([]);
  });
});

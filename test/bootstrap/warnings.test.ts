import { expect, test } from "vitest";
import { drawDataSet } from "../../bench/coverage/data-set.ts";
import { planOf } from "../../bench/coverage/data-set-plan.ts";
import { getScenario } from "../../bench/coverage/scenarios.ts";
import { fitStage, resampleFitted } from "../../bench/coverage/study-stage.ts";
import { getScheme } from "../../src/bootstrap/schemes.ts";
import { bootstrapSchema, resolveBootstrap } from "../../src/bootstrap/spec.ts";
import { bootstrapWarnings, farTargetWarning } from "../../src/bootstrap/warnings.ts";
import { summariseReplicates } from "../../src/results/bootstrap-table.ts";
import { openBackend } from "../../src/solve/backends.ts";

const near = { name: "near", c: 1e21 };
const far = { name: "far", c: 2.5e22 };

test("targets beyond ten times the largest run are named with how far they are", () => {
  expect(farTargetWarning([near, far], 1e21)).toMatch(/^bootstrap: over 10 times .+: far \(25 times\); /);
  expect(farTargetWarning([near], 1e20)).toBeUndefined();
  expect(farTargetWarning([near, far], 1e21, false)).toMatch(
    /^targets: over 10 times .+: far \(25 times\); so far out /,
  );
  expect(farTargetWarning([], 1e20)).toBeUndefined();
});

test("replicates that drew fewer different runs than the law has parameters are counted", async () => {
  const condition = { runs: 8, autocorrelation: 0, scenario: getScenario("normal"), ratios: [2] } as const;
  const [law] = planOf(drawDataSet(condition, 0, 1), "squared").stages;
  const options = { leftOut: false, freshStarts: 0, resamples: 400, seed: 1 };
  const backend = await openBackend("cpu", 1);
  const linesOf = async (name: string): Promise<string[]> => {
    const fitted = await fitStage(backend, law!, "law", options);
    const { use, outcome } = await resampleFitted(
      backend,
      fitted,
      getScheme(name),
      () => ({ place: 0, n: 1 }),
      options,
    );
    const summary = summariseReplicates(outcome.replicates);
    const uses = [{ use: { ...use, tasks: new Set(["arc"]) }, summary }];
    return bootstrapWarnings(uses, resolveBootstrap(bootstrapSchema.parse({ scheme: name })));
  };
  try {
    const [line] = await linesOf("run");
    expect(line).toMatch(
      /^bootstrap: step1 of arc: \d+ of 400 replicates are left out \(few-points \d+\): they drew too few /,
    );
    // Of 8 runs drawn with replacement 4 or fewer are different in 19 of 100.
    expect(Math.abs(Number(/(\d+) of 400/.exec(line!)![1]) / 400 - 0.19)).toBeLessThan(0.06);
    expect(await linesOf("parametric")).toEqual([]);
  } finally {
    await backend.close();
  }
});

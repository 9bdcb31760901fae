import { expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { type LadderOptions, simulateLadder } from "../../src/simulate/ladder.ts";

test.each<[LadderOptions, string]>([
  [{ seed: -1 }, "seed: -1; allowed: a whole number from 0 to 9007199254740991"],
  [{ tasks: 0 }, "tasks: 0; allowed: a whole number from 1 to 1000"],
  [{ tasks: 1.5 }, "tasks: 1.5; allowed: "],
  [{ sizes: [] }, "sizes: no value"],
  [{ sizes: [1e8, 5] }, "sizes: 5; allowed: a whole number from 1000000 to"],
  [{ sizes: [1e8, 2e8, 1e8] }, "sizes: 100000000 is given twice"],
  [{ multiples: [1, 0] }, "multiples: 0; allowed: a number from 0.01 to 1000"],
  [{ checkpoints: 0 }, "checkpoints: 0; allowed: "],
  [{ sizes: [1e6], checkpoints: 21 }, "checkpoints: 21 is more than the 20 steps of the shortest run"],
  [{ runEffect: -0.1 }, "runEffect: -0.1; allowed: a number from 0 to 1"],
  [{ checkpointNoise: Number.NaN }, "checkpointNoise: NaN; allowed: a number from 0 to 1"],
  [{ autocorrelation: 1 }, "autocorrelation: 1; allowed: a number from 0 to less than 1"],
  [{ questions: Number.POSITIVE_INFINITY }, "questions: Infinity; allowed: "],
  [{ excess: 2 }, "excess: 2; allowed: "],
])("%j", (options, message) => {
  const simulate = () => simulateLadder(options);
  expect(simulate).toThrow(UserError);
  expect(simulate).toThrow(message);
});

test("an option that is not given has its default", () => {
  const defaults = simulateLadder().truth.options;
  expect(defaults).toMatchObject({
    seed: 0,
    tasks: 4,
    multiples: [1, 2, 5, 10],
    checkpoints: 40,
    excess: 0.05,
  });
  expect(simulateLadder({ tasks: 2 }).truth.options).toEqual({ ...defaults, tasks: 2 });
});

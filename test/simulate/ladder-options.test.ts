import { expect, test } from "vitest";
import { UserError } from "../../src/errors.ts";
import { simulateLadder } from "../../src/simulate/ladder.ts";
import {
  LADDER_DEFAULTS,
  type LadderOptions,
  resolveLadderOptions,
} from "../../src/simulate/ladder-options.ts";

test.each<[LadderOptions, string]>([
  [{ seed: -1 }, "seed: -1 is not allowed; a whole number from 0 to 9007199254740991"],
  [{ tasks: 0 }, "tasks: 0 is not allowed; a whole number from 1 to 1000"],
  [{ tasks: 1.5 }, "tasks: 1.5 is not allowed"],
  [{ sizes: [] }, "sizes: no value"],
  [{ sizes: [1e8, 5] }, "sizes: 5 is not allowed; a whole number from 1000000 to"],
  [{ sizes: [1e8, 2e8, 1e8] }, "sizes: 100000000 is there twice"],
  [{ multiples: [1, 0] }, "multiples: 0 is not allowed; a number from 0.01 to 1000"],
  [{ checkpoints: 0 }, "checkpoints: 0 is not allowed"],
  [{ sizes: [1e6], checkpoints: 21 }, "checkpoints: 21 is more than the 20 steps of the shortest run"],
  [{ runEffect: -0.1 }, "runEffect: -0.1 is not allowed; a number from 0 to 1"],
  [{ checkpointNoise: Number.NaN }, "checkpointNoise: NaN is not allowed; a number from 0 to 1"],
  [{ autocorrelation: 1 }, "autocorrelation: 1 is not allowed; a number from 0 to less than 1"],
  [{ questions: Number.POSITIVE_INFINITY }, "questions: Infinity is not allowed"],
  [{ excess: 2 }, "excess: 2 is not allowed"],
])("%j", (options, message) => {
  const simulate = () => simulateLadder(options);
  expect(simulate).toThrow(UserError);
  expect(simulate).toThrow(message);
});

test("an option that is not given has its default", () => {
  const given: LadderOptions = { tasks: 2 };
  expect(resolveLadderOptions(given)).toEqual({ ...LADDER_DEFAULTS, tasks: 2 });
});

import { expect, test } from "vitest";
import { openBackend } from "../../src/solve/backends.ts";
import { packProblem, startRangeOf, variantOf } from "../../src/solve/pack.ts";
import { startVector } from "../../src/solve/philox.ts";
import { caseOf, problemOf } from "./cases.ts";

test("random starts are the kernels' own, to the last bit", async () => {
  const problem = problemOf(caseOf("chinchilla"), { noise: 0.02 });
  const { problemKey } = packProblem(problem);
  const range = startRangeOf(problem);
  const backend = await openBackend("cpu", 1);
  const kernel = await backend.kernel(variantOf(problem));
  const theirs = await kernel.starts({ seed: 7, problemKey, firstStart: 3, count: 50 }, range);
  await backend.close();
  for (let start = 0; start < 50; start++) {
    const own = startVector({ seed: 7, problemKey }, start + 3, 0, range);
    expect([...own]).toEqual([...theirs.subarray(start * 5, (start + 1) * 5)]);
  }
});

import { expect, test } from "vitest";
import type { StageReplicates } from "../../src/bootstrap/resample-stage.ts";
import { ParameterDraws } from "../../src/results/parameter-draws.ts";
import type { Problem } from "../../src/solve/problem.ts";

test("fits that the table of draws has no room for are counted in a warning", () => {
  const form = { parameterNames: ["a", "b"] };
  const problems = ["first", "second"].map((key) => ({ key, form }) as unknown as Problem);
  const replicates = {
    ...{ width: 2, isHeld: false },
    parameters: new Float64Array(1_200_000),
    degenerate: new Uint8Array(600_000),
  } as StageReplicates;
  const draws = new ParameterDraws();
  for (const problem of problems) draws.add(problem, replicates);
  const lines: string[] = [];
  expect(draws.table(problems, (line) => lines.push(line)).rows).toBe(1_200_000);
  expect(lines).toEqual(["table parameter_draws lacks 1 fit: it has at most 2,000,000 rows"]);
});

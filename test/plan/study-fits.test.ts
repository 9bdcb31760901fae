import { expect, test } from "vitest";
import type { SolvedFit } from "../../src/identifiability/card.ts";
import { studyFit } from "../../src/identifiability/study.ts";
import { studyFits } from "../../src/plan/study-fits.ts";
import { solveProblems } from "../../src/solve/solve.ts";
import { fourRuns, lineProblem } from "../identifiability/examples.ts";

test("fits are studied on other threads and this one as on this one alone", async () => {
  const problem = lineProblem();
  const [result] = await solveProblems([problem], { starts: 4, backend: "cpu" });
  if (!("solution" in result!)) throw new Error(result?.skipped.reason);
  const { solution } = result;
  const fits = Array.from(
    { length: 2200 },
    (_, i): SolvedFit => ({ problem: { ...problem, key: `line ${i}` }, solution, runs: fourRuns }),
  );
  const studies = await studyFits(fits, { threads: 3 });
  expect([...studies.keys()].sort()).toEqual(fits.map(({ problem: { key } }) => key).sort());
  // As texts: thousands of objects take long to compare.
  const texts = new Set(Array.from(studies.values(), (study) => JSON.stringify(study)));
  expect([...texts]).toEqual([JSON.stringify(studyFit(fits[0]!))]);
});

import { expect, test } from "vitest";
import type { SolvedFit } from "../../src/identifiability/card.ts";
import { studyFit } from "../../src/identifiability/study.ts";
import { FitStudies } from "../../src/plan/study-fits.ts";
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
  const studying = new FitStudies(
    fits.map(({ problem }) => problem),
    { threads: 3 },
  );
  // Some while the others would be solved.
  for (const fit of fits.slice(0, 1500)) studying.begin(fit);
  const studies = await studying.of(fits).finally(() => studying.close());
  expect([...studies.keys()].sort()).toEqual(fits.map(({ problem: { key } }) => key).sort());
  // As texts: thousands of objects take long to compare.
  const texts = new Set(Array.from(studies.values(), (study) => JSON.stringify(study)));
  expect([...texts]).toEqual([JSON.stringify(studyFit(fits[0]!))]);
});

test("a fit whose points turn out to be of other runs is studied with those", async () => {
  const problem = lineProblem();
  const [result] = await solveProblems([problem], { starts: 4, backend: "cpu" });
  if (!("solution" in result!)) throw new Error(result?.skipped.reason);
  const { solution } = result;
  const fit: SolvedFit = { problem, solution, runs: fourRuns };
  const others: SolvedFit = { ...fit, runs: { ...fourRuns, runs: [...fourRuns.runs].reverse() } };
  // As many as other threads are started for.
  const studying = new FitStudies(Array(1000).fill(problem), { threads: 2 });
  studying.begin({ ...fit, runs: { runs: ["all"], runLengths: [problem.response.length] } });
  const studies = await studying.of([others]).finally(() => studying.close());
  expect(studies.get(problem.key)).toEqual(studyFit(others));
});

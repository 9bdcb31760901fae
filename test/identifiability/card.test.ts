import { expect, test } from "vitest";
import { identifiabilityCards, type SolvedFit } from "../../src/identifiability/card.ts";
import type { Fit } from "../../src/identifiability/fit.ts";
import type { Solution } from "../../src/solve/problem.ts";
import { expectClose } from "../intervals/close.ts";
import { chain, fourRuns, lineFit, onePointEach } from "./examples.ts";

function solvedFit({ problem, parameters, runs }: Fit, others: Partial<Solution> = {}): SolvedFit {
  const solution = {
    parameters,
    objective: 0.1,
    points: problem.response.length,
    startAgreement: 0.75,
    conditionNumber: 12,
    flatDirection: [],
    ...others,
  } as Partial<Solution> as Solution;
  return { problem, solution, runs };
}

test("standard errors by runs and by points, and how many times larger the first are", async () => {
  const [card] = await identifiabilityCards([solvedFit(lineFit(fourRuns))]);
  expect(card).toMatchObject({ runs: 4, points: 12, conditionNumber: 12, startAgreement: 0.75 });
  const [level, slope] = card!.parameters;
  expectClose(level!.errorRatio as number, 0.08226622430969756 / 0.08903276276573469, 1e-8);
  expectClose(slope!.errorRatio as number, 0.021115724117638714 / 0.038829775568269734, 1e-8);
  expect(level!.profile).toBeUndefined();
});

test("points that repeat their run: each run's points say what one would", async () => {
  const line = lineFit();
  // Every point three times: by points the standard error is sqrt(3) too small, but for the small-sample factors.
  const thrice = (values: Float64Array): Float64Array =>
    Float64Array.from({ length: 36 }, (_, i) => values[Math.floor(i / 3)]!);
  const { problem } = line;
  const repeated = {
    ...line,
    problem: { ...problem, variables: [thrice(problem.variables[0]!)], response: thrice(problem.response) },
    runs: { ...onePointEach(12), runLengths: new Array(12).fill(3) },
  };
  const [card] = await identifiabilityCards([solvedFit(repeated)]);
  const [factorOfRuns, factorOfPoints] = [(12 / 11) * (35 / 34), 36 / 34];
  for (const { errorRatio } of card!.parameters) {
    expectClose(errorRatio as number, Math.sqrt((3 * factorOfRuns) / factorOfPoints), 1e-9);
  }
  expectClose(card!.intraRunCorrelation as number, 1, 1e-9);
});

test("what stands on a bound, is fixed or lies in a flat valley is said", async () => {
  const { link } = chain;
  const parameters = link.parameters.with(1, 0);
  const [card] = await identifiabilityCards([
    solvedFit({ ...link, parameters }, { flatDirection: ["a", "k"] }),
  ]);
  expect(card!.parameters.map(({ standing }) => standing)).toEqual(["free", "at-bound", "free", "fixed"]);
  expect(card!.parameters.map(({ flat }) => flat)).toEqual([true, false, true, false]);
  expect(card!.parameters[1]!.runError).toEqual({ reason: "a bound holds it" });
  expect(card!.parameters[3]!.runError).toEqual({ reason: "its bounds are equal" });
});

test("a fit that cannot be linearised has reasons everywhere; so has a profile whose held fits are not found", async () => {
  const solve = async () => [{ skipped: { reason: "no" } }];
  const broken = solvedFit({ ...chain.law, parameters: Float64Array.of(-5, 0.5, 0) });
  const [bad, good] = await identifiabilityCards([broken, solvedFit(lineFit())], {
    solve: async (problems) => (await Promise.all(problems.map(solve))).flat(),
  });
  const reason = { reason: "form quick has no finite residual or slope at point 1" };
  expect(bad!.intraRunCorrelation).toEqual(reason);
  expect(bad!.parameters.map(({ profile }) => profile)).toEqual([reason, reason, reason]);
  expect(good!.parameters[0]!.profile).toEqual({
    reason: "no fit was found with the parameter held below its estimate",
  });
});

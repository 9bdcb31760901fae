import assert from "node:assert/strict";
import {
  defineProblem,
  degenerateReasons,
  identifiabilityCards,
  intervalKinds,
  parametersByName,
  parametersInOrder,
  predict,
  schemes,
  solveProblems,
  spreadOf,
  standardErrorOfPrediction,
  standardErrors,
  standardErrorsOfPredictions,
} from "lawfit";
import { D, L, N } from "./runs.ts";

const problem = defineProblem({
  form: "chinchilla",
  variables: { N, D },
  response: L,
  residual: "log",
});
const [result] = await solveProblems([problem], { backend: "cpu" });
if (result === undefined || "skipped" in result)
  throw new Error(result?.skipped.reason);
const { solution } = result;

// #region spreadOf
// Every point is a run of its own here; checkpoints of one run are points of one run, side by side.
const runs = { runs: L.map((_, i) => `run ${i}`), runLengths: L.map(() => 1) };
const spread = spreadOf({ problem, parameters: solution.estimates, runs }, "runs");
if ("reason" in spread) throw new Error(spread.reason);
// #endregion spreadOf

// #region standardErrors
const errors = parametersByName(problem.form, standardErrors(spread));
assert(errors.E! > 0 && Math.abs(solution.estimates.E! - 1.8) < 4 * errors.E!);
// #endregion standardErrors

// #region standardErrorsOfPredictions
// What follows from the parameters, at two sizes: the slopes are differences of the function.
const at = { N: 70e9, D: [1.4e12, 15e12] };
const ofSizes = standardErrorsOfPredictions(
  ([parameters]) => predict(problem.form, parameters!, at),
  [solution.parameters],
  [spread],
);
assert(ofSizes.every((one) => "standardError" in one && one.standardError < 0.2));
// #endregion standardErrorsOfPredictions

// #region standardErrorOfPrediction
// With a slope that is known: that of E alone has the standard error of E.
const gradient = parametersInOrder(problem.form, {
  a: 0,
  alpha: 0,
  b: 0,
  beta: 0,
  E: 1,
});
const ofE = standardErrorOfPrediction([{ gradient, spread }]);
assert("standardError" in ofE && Math.abs(ofE.standardError - errors.E!) < 1e-12);
// #endregion standardErrorOfPrediction

// #region identifiabilityCards
const [card] = await identifiabilityCards([{ problem, solution, runs }]);
const [a] = card!.parameters;
assert.equal(a!.name, "a");
assert(card!.conditionNumber > 1 && card!.runs === 15);
// #endregion identifiabilityCards

// #region intervalKinds
assert(intervalKinds.has("percentile") && intervalKinds.has("bca"));
// #endregion intervalKinds

// #region schemes
assert(schemes.has("parametric"));
// #endregion schemes

// #region degenerateReasons
// Why a replicate does not count, by the code that tables have.
assert(
  Object.values(degenerateReasons).every((reason) => typeof reason === "string"),
);
// #endregion degenerateReasons

import assert from "node:assert/strict";
import {
  defineProblem,
  describeBackends,
  getForm,
  KernelError,
  openBackend,
  type ProblemRecord,
  parametersByName,
  predict,
  randomStarts,
  solveProblems,
  solveProblemsOn,
  solveReplicatesOn,
  solveStarts,
  UserError,
} from "lawfit";
import { D, L, N } from "./runs.ts";

// #region defineProblem
// Variables, bounds and starts by name. Residuals of logarithms under Huber's loss, as Hoffmann et al. (2022).
const record: ProblemRecord = {
  form: "chinchilla",
  variables: { N, D },
  response: L,
  loss: { kind: "huber", delta: 1e-3 },
  residual: "log",
  lower: { E: 0.5 },
};
const problem = defineProblem(record);
assert.throws(
  () => defineProblem({ form: "chinchilla", variables: { N }, response: L }),
  /variable D is not given/,
);
// #endregion defineProblem

// #region solveProblems
const [result] = await solveProblems([problem], { backend: "cpu" });
if (result === undefined || "skipped" in result)
  throw new Error(result?.skipped.reason);
const { estimates, startAgreement, termination } = result.solution;
assert(
  Math.abs(estimates.E! - 1.8) < 0.1 && Math.abs(estimates.alpha! - 0.34) < 0.05,
);
assert(startAgreement > 0.5 && termination !== "iterations");
const [ofLarge] = predict(getForm("chinchilla"), estimates, { N: 70e9, D: 15e12 });
assert(Math.abs(ofLarge! - 1.95) < 0.1);

// A problem that cannot be solved has the reason in its place; the others are solved.
const [none] = await solveProblems([
  defineProblem({ form: "chinchilla", variables: { N: [], D: [] }, response: [] }),
]);
assert.deepEqual(none, { skipped: { reason: "no points" } });
// #endregion solveProblems

// #region openBackend
// The kernels stay open from one call to the next.
const backend = await openBackend("cpu");
// #endregion openBackend
try {
  // #region solveProblemsOn
  // Equal bounds fix a parameter.
  const fixed = defineProblem({ ...record, lower: { E: 1.8 }, upper: { E: 1.8 } });
  const results = await solveProblemsOn(backend, [problem, fixed], { starts: 8 });
  assert(results.every((one) => "solution" in one));
  // #endregion solveProblemsOn

  // #region solveReplicatesOn
  // 50 bootstrap replicates; each run is a group of one point here.
  const group = Int32Array.from(L, (_, i) => i);
  const started = { ...problem, givenStarts: [result.solution.parameters] };
  const draw = { kind: "groups", group, strata: [L.length] } as const;
  const replicates = await solveReplicatesOn(
    backend,
    started,
    { population: "runs", draw },
    { replicates: 50 },
  );
  const width = problem.form.parameterNames.length;
  const first = parametersByName(
    problem.form,
    replicates.parameters.subarray(0, width),
  );
  assert(first.E! >= 0.5);
  // #endregion solveReplicatesOn
} finally {
  await backend.close();
}

// #region describeBackends
const backends = await describeBackends();
const working = backends.filter(({ available }) => available);
assert(working.length > 0 && working[0]!.detail !== "");
// #endregion describeBackends

// #region randomStarts
const starts = await randomStarts(problem, { starts: 3, seed: 1, backend: "cpu" });
assert.equal(starts.length, 3 * problem.form.parameterNames.length);
// #endregion randomStarts

// #region solveStarts
// The ends of all starts: how rough is the objective?
const ends = await solveStarts(problem, { starts: 16, backend: "cpu" });
const lowest = Math.min(...ends.objective);
assert(
  ends.objective.filter((objective) => objective < lowest * (1 + 1e-6)).length >= 1,
);
// #endregion solveStarts

// #region KernelError
// Answers of kernels are compared with the definition; one that is wrong is an error and never a result.
assert(
  new KernelError("an objective is not that of its parameters") instanceof
    UserError,
);
// #endregion KernelError

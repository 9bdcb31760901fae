import { solveProblems } from "../../dist/index.js";
import { conformanceProblems } from "../../dist/throughput/conformance-problems.js";

/** Relative differences that are allowed between backends: of objectives, and of well-posed fits' predictions. */
const objectiveWithin = 1e-9;
const predictionWithin = 1e-7;

const options = { starts: 64, seed: 3 };

/** Every form under every residual and loss, with few points and with many, on the GPU and on the processor. */
export async function conformance({ backend }) {
  const warnings = [];
  const solve = (problems, name) =>
    solveProblems(problems, { ...options, backend: name, onWarning: (line) => warnings.push(line) }).catch(
      ({ message }) => problems.map(() => ({ skipped: { reason: message } })),
    );
  const rows = [];
  // Forms of a user's own need compilers: by themselves, so that the built-in ones are compared without them too.
  for (const isBuiltIn of [true, false]) {
    const entries = conformanceProblems(true).filter(({ entry }) => entry.builtIn === isBuiltIn);
    const problems = entries.map(({ problem }) => problem);
    const expected = await solve(problems, "cpu");
    const solved = await solve(problems, backend);
    rows.push(...entries.map(({ name, problem }, i) => compare(name, problem, solved[i], expected[i])));
  }
  const failed = rows.filter(({ verdict }) => verdict !== "pass");
  for (const { name, verdict } of failed) console.log(`${name}: ${verdict}`);
  const posed = rows.filter(({ wellPosed }) => wellPosed);
  const largest = (values) => Math.max(0, ...values.filter(Number.isFinite));
  const result = {
    problems: rows.length,
    wellPosed: posed.length,
    failed: failed.length,
    largestObjectiveDifference: largest(rows.map(({ objective }) => objective)),
    largestPredictionDifference: largest(posed.map(({ prediction }) => prediction)),
    warnings,
    rows,
  };
  const { problems: total, largestObjectiveDifference, largestPredictionDifference } = result;
  console.log(
    `${total - failed.length} of ${total} agree; objectives within ${largestObjectiveDifference.toExponential(1)}, ` +
      `predictions of ${posed.length} well-posed fits within ${largestPredictionDifference.toExponential(1)}`,
  );
  const wrong = failed.length > 0 ? [`${failed.length} of ${total} problems differ`] : [];
  // The processor answering for the GPU is no conformance of the GPU.
  return { result, wrong: [...wrong, ...warnings] };
}

function compare(name, problem, solved, expected) {
  if ("skipped" in solved || "skipped" in expected) {
    const reason = solved.skipped?.reason ?? `cpu: ${expected.skipped.reason}`;
    return { name, wellPosed: false, objective: null, prediction: null, verdict: `not solved: ${reason}` };
  }
  const [a, b] = [solved.solution, expected.solution];
  const objective = Math.abs(a.objective - b.objective) / Math.abs(b.objective);
  const wellPosed = b.flatDirection.length === 0;
  const prediction = problem.response.reduce((most, _, i) => {
    const at = problem.variables.map((values) => values[i]);
    const [x, y] = [a, b].map(({ parameters }) => problem.form.value(parameters, at));
    return Math.max(most, Math.abs(x - y) / Math.abs(y));
  }, 0);
  const faults = [];
  if (!(objective <= objectiveWithin)) faults.push(`objectives differ by ${objective.toExponential(2)}`);
  if (wellPosed && !(prediction <= predictionWithin)) {
    faults.push(`predictions differ by ${prediction.toExponential(2)}`);
  }
  const verdict = faults.length === 0 ? "pass" : faults.join(", ");
  return { name, wellPosed, objective, prediction, verdict };
}

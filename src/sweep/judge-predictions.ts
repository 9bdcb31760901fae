import { type FitFreedom, freedomOf, judgePredictions, type Verdict } from "../identifiability/determined.ts";
import type { Target } from "../methods/runs.ts";
import type { SolveResult } from "../solve/problem.ts";
import { fittedParameters, type ScoredPrediction } from "./score.ts";

/** Verdicts from the worst on: what the worst stage of a chain says is said of the prediction. */
const WORST_FIRST: readonly Verdict["determined"][] = ["outside", "seed", "flat", "bound", "yes"];

/**
 * Says of each prediction whether the data determine it: every stage of its cell is judged, the others held, and the worst
 * verdict counts.
 */
export function judgeDetermined(
  predictions: readonly ScoredPrediction[],
  results: ReadonlyMap<string, SolveResult>,
  targets: readonly Target[],
): ScoredPrediction[] {
  const sizes = new Map(targets.map((target) => [target.name, target]));
  const freedoms = new Map<string, FitFreedom | undefined>();
  const judged = new Map<ScoredPrediction["cell"], Map<string, Verdict>>();
  return predictions.map((prediction) => {
    const { cell, target } = prediction;
    const verdicts = judged.get(cell) ?? judgeCell(cell, results, freedoms, sizes);
    judged.set(cell, verdicts);
    const verdict = verdicts.get(target);
    return verdict === undefined ? prediction : { ...prediction, verdict };
  });
}

/** The verdict of each target of a cell. */
function judgeCell(
  { plan, keys }: ScoredPrediction["cell"],
  results: ReadonlyMap<string, SolveResult>,
  freedoms: Map<string, FitFreedom | undefined>,
  sizes: ReadonlyMap<string, Target>,
): Map<string, Verdict> {
  const parameters = fittedParameters({ keys }, results);
  const targets = plan.predict(parameters).map(({ target }) => target);
  const found = new Map(
    targets.map((target): [string, Verdict] => [target, { determined: "yes", reason: "" }]),
  );
  plan.stages.forEach((stage, s) => {
    const key = keys[s];
    const result = key === undefined ? undefined : results.get(key);
    if (key === undefined || result === undefined || !("solution" in result) || !("problem" in stage)) return;
    const { solution } = result;
    if (!freedoms.has(key)) {
      const problem = { ...stage.problem, key };
      freedoms.set(key, freedomOf({ problem, solution, parameters: solution.parameters, runs: stage }));
    }
    const freedom = freedoms.get(key);
    if (freedom === undefined) return;
    const predict = (own: Float64Array): Float64Array => {
      const values = new Map(
        plan.predict(parameters.with(s, own)).map(({ target, predicted }) => [target, predicted]),
      );
      return Float64Array.from(targets, (target) => values.get(target) ?? Number.NaN);
    };
    const inputs = sizeInputs(
      stage.problem.form.variableNames,
      targets.map((target) => sizes.get(target)),
    );
    judgePredictions(freedom, predict, inputs).forEach((verdict, t) => {
      const before = found.get(targets[t]!)!;
      const where = stage.subject === undefined ? stage.name : `${stage.name} of ${stage.subject}`;
      if (WORST_FIRST.indexOf(verdict.determined) < WORST_FIRST.indexOf(before.determined)) {
        found.set(targets[t]!, { ...verdict, reason: `${where}: ${verdict.reason}` });
      }
    });
  });
  return found;
}

/** What a form's inputs are of a target, by name. */
const SIZES: Readonly<Record<string, keyof Pick<Target, "n" | "d" | "c">>> = { N: "n", D: "d", C: "c" };

/** Inputs of targets, of a form whose inputs are all sizes; undefined of another. */
function sizeInputs(
  names: readonly string[],
  targets: readonly (Target | undefined)[],
): number[][] | undefined {
  const known = targets.filter((target) => target !== undefined);
  if (known.length < targets.length || names.some((name) => SIZES[name] === undefined)) return undefined;
  return known.map((target) => names.map((name) => target[SIZES[name]!]));
}

/** Reasons that are named, and predictions that each of them names. */
const [MOST_REASONS, MOST_NAMED] = [5, 3];

/** The predictions that the data do not determine, a line for each reason, and what becomes of them. */
export function undeterminedLines(
  predictions: readonly ScoredPrediction[],
  rankUndetermined: boolean,
): string[] {
  const byReason = new Map<string, string[]>();
  for (const { cell, target, verdict } of predictions) {
    if (verdict === undefined || verdict.determined === "yes") continue;
    const key = `${verdict.determined}: ${verdict.reason}`;
    byReason.set(key, [...(byReason.get(key) ?? []), `${cell.task} for ${target}`]);
  }
  if (byReason.size === 0) return [];
  const ranked = [...byReason].sort(([, a], [, b]) => b.length - a.length);
  const count = ranked.reduce((sum, [, named]) => sum + named.length, 0);
  const named = (all: readonly string[]): string => {
    const distinct = [...new Set(all)];
    const more = distinct.length > MOST_NAMED ? `, and ${distinct.length - MOST_NAMED} more` : "";
    return `${distinct.slice(0, MOST_NAMED).join(", ")}${more}`;
  };
  return [
    ...ranked
      .slice(0, MOST_REASONS)
      .map(([reason, all]) => `not determined by the data: ${named(all)}: ${reason}`),
    ...(ranked.length > MOST_REASONS
      ? [
          `not determined by the data for ${ranked.length - MOST_REASONS} more reasons: table predictions, column determined_reason`,
        ]
      : []),
    rankUndetermined
      ? `${count} of ${predictions.length} predictions are not determined and are ranked all the same (rank_undetermined)`
      : `${count} of ${predictions.length} predictions are not determined and left out of rankings (rank_undetermined: true takes them in)`,
  ];
}

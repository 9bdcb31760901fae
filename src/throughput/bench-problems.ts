import { existsSync } from "node:fs";
import { join } from "node:path";
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import type { Form } from "../forms/form.ts";
import { getForm } from "../forms/registry.ts";
import type { Stage } from "../methods/method.ts";
import { indexRuns } from "../methods/runs.ts";
import { ladder } from "../papers/ladder/ladder.ts";
import { problemKey } from "../plan/shared-problems.ts";
import { randomStream } from "../random.ts";
import { packageFolder } from "../solve/paths.ts";
import type { Problem } from "../solve/problem.ts";
import type { CheckpointTable } from "../tables/checkpoint-table.ts";
import { olmoLadder } from "../tables/importers/olmo-ladder.ts";
import { readCheckpointTable } from "../tables/to-checkpoint-table.ts";

/** Points of a problem, unless its form needs more: two for each parameter. */
const fewestPoints = 16;

/** Vectors drawn from the form's default start range, of which the one that the points determine best is the truth. */
const candidates = 256;

/** Standard deviation of the noise: relative where logarithms are fitted, else absolute. */
const noise = 0.005;

/** Ranges of the variables that are sizes, filled evenly in their logarithm; those of a ladder of small models. */
const sizes: Readonly<Record<string, readonly [number, number]>> = {
  N: [1.9e8, 1.3e9],
  D: [3.8e9, 2.6e11],
  C: [7e18, 2.6e21],
};

/** Range of every other variable: a loss. */
const scores = [0.5, 2] as const;

/**
 * A problem made for one form: 16 points (or two a parameter) on a grid of its variables, from parameters in its own start range that the
 * points determine well, with seeded noise. A form of a loss (its output is L) gets the ladder's first step's loss, Huber's with delta 1e-3 on
 * logarithms; the others the squared loss of plain residuals.
 */
export function formProblem(form: Form): BenchProblem {
  const points = Math.max(fewestPoints, 2 * form.parameterNames.length);
  const variables = grid(form.variableNames, points);
  const at = Array.from({ length: points }, (_, i) => variables.map((values) => values[i]!));
  const isLoss = form.output === "L";
  const { uniform, normal } = randomStream(`bench ${form.name}`);
  const ranges = form.parameterNames.map((name) => form.record.startRanges.default![name]!);
  const truth = Array.from({ length: candidates }, () => ranges.map(([low, high]) => uniform(low, high)))
    .map((parameters) => ({ parameters, information: information(form, parameters, at, isLoss) }))
    .reduce((best, candidate) => (candidate.information > best.information ? candidate : best)).parameters;
  const response = Float64Array.from(at, (point) => {
    const value = form.value(truth, point);
    return isLoss ? value * Math.exp(noise * normal()) : value + noise * normal();
  });
  const problem = {
    form,
    variables,
    response,
    loss: isLoss ? ({ kind: "huber", delta: 1e-3 } as const) : ({ kind: "squared" } as const),
    residual: isLoss ? ("log" as const) : ("plain" as const),
  };
  return { name: form.name, kind: "form", problem: { ...problem, key: problemKey(problem) } };
}

/**
 * How well the points determine the parameters: the smallest singular value of the residuals' Jacobian, each parameter
 * in units of its start range; -Infinity where it is not finite.
 */
function information(form: Form, parameters: number[], at: number[][], log: boolean): number {
  const { startRanges } = form.record;
  const gradient = new Float64Array(parameters.length);
  const jacobian = at.map((point) => {
    const value = form.gradient(parameters, point, gradient);
    return form.parameterNames.map((name, i) => {
      const [low, high] = startRanges.default![name]!;
      return (gradient[i]! * (high - low)) / (log ? value : 1);
    });
  });
  if (!jacobian.flat().every(Number.isFinite)) return Number.NEGATIVE_INFINITY;
  return Math.min(...new SingularValueDecomposition(new Matrix(jacobian)).diagonal);
}

/** One array a variable: all combinations of evenly spaced levels, as many as there are points, over and over. */
function grid(names: readonly string[], points: number): Float64Array[] {
  const levels = Math.round(points ** (1 / names.length));
  return names.map((name, v) =>
    Float64Array.from({ length: points }, (_, i) => {
      const share = (Math.floor(i / levels ** v) % levels) / (levels - 1);
      const size = sizes[name];
      if (size === undefined) return scores[0] + share * (scores[1] - scores[0]);
      return size[0] * (size[1] / size[0]) ** share;
    }),
  );
}

/** One problem of the benchmark. */
export interface BenchProblem {
  name: string;
  /** `loss`: a task's or domain's final loss against size; `link`: accuracy against loss; `form`: made for a form. */
  kind: "loss" | "link" | "form";
  problem: Problem;
}

/** The subject whose accuracy is fitted against its loss, where the table has it. */
const linkSubject = "hellaswag_val";

/**
 * The benchmark's problems from a ladder's checkpoint table, as the ladder method plans them with its defaults: the
 * final loss of every subject against size (one point a run, chinchilla, Huber's loss on logarithms), and for one
 * subject accuracy against loss at all checkpoints (sigmoid, squared loss; `hellaswag_val_sigmoid`).
 */
export function ladderSeries(table: CheckpointTable): BenchProblem[] {
  const index = indexRuns(table);
  const [configuration] = ladder.configurations({}, { form: getForm }, "bench");
  const plans = index.subjects.map((task) => {
    const [loss, link] = configuration!.plan({ index, task, targets: [] }).stages;
    return { task, loss, link };
  });
  const linked = plans.filter(({ link }) => link !== undefined && "problem" in link);
  const link = linked.find(({ task }) => task === linkSubject) ?? linked[0];
  return [
    ...plans.flatMap(({ task, loss }) => benchProblem(task, "loss", loss)),
    ...(link ? benchProblem(`${link.task}_sigmoid`, "link", link.link) : []),
  ];
}

/** None where the table has no points for the stage. */
function benchProblem(name: string, kind: BenchProblem["kind"], stage: Stage | undefined): BenchProblem[] {
  if (stage === undefined || !("problem" in stage)) return [];
  return [{ name, kind, problem: { ...stage.problem, key: problemKey(stage.problem) } }];
}

/** The simulated ladder that comes with the package. */
const sample = join(packageFolder, "data-samples", "ladder", "checkpoints.parquet");

/**
 * The folder of the real OLMo ladder runs where this machine has one: `data/olmo-ladder` of $LAWFIT_SHARED, or of
 * `shared` next to the package.
 */
function realLadderFolder(): string | undefined {
  const folder = join(
    process.env.LAWFIT_SHARED || join(packageFolder, "..", "shared"),
    "data",
    "olmo-ladder",
  );
  return existsSync(folder) ? folder : undefined;
}

/** A ladder's checkpoint table, and whether it was measured or simulated. */
interface SeriesSource {
  table: CheckpointTable;
  data: "real" | "simulated";
}

/**
 * Reads the ladder that the benchmark's series come from: the real runs, else the simulated sample.
 *
 * @param folder raw files of the OLMo ladder. @default where `realLadderFolder` finds them
 * @throws UserError where the folder given holds no such files
 */
export async function readSeriesSource(folder = realLadderFolder()): Promise<SeriesSource> {
  if (folder === undefined) return { table: await readCheckpointTable(sample), data: "simulated" };
  return { table: (await olmoLadder.read([folder])).table, data: "real" };
}

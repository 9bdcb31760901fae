import { existsSync } from "node:fs";
import { join } from "node:path";
import { getForm } from "../forms/registry.ts";
import type { Stage } from "../methods/method.ts";
import { indexRuns } from "../methods/runs.ts";
import { ladder } from "../papers/ladder/ladder.ts";
import { problemKey } from "../plan/shared-problems.ts";
import { packageFolder } from "../solve/paths.ts";
import type { CheckpointTable } from "../tables/checkpoint-table.ts";
import { olmoLadder } from "../tables/importers/olmo-ladder.ts";
import { readCheckpointTable } from "../tables/to-checkpoint-table.ts";
import type { BenchProblem } from "./bench-problem.ts";

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
 * `shared` beside the package.
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

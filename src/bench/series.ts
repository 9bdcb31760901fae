import { getForm } from "../forms/registry.ts";
import { ladder } from "../methods/ladder/ladder.ts";
import type { Stage } from "../methods/method.ts";
import { indexRuns } from "../methods/runs.ts";
import { problemKey } from "../sweep/problem-key.ts";
import type { CheckpointTable } from "../tables/checkpoint-table.ts";
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

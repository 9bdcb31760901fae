/** How one metric is written in the raw file. */
interface RawMetric {
  pattern: RegExp;
  metric: "loss" | "accuracy";
}

/** The first group of a pattern is the corpus, the task or the family of tasks. */
const RAW_METRICS: readonly RawMetric[] = [
  { pattern: /^eval\/(\w+)_val\/CrossEntropyLoss$/, metric: "loss" },
  { pattern: /^eval\/downstream_ce_loss\/(\w+)_ce_loss$/, metric: "loss" },
  { pattern: /^eval\/downstream\/(\w+)_(?:acc|len_norm)$/, metric: "accuracy" },
  { pattern: /^(\w+_suite)_ce_loss$/, metric: "loss" },
  { pattern: /^(\w+_suite)_acc$/, metric: "accuracy" },
];

/** Part of a task's name that says that the prompt shows the choices; its metrics are then mc_loss and mc_accuracy. */
const MULTIPLE_CHOICE = "_mc_5shot";

/** The subject that is the held-out part of the corpus that a run was trained on. */
export const OWN_CORPUS = "own_corpus";

/** One raw column that is a metric of a subject. */
export interface MetricColumn {
  column: string;
  subject: string;
  metric: string;
}

/** The metric that a raw column holds, or undefined where it is none. */
export function lossToLossColumn(column: string): MetricColumn | undefined {
  if (column === "val_loss") return { column, subject: OWN_CORPUS, metric: "loss" };
  for (const { pattern, metric } of RAW_METRICS) {
    const name = pattern.exec(column)?.[1];
    if (name === undefined) continue;
    if (!name.includes(MULTIPLE_CHOICE)) return { column, subject: name, metric };
    return { column, subject: name.replace(MULTIPLE_CHOICE, ""), metric: `mc_${metric}` };
  }
  return undefined;
}

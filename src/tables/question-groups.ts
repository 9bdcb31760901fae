/** Metrics of a group of a task's questions: `group1_accuracy`, `group1_questions`; group 1 has the easiest questions. */
export const GROUP_METRIC = /^group([1-9]\d*)_(.+)$/;

/** Name of the metric that a group of questions has for a metric of the task. */
export function groupMetric(group: number, metric: string): string {
  return `group${group}_${metric}`;
}

/** Name of the metric that is the number of questions of a group. */
export function groupQuestions(group: number): string {
  return groupMetric(group, "questions");
}

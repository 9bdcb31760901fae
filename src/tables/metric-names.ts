/** Whether a metric of that name is a loss: above 0, the lower the better. */
export function isLoss(metric: string): boolean {
  return /(^|_)(loss|ce|bpb|cross_entropy)$/i.test(metric);
}

/** Whether a metric of that name is a share of right answers, 0 to 1. */
export function isAccuracy(metric: string): boolean {
  return /(^|_)(accuracy|acc)$/i.test(metric);
}

/** Whether a metric of that name is the chance level of a task: the score of guessing, the same in all its rows. */
export function isChance(metric: string): boolean {
  return metric === "chance";
}

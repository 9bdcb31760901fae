/** What is true of one subject on one target, at the end of training. */
export interface TargetTruth {
  target: string;
  subject: string;
  /** The laws' values: what such a run has on average (of ln(loss)), without any noise. */
  loss: number;
  accuracy?: number;
  /** The values of this run, with its effect, without checkpoint and evaluation noise. */
  runLoss: number;
  runAccuracy?: number;
}

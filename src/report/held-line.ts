import type { HeadlinePrediction } from "./predictions.ts";

/** How many measured values lie in their intervals; nothing without intervals and measured values. */
export function heldLine(predictions: readonly HeadlinePrediction[]): string[] {
  const held = predictions.filter(
    ({ interval, actual }) => Number.isFinite(interval.lower + interval.upper) && Number.isFinite(actual),
  );
  if (held.length === 0) return [];
  const hits = held.filter(({ interval, actual }) => actual >= interval.lower && actual <= interval.upper);
  return [
    `${hits.length} of ${held.length} measured values lie in their intervals (${held[0]!.interval.kind}).`,
  ];
}

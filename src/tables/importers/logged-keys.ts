import { isStepName, readCountName } from "../guess/input-names.ts";
import { readMetricName } from "../guess/metric-names.ts";
import { MIX_PREFIX } from "../table.ts";

/** What a logged key, or a column of a wide table, holds. */
export type LoggedKey =
  | { kind: "count"; count: "n" | "d" | "c"; factor: number }
  | { kind: "step" }
  | { kind: "share"; source: string }
  | { kind: "metric"; subject: string; metric: string; isTaskAlone?: boolean };

/**
 * What a key holds, by its name: `throughput/total_tokens`, `_step`, `eval/paloma/c4_en/bpb`. Undefined for what is neither a size nor a
 * metric.
 *
 * @param pattern of the user, with groups named `subject` and `metric`; where it is given, no other key is a metric
 */
export function readLoggedKey(key: string, pattern?: RegExp): LoggedKey | undefined {
  const own = pattern?.exec(key)?.groups;
  if (own?.subject !== undefined) {
    return { kind: "metric", subject: own.subject, metric: own.metric ?? "loss" };
  }
  if (key.startsWith(MIX_PREFIX)) return { kind: "share", source: key.slice(MIX_PREFIX.length) };
  if (isStepName(key)) return { kind: "step" };
  const count = readCountName(key);
  if (count !== undefined) return { kind: "count", count: count.key, factor: count.factor };
  if (pattern !== undefined) return undefined;
  const said = readMetricName(key);
  if (said === undefined) return undefined;
  const metric = {
    kind: "metric",
    subject: said.subject || said.place || "validation",
    metric: said.own,
  } as const;
  return said.isTaskAlone ? { ...metric, isTaskAlone: true } : metric;
}

import { getOrInsert, groupBy } from "../../collections.ts";
import { countOf } from "../../text.ts";
import { readMetricName } from "../guess/metric-names.ts";
import { type ImportLog, someOf } from "./import-log.ts";
import { type Measurement, Measurements } from "./measurements.ts";

const { STANDARD_ERROR, ANSWER_BPB } = Measurements;

const meanings = new Map<string, ReturnType<typeof readMeaning>>();

/** The same, read once for each name. */
function meaningOf(name: string): ReturnType<typeof readMeaning> {
  return getOrInsert(meanings, name, () => readMeaning(name));
}

/** What a name of a metric means, and its place among the names of its kind. */
function readMeaning(
  name: string,
): { kind: "loss" | "accuracy"; rank: number; isPerplexity: boolean } | undefined {
  if (name === ANSWER_BPB) return { kind: "loss", rank: -1, isPerplexity: false };
  const said = readMetricName(name);
  return said === undefined || said.subject !== "" || said.place !== "" ? undefined : said;
}

/**
 * Names of the table for the metrics of files: of each subject one metric is `loss` and one `accuracy`, the same at every checkpoint, and the
 * others keep their names. Perplexities become losses by their logarithm, and scores in per cent shares.
 *
 * @param rows changed: their metrics get the names of the table
 * @param main kind to the metric that the user wants for it. @default the first by rank that half of the checkpoints have
 * @returns of each subject that has an accuracy the metric of the files that it is
 */
export function nameMetrics(
  rows: readonly Measurement[],
  log: ImportLog,
  main: ReadonlyMap<string, string> = new Map(),
): ReadonlyMap<string, string> {
  const accuracies = new Map<string, string>();
  const chosen = new Map<string, Map<string, string[]>>();
  for (const [subject, own] of groupBy(rows, (row) => row.subject)) {
    scale(subject, own, log);
    const counts = countMetrics(own);
    const names = new Map<string, string>();
    for (const kind of ["loss", "accuracy"] as const) {
      const name = pick([...counts], kind, main.get(kind));
      if (name === undefined) continue;
      if (kind === "accuracy") accuracies.set(subject, name);
      names.set(name, kind);
      names.set(name + STANDARD_ERROR, kind + STANDARD_ERROR);
      getOrInsert(
        getOrInsert(chosen, kind, () => new Map()),
        name,
        () => [],
      ).push(subject);
      const lacking = own.length - counts.get(name)!;
      if (lacking > 0) {
        log.each(
          "subject",
          `checkpoints without the metric that is its ${kind}`,
          `${subject}: ${lacking} of ${own.length} without ${name}`,
        );
      }
    }
    for (const row of own) row.metrics = renamed(row.metrics, names);
  }
  for (const [kind, names] of chosen) {
    const parts = Array.from(
      names,
      ([name, subjects]) => `${name} (${countOf(subjects.length, "subject")}: ${someOf(subjects)})`,
    );
    log.note(`${kind} is ${parts.join("; ")}`);
  }
  return accuracies;
}

function countMetrics(rows: readonly Measurement[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { metrics } of rows)
    for (const name of metrics.keys()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** The metric that is the loss or the accuracy: the first by rank that half of the checkpoints have that any has. */
function pick(
  counts: readonly [string, number][],
  kind: "loss" | "accuracy",
  wanted: string | undefined,
): string | undefined {
  if (wanted !== undefined && counts.some(([name]) => name === wanted)) return wanted;
  const candidates = counts.flatMap(([name, count]) => {
    const meaning = meaningOf(name);
    return meaning?.kind === kind ? [{ name, count, rank: meaning.rank }] : [];
  });
  const most = Math.max(...candidates.map(({ count }) => count));
  return candidates
    .filter(({ count }) => 2 * count >= most)
    .sort((a, b) => a.rank - b.rank || b.count - a.count || (a.name < b.name ? -1 : 1))[0]?.name;
}

function renamed(
  metrics: ReadonlyMap<string, number>,
  names: ReadonlyMap<string, string>,
): Map<string, number> {
  const taken = new Set(names.values());
  return new Map(
    Array.from(metrics, ([name, value]) => {
      const own = meaningOf(name)?.isPerplexity ? `log_${name}` : name;
      return [names.get(name) ?? (taken.has(own) ? `other_${own}` : own), value];
    }),
  );
}

/** Logarithms of perplexities, and shares of scores in per cent. */
function scale(subject: string, rows: readonly Measurement[], log: ImportLog): void {
  for (const name of countMetrics(rows).keys()) {
    const meaning = meaningOf(name);
    if (meaning === undefined) continue;
    const change = (by: (value: number) => number, of = name): void => {
      for (const { metrics } of rows) {
        const value = metrics.get(of);
        if (value !== undefined) metrics.set(of, by(value));
      }
    };
    if (meaning.isPerplexity) {
      for (const { metrics } of rows) {
        const [value, error] = [metrics.get(name), metrics.get(name + STANDARD_ERROR)];
        // To first order: the derivative of the logarithm is 1 over the perplexity.
        if (value !== undefined && error !== undefined) metrics.set(name + STANDARD_ERROR, error / value);
      }
      change((value) => Math.log(value));
      log.note(`${name} is read as its logarithm, in nats`);
    }
    if (meaning.kind !== "accuracy") continue;
    const values = rows.flatMap(({ metrics }) => metrics.get(name) ?? []).sort((a, b) => a - b);
    const [least, most, middle] = [values[0]!, values.at(-1)!, values[values.length >> 1]!];
    if (least >= 0 && most <= 1) continue;
    if (least >= 0 && most <= 100 && middle > 1) {
      change((value) => value / 100);
      change((value) => value / 100, name + STANDARD_ERROR);
      log.each("subject", "scores in per cent, divided by 100", `${subject}: ${name} ${least} to ${most}`);
      const odd = values.filter((value) => value > 0 && value <= 1).length;
      if (odd > 0)
        log.each(
          "subject",
          "scores up to 1 beside per cent: are some shares?",
          `${subject}: ${odd} of ${name}`,
        );
      continue;
    }
    for (const { metrics } of rows) {
      const value = metrics.get(name);
      if (value === undefined) continue;
      metrics.delete(name);
      metrics.set(`${name}_score`, value);
    }
    log.each(
      "subject",
      "scores that are neither shares nor in per cent, kept under the name with _score",
      `${subject}: ${name} ${least} to ${most}`,
    );
  }
}

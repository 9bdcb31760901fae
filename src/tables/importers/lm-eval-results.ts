import { getOrInsert } from "../../collections.ts";
import { someOf } from "./import-log.ts";
import { type JsonObject, objectOf } from "./json-files.ts";
import { type Measurement, Measurements, numberOf } from "./measurements.ts";
import { Shots } from "./shots.ts";

/** What a results file says of the model. */
export interface Evaluated {
  model: string;
  revision: string;
  n: number | undefined;
}

/**
 * Tasks and groups of results files of lm-evaluation-harness as measurements, and what differs between the files in how a task was
 * asked: numbers of examples in the prompt, filters of answers, versions of the task.
 */
export class TaskResults {
  readonly #measured: Measurements;
  readonly #shots = new Shots();
  /** By subject and metric, the filters whose values were taken. */
  readonly #filters = new Map<string, Set<string>>();
  /** By subject, as the files have them. */
  readonly #versions = new Map<string, Set<string>>();
  readonly #groups = new Set<string>();

  constructor(measured: Measurements) {
    this.#measured = measured;
  }

  /** Adds the tasks and groups of a file. @returns what was added */
  add(
    document: JsonObject,
    evaluated: Evaluated,
    { path, row }: { path: string; row: number },
  ): Measurement[] {
    const { log } = this.#measured;
    const [shotsOf, counts, better, versions, parts, groups, results] = [
      "n-shot",
      "n-samples",
      "higher_is_better",
      "versions",
      "group_subtasks",
      "groups",
      "results",
    ].map((key) => objectOf(document[key])) as [JsonObject, ...JsonObject[]] & { length: 7 };
    const config = objectOf(document.config);
    if (config.limit !== null && config.limit !== undefined) {
      log.note("some results are of a part of the questions (--limit of lm-evaluation-harness)");
    }
    if (typeof config.model_num_parameters === "number") {
      log.note("n is model_num_parameters where the files have it, which counts embeddings too");
    }
    const added: Measurement[] = [];
    for (const subject of new Set([...Object.keys(groups!), ...Object.keys(results!)])) {
      const values = { ...objectOf(groups![subject]), ...objectOf(results![subject]) };
      const metrics = this.#metricsOf(subject, values, objectOf(better![subject]), path);
      if (metrics.size === 0) continue;
      const questions = objectOf(counts![subject]).effective ?? values.sample_len;
      if (typeof questions === "number" && questions > 0) metrics.set(Measurements.QUESTIONS, questions);
      const measurement = { ...evaluated, subject, metrics, row };
      this.#measured.add(measurement);
      added.push(measurement);
      const subtasks = Array.isArray(parts![subject]) ? (parts![subject] as unknown[]).map(String) : [];
      if (subject in groups! || subtasks.length > 0) this.#groups.add(subject);
      const version = versions![subject];
      if (version !== null && version !== undefined)
        getOrInsert(this.#versions, subject, () => new Set()).add(String(version));
      // A group is asked as its tasks are.
      const said = [subject, ...subtasks]
        .map((name) => shotsOf[name])
        .find((shot) => typeof shot === "number");
      const shot = said ?? config.num_fewshot;
      if (typeof shot === "number") this.#shots.add(measurement, shot);
    }
    return added;
  }

  /** Metrics by name; of several filters those of the first, and its standard error. */
  #metricsOf(subject: string, values: JsonObject, better: JsonObject, path: string): Map<string, number> {
    const { log } = this.#measured;
    const { STANDARD_ERROR } = Measurements;
    const taken = new Map<string, string>();
    const metrics = new Map<string, number>();
    for (const [key, value] of Object.entries(values)) {
      const read = metricOf(key);
      if (read === undefined) continue;
      const [name, filter] = read;
      const metric = name.endsWith(STANDARD_ERROR) ? name.slice(0, -STANDARD_ERROR.length) : name;
      if (getOrInsert(taken, metric, () => filter) !== filter) {
        if (metric === name)
          log.each("value", "of several filters of a metric the first is taken", `${subject}: ${metric}`);
        continue;
      }
      const number = numberOf(value, log, () => `${path}: results.${subject}.${key}`);
      if (number === undefined) continue;
      const own = better[metric] === false && isScore(metric) ? `${metric}_lower_is_better` : metric;
      metrics.set(metric === name ? own : own + STANDARD_ERROR, number);
      if (metric === name) getOrInsert(this.#filters, `${subject}: ${metric}`, () => new Set()).add(filter);
    }
    return metrics;
  }

  /** Makes a subject of each number of examples, and says what else differs between files. */
  finish(): void {
    const { log } = this.#measured;
    this.#shots.separate(log);
    for (const [of, filters] of this.#filters) {
      if (filters.size > 1)
        log.each(
          "metric",
          "of another filter in some files than in others",
          `${of}: ${[...filters].join(", ")}`,
        );
    }
    for (const [subject, versions] of this.#versions) {
      if (versions.size > 1)
        log.each(
          "subject",
          "of several versions of the task, whose scores need not be comparable",
          `${subject}: ${[...versions].join(", ")}`,
        );
    }
    if (this.#groups.size > 0)
      log.note(
        `means of other tasks of the table, so a mean over all tasks counts those twice: ${someOf(this.#groups)}`,
      );
  }
}

/** The metric and the filter of a key: `acc` and `none` of `acc,none`, and of `acc`, as files of before 0.4 have it. Undefined for what is none. */
function metricOf(key: string): [metric: string, filter: string] | undefined {
  const [name, filter] = key.split(",") as [string, string | undefined];
  if (filter === undefined && /^(alias|name|sample_len|sample_count|samples|task|.* )$/.test(name))
    return undefined;
  return name.trim() === "" ? undefined : [name, filter ?? "none"];
}

function isScore(metric: string): boolean {
  return /^(acc|exact_match|f1|em)/.test(metric);
}

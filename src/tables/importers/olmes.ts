import { basename, dirname, join } from "node:path";
import { UserError } from "../../errors.ts";
import { mean, variance } from "../../statistics.ts";
import { assemble } from "./assemble.ts";
import { someOf } from "./import-log.ts";
import type { Imported, Importer, ImportOptions, Listing } from "./importer.ts";
import { BrokenJson, eachJsonLine, filesUnder, type JsonObject, objectOf, readJson } from "./json-files.ts";
import { Measurements, numberOf } from "./measurements.ts";
import { splitCheckpointPath } from "./model-names.ts";
import { Shots } from "./shots.ts";

/**
 * Output folders of OLMES: `metrics-all.jsonl`, a task a line, or `task-<NNN>-<task>-metrics.json`, and beside them the questions in
 * `task-<NNN>-<task>-predictions.jsonl`, which give the bits per byte of the right answers where the metrics have none.
 */
export const olmes: Importer = {
  name: "olmes",
  description: "output folders of OLMES: metrics-all.jsonl or task-*-metrics.json, and predictions",
  read: readOlmes,
  looksLike: async ({ names }: Listing) =>
    names.map((name) => basename(name)).find((name) => name === ALL || TASK_METRICS.test(name)),
};

const ALL = "metrics-all.jsonl";
const TASK_METRICS = /^task-\d+-.+-metrics\.json$/;

async function readOlmes(paths: readonly string[], options: ImportOptions = {}): Promise<Imported> {
  const found = await filesUnder(
    paths,
    (name) => name === ALL || TASK_METRICS.test(name) || /-predictions\.jsonl(\.gz)?$/.test(name),
  );
  const all = found.filter((path) => basename(path) === ALL);
  const whole = new Set(all.map((path) => dirname(path)));
  // A folder with both has the same tasks twice.
  const single = found.filter((path) => TASK_METRICS.test(basename(path)) && !whole.has(dirname(path)));
  if (all.length + single.length === 0)
    throw new UserError(`${paths.join(", ")}: no ${ALL} and no task-<NNN>-<task>-metrics.json of OLMES`);
  const measured = new Measurements();
  const { log } = measured;
  const predictions = new Set(found);
  const tasks: { task: JsonObject; path: string; row: number; line: number }[] = [];
  for (const path of all) {
    const first = measured.files.reduce((rows, file) => rows + file.rows, 0);
    const rows = await eachJsonLine(
      path,
      (task, line) => tasks.push({ task, path, row: first + line - 1, line }),
      (problem) => log.drop("row", problem.message, `${path}, line ${problem.line}`),
    );
    measured.addFile({ path, rows, lines: (row) => row + 1 });
  }
  for (const path of single) {
    try {
      tasks.push({
        task: objectOf(readJson(path)),
        path,
        row: measured.addFile({ path, rows: 1 }),
        line: 1,
      });
    } catch (error) {
      if (!(error instanceof BrokenJson)) throw error;
      log.drop("file", error.message, `${path}, line ${error.line}`);
    }
  }
  const aggregates: string[] = [];
  const shots = new Shots();
  for (const { task, path, row, line } of tasks) {
    const place = `${path}, line ${line}`;
    const config = objectOf(task.task_config);
    const subject = String(objectOf(config.metadata).alias ?? task.task_name ?? "").replace(/::.*$/, "");
    if (subject === "") {
      log.drop("row", "without task_name", place);
      continue;
    }
    if (/^(macro|micro)$/.test(String(config.primary_metric))) aggregates.push(subject);
    const metrics = metricsOf(objectOf(task.metrics), log, place);
    const questions = task.num_instances;
    if (typeof questions === "number" && questions > 0) metrics.set(Measurements.QUESTIONS, questions);
    if (!metrics.has("bits_per_byte")) {
      const number = String(task.task_idx ?? "").padStart(3, "0");
      const file = TASK_METRICS.test(basename(path))
        ? path.replace(/-metrics\.json$/, "-predictions.jsonl")
        : join(dirname(path), `task-${number}-${String(task.task_name)}-predictions.jsonl`);
      if (predictions.has(file)) await addPredictions(metrics, file, log);
    }
    const measurement = { ...modelOf(objectOf(task.model_config), path), subject, metrics, row };
    measured.add(measurement);
    if (typeof config.num_shots === "number") shots.add(measurement, config.num_shots);
  }
  shots.separate(log);
  if (aggregates.length > 0)
    log.note(
      `means of other tasks of the table, so a mean over all tasks counts those twice: ${someOf(aggregates)}`,
    );
  return assemble(measured, paths.join(", "), options);
}

/** Model and checkpoint: of the configuration, with the step where a folder says it. */
function modelOf(config: JsonObject, path: string): { model: string; revision: string } {
  const text = (key: string) =>
    typeof config[key] === "string" && config[key] !== "" ? (config[key] as string) : undefined;
  const given = text("model_path") ?? text("model") ?? dirname(path);
  const [whole, folder] = splitCheckpointPath(given);
  const [ownFolder, ownRevision] = splitCheckpointPath(dirname(path));
  const name = text("model");
  const isPlain = name !== undefined && !/[\\/]/.test(name);
  const model = isPlain ? splitCheckpointPath(name)[0] : whole === "" ? ownFolder : whole;
  return {
    model,
    revision:
      text("revision") ?? (folder || (text("model") === undefined || folder === "" ? ownRevision : "")),
  };
}

/** OLMES writes bits per byte under this name too: the factor from nats is in the value. */
const BITS = ["bits_per_byte_corr", "bits_per_byte"];

function metricsOf(given: JsonObject, log: Measurements["log"], place: string): Map<string, number> {
  const metrics = new Map<string, number>();
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === "object" && value !== null) continue;
    const number = numberOf(value, log, () => `${place}: metrics.${name}`);
    if (number === undefined) continue;
    if (BITS.includes(name)) metrics.set("bits_per_byte", number);
    else if (name === "logits_per_byte_corr") {
      // Its sign tells: a mean log-probability in nats is negative, bits per byte are positive.
      if (!metrics.has("bits_per_byte"))
        metrics.set("bits_per_byte", number < 0 ? -number / Math.LN2 : number);
    } else metrics.set(name, number);
  }
  return metrics;
}

/** Adds what the questions of a predictions file say: bits per byte of the right answers, and the standard error of the score. */
async function addPredictions(
  metrics: Map<string, number>,
  path: string,
  log: Measurements["log"],
): Promise<void> {
  const bits: number[] = [];
  await eachJsonLine(
    path,
    (prediction, line) => {
      const outputs = Array.isArray(prediction.model_output) ? prediction.model_output : [];
      const { label } = prediction;
      const right = objectOf(outputs[outputs.length === 1 ? 0 : Number(label)]);
      const own = right.bits_per_byte;
      const perByte = right.logits_per_byte;
      if (typeof own === "number") bits.push(own);
      else if (typeof perByte === "number") bits.push(perByte < 0 ? -perByte / Math.LN2 : perByte);
      else
        log.drop(
          "question",
          "without the log-probability of the right answer",
          `${basename(path)}, line ${line}`,
        );
    },
    (problem) => log.drop("question", problem.message, `${path}, line ${problem.line}`),
  );
  if (bits.length === 0) return;
  metrics.set(Measurements.ANSWER_BPB, mean(bits));
  if (bits.length > 1)
    metrics.set(
      Measurements.ANSWER_BPB + Measurements.STANDARD_ERROR,
      Math.sqrt(variance(bits) / (bits.length - 1)),
    );
  if (!metrics.has(Measurements.QUESTIONS)) metrics.set(Measurements.QUESTIONS, bits.length);
}

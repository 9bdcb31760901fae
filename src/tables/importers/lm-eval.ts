import { basename, dirname } from "node:path";
import { UserError } from "../../errors.ts";
import { assemble } from "./assemble.ts";
import type { Imported, Importer, ImportOptions, Listing } from "./importer.ts";
import { BrokenJson, filesUnder, type JsonObject, objectOf, readJson } from "./json-files.ts";
import { type Evaluated, TaskResults } from "./lm-eval-results.ts";
import { type QuestionNames, readAnswers } from "./lm-eval-samples.ts";
import { type Measurement, Measurements } from "./measurements.ts";
import { saysCheckpoint, splitCheckpointPath } from "./model-names.ts";

/**
 * Folders of EleutherAI's lm-evaluation-harness: `results_<date>.json` with keys such as `acc,none` (0.4 and later) or `acc`
 * (before), and `samples_<task>_<date>.jsonl` beside them, from which come the bits per byte of the right answers, which no results
 * file has. Files of other names count by their content.
 */
export const lmEval: Importer = {
  name: "lm-eval",
  description: "a folder of lm-evaluation-harness: results_*.json, and samples_*.jsonl where they are",
  readsQuestions: true,
  read: readLmEval,
  looksLike,
};

const SAMPLES = /^samples_(.+)_(\d{4}-\d\d-\d\dT[\d.:-]+)\.jsonl(\.gz)?$/;
const DATE = /_(\d{4}-\d\d-\d\dT[\d.:-]+)\.json(\.gz)?$/;
const RESULTS = /\.json(\.gz)?$/;

async function looksLike({ names, head }: Listing): Promise<string | undefined> {
  const name =
    names.find((name) => /(^|\/)results_\d{4}-.*\.json(\.gz)?$/.test(name)) ??
    names.find((name) => SAMPLES.test(basename(name)));
  if (name !== undefined && !/config_general/.test(await head(name))) return basename(name);
  for (const other of names.filter((name) => RESULTS.test(name)).slice(0, 3)) {
    const text = await head(other);
    if (/^\s*\{\s*"results":\s*\{/.test(text)) return basename(other);
  }
  return undefined;
}

async function readLmEval(paths: readonly string[], options: ImportOptions = {}): Promise<Imported> {
  const found = await filesUnder(paths, (name) => /\.jsonl?(\.gz)?$/.test(name));
  const measured = new Measurements();
  const { log } = measured;
  const samples = found.filter((path) => SAMPLES.test(basename(path)));
  const results = found.filter((path) => RESULTS.test(path)).sort(byDate);
  const byTask = new Map<string, Measurement>();
  const models = new Map<string, Evaluated>();
  const tasks = new TaskResults(measured);
  let read = 0;
  for (const path of results) {
    const document = documentOf(path, log);
    if (document === undefined) continue;
    read++;
    const row = measured.addFile({ path, rows: 1 });
    const evaluated = evaluatedIn(document, path);
    const date = DATE.exec(path)?.[1];
    const added = tasks.add(document, evaluated, { path, row });
    if (date === undefined) continue;
    models.set(`${dirname(path)}\n${date}`, evaluated);
    for (const measurement of added)
      byTask.set(`${dirname(path)}\n${date}\n${measurement.subject}`, measurement);
  }
  if (read === 0 && samples.length === 0) {
    throw new UserError(
      [
        `${paths.join(", ")}: no results file of lm-evaluation-harness (results_<date>.json) among ${found.length} files`,
        ...log.lines(),
      ].join("; "),
    );
  }
  const names: QuestionNames | undefined = options.questionGroups === undefined ? undefined : new Map();
  for (const path of samples) {
    const [, task, date] = SAMPLES.exec(basename(path)) as unknown as [string, string, string];
    const evaluated = models.get(`${dirname(path)}\n${date}`);
    if (evaluated === undefined) {
      log.drop(
        "file",
        "samples without the results file of the same date, which says the model",
        basename(path),
      );
      continue;
    }
    const { metrics, answers, lines } = await readAnswers(path, log, names);
    const row = measured.addFile({ path, rows: lines });
    const results = byTask.get(`${dirname(path)}\n${date}\n${task}`);
    if (results === undefined) measured.add({ ...evaluated, subject: task, metrics, answers, row });
    else {
      addAnswers(results.metrics, metrics, path, log);
      results.answers = answers;
    }
  }
  tasks.finish();
  return assemble(measured, paths.join(", "), options);
}

/** Adds what the questions say to what the results file says of the task; where both say the same, the results file counts. */
function addAnswers(
  results: Map<string, number>,
  answers: ReadonlyMap<string, number>,
  path: string,
  log: Measurements["log"],
): void {
  for (const [name, value] of answers) {
    const known = results.get(name);
    if (known === undefined) results.set(name, value);
    else if (
      !name.endsWith(Measurements.STANDARD_ERROR) &&
      Math.abs(known - value) > 1e-6 * Math.max(1, Math.abs(value))
    ) {
      log.each(
        "value",
        "the questions say another than the results file, which counts",
        `${basename(path)}: ${name} ${value}, not ${known}`,
      );
    }
  }
}

/** Files by the date in their names, those without one first: later evaluations come last. */
function byDate(a: string, b: string): number {
  const [first, second] = [DATE.exec(a)?.[1] ?? "", DATE.exec(b)?.[1] ?? ""];
  return first === second ? 0 : first < second ? -1 : 1;
}

/** A results file; undefined for one that is broken or something else, which is counted. */
function documentOf(path: string, log: Measurements["log"]): JsonObject | undefined {
  try {
    const document = objectOf(readJson(path));
    const isResults = Object.keys(objectOf(document.results)).length > 0 && !("config_general" in document);
    if (isResults) return document;
    log.drop("file", "not a results file of lm-evaluation-harness", basename(path));
  } catch (error) {
    if (!(error instanceof BrokenJson)) throw error;
    log.drop("file", error.message, `${path}, line ${error.line}`);
  }
  return undefined;
}

function evaluatedIn(document: JsonObject, path: string): Evaluated {
  const config = objectOf(document.config);
  const args = argumentsOf(config.model_args);
  const text = (...values: unknown[]) =>
    values.find((value): value is string => typeof value === "string" && value !== "");
  const given = text(
    args.pretrained,
    args.peft,
    args.model,
    document.model_name,
    args.path,
    config.model_name,
  );
  const stem = basename(path).replace(DATE, "").replace(RESULTS, "");
  const [model, folder] = splitCheckpointPath(
    given ?? (stem.startsWith("results") ? basename(dirname(path)) : stem),
  );
  // The folder of a checkpoint says more than a branch that is there by default.
  const named = text(args.revision);
  const revision =
    folder !== "" && (named === undefined || !saysCheckpoint(named))
      ? folder
      : (named ?? text(config.model_revision) ?? "");
  const parameters = config.model_num_parameters;
  return { model, revision, n: typeof parameters === "number" && parameters > 0 ? parameters : undefined };
}

/** `pretrained=X,revision=stepN` as a mapping; a mapping as it is. */
function argumentsOf(given: unknown): JsonObject {
  if (typeof given !== "string") return objectOf(given);
  return Object.fromEntries(
    given.split(",").flatMap((part) => {
      const [, key, value] = /^\s*([\w-]+)=(.*)$/.exec(part) ?? [];
      return key === undefined ? [] : [[key, value]];
    }),
  );
}

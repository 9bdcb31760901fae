import { basename, dirname } from "node:path";
import { getOrInsert } from "../../collections.ts";
import { UserError } from "../../errors.ts";
import { assemble } from "./assemble.ts";
import { someOf } from "./import-log.ts";
import type { Imported, Importer, ImportOptions, Listing } from "./importer.ts";
import { BrokenJson, filesUnder, type JsonObject, objectOf, readJson } from "./json-files.ts";
import { type QuestionNames, readAnswers } from "./lm-eval-samples.ts";
import { type Measurement, Measurements, numberOf } from "./measurements.ts";
import { splitCheckpointPath } from "./model-names.ts";

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
const DATE = /_(\d{4}-\d\d-\d\dT[\d.:-]+)\.json$/;

async function looksLike({ names, head }: Listing): Promise<string | undefined> {
  const name =
    names.find((name) => /(^|\/)results_\d{4}-.*\.json$/.test(name)) ??
    names.find((name) => SAMPLES.test(basename(name)));
  if (name !== undefined && !/config_general/.test(await head(name))) return basename(name);
  for (const other of names.filter((name) => name.endsWith(".json")).slice(0, 3)) {
    const text = await head(other);
    if (/^\s*\{\s*"results":\s*\{/.test(text)) return basename(other);
  }
  return undefined;
}

/** What a results file says of the model, for its samples. */
interface Evaluated {
  model: string;
  revision: string;
  n: number | undefined;
}

async function readLmEval(paths: readonly string[], options: ImportOptions = {}): Promise<Imported> {
  const found = await filesUnder(paths, (name) => /\.json$|\.jsonl(\.gz)?$/.test(name));
  const measured = new Measurements();
  const { log } = measured;
  const samples = found.filter((path) => SAMPLES.test(basename(path)));
  const results = found.filter((path) => path.endsWith(".json")).sort(byDate);
  const byTask = new Map<string, Measurement>();
  const models = new Map<string, Evaluated>();
  const shots: Shots = new Map();
  let read = 0;
  for (const path of results) {
    const document = documentOf(path, log);
    if (document === undefined) continue;
    read++;
    const row = measured.addFile({ path, rows: 1 });
    const evaluated = evaluatedIn(document, path);
    const date = DATE.exec(path)?.[1];
    const added = addResults(measured, document, evaluated, { path, row }, shots);
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
  separateShots(measured, shots);
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
  const stem = basename(path)
    .replace(/\.json$/, "")
    .replace(DATE, "");
  const [model, folder] = splitCheckpointPath(
    given ?? (stem.startsWith("results") ? basename(dirname(path)) : stem),
  );
  const revision = text(args.revision) ?? (folder !== "" ? folder : text(config.model_revision)) ?? "";
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

/** Numbers of examples in the prompt by task. */
type Shots = Map<string, Map<number, Measurement[]>>;

function addResults(
  measured: Measurements,
  document: JsonObject,
  evaluated: Evaluated,
  { path, row }: { path: string; row: number },
  shots: Shots,
): Measurement[] {
  const { log } = measured;
  const [shotsOf, counts, better] = ["n-shot", "n-samples", "higher_is_better"].map((key) =>
    objectOf(document[key]),
  );
  const config = objectOf(document.config);
  if (config.limit !== null && config.limit !== undefined) {
    log.note("some results are of a part of the questions (--limit of lm-evaluation-harness)");
  }
  if (typeof config.model_num_parameters === "number") {
    log.note("n is model_num_parameters where the files have it, which counts embeddings too");
  }
  const groups = Object.entries(objectOf(document.groups));
  const tasks = new Map([...groups, ...Object.entries(objectOf(document.results))]);
  const added: Measurement[] = [];
  for (const [subject, values] of tasks) {
    const metrics = new Map<string, number>();
    for (const [key, value] of Object.entries(objectOf(values))) {
      const read = metricOf(key);
      if (read === undefined) continue;
      const number = numberOf(value, log, () => `${path}: results.${subject}.${key}`);
      if (number === undefined) continue;
      // Of several filters of a metric the first counts.
      if (metrics.has(read))
        log.each("value", "of several filters of a metric the first is taken", `${subject}: ${read}`);
      else
        metrics.set(
          objectOf(better![subject])[read] === false && isScore(read) ? `${read}_lower_is_better` : read,
          number,
        );
    }
    const questions = objectOf(counts![subject]).effective ?? objectOf(values).sample_len;
    if (metrics.size > 0 && typeof questions === "number" && questions > 0)
      metrics.set(Measurements.QUESTIONS, questions);
    const measurement = { ...evaluated, subject, metrics, row };
    measured.add(measurement);
    added.push(measurement);
    const shot = Number(shotsOf![subject] ?? config.num_fewshot ?? Number.NaN);
    if (!Number.isNaN(shot)) {
      getOrInsert(
        getOrInsert(shots, subject, () => new Map()),
        shot,
        () => [],
      ).push(measurement);
    }
  }
  return added;
}

/** The metric of a key: `acc` of `acc,none`, `acc_stderr` of `acc_stderr,none`. Undefined for what is none. */
function metricOf(key: string): string | undefined {
  const [name, filter] = key.split(",") as [string, string | undefined];
  if (filter === undefined && /^(alias|name|sample_len|sample_count|samples|task|.* )$/.test(name))
    return undefined;
  return name.trim() === "" ? undefined : name;
}

function isScore(metric: string): boolean {
  return /^(acc|exact_match|f1|em)/.test(metric);
}

/** A task that was asked with several numbers of examples is as many subjects: `arc_easy_0shot`, `arc_easy_5shot`. */
function separateShots({ log }: Measurements, shots: Shots): void {
  const several = [...shots].filter(([, numbers]) => numbers.size > 1);
  for (const [subject, numbers] of several) {
    for (const [shot, measurements] of numbers) {
      for (const measurement of measurements) measurement.subject = `${subject}_${shot}shot`;
    }
  }
  if (several.length > 0) {
    const names = someOf(several.map(([subject]) => subject));
    log.note(`asked with several numbers of examples in the prompt, each a subject of its own: ${names}`);
  }
}

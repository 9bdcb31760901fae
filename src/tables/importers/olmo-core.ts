import { basename, dirname } from "node:path";
import { getOrInsert } from "../../collections.ts";
import { UserError } from "../../errors.ts";
import { assemble } from "./assemble.ts";
import { someOf } from "./import-log.ts";
import type { Imported, Importer, ImportOptions, Listing } from "./importer.ts";
import { BrokenJson, filesUnder, type JsonObject, objectOf, readJson } from "./json-files.ts";
import { type Measurement, Measurements, numberOf } from "./measurements.ts";
import { readModelName } from "./model-names.ts";

/**
 * Save folders of the model ladder of OLMo-core: `<size>/metrics_step<N>.json`, before and after each decay of a WSD-S trunk.
 *
 * Each decay is a run, `190M-2xC`, whose family is its trunk: the decays of a trunk share most of their training and are not independent.
 * Checkpoints before a decay have the phase `pre-decay`.
 */
export const olmoCore: Importer = {
  name: "olmo-core",
  description:
    "save folders of OLMo-core's model ladder: <size>/metrics_step<N>.json; decays of a trunk are a family",
  read: readOlmoCore,
  looksLike: async ({ names }: Listing) =>
    names.map((name) => basename(name)).find((name) => STEP_FILE.test(name)),
};

const STEP_FILE = /^metrics_step(\d+)\.json$/;

/** Labels of OLMo-core's evaluators, and the metrics that they are. */
const LABELS: Readonly<Record<string, string>> = {
  "length-normalized accuracy": "acc_norm",
  accuracy: "acc",
  "PMI-DC accuracy": "acc_uncond",
  "F1 score": "f1",
  BPB: "bpb",
  "CE loss": "ce_loss",
  "soft loss": "soft_loss",
  "log soft loss": "log_soft",
};

async function readOlmoCore(paths: readonly string[], options: ImportOptions = {}): Promise<Imported> {
  const found = await filesUnder(
    paths,
    (name) => STEP_FILE.test(name) || name === "metrics.json" || name.endsWith(".pkl"),
  );
  const steps = found.filter((path) => STEP_FILE.test(basename(path)));
  const pickles = found.filter((path) => path.endsWith(".pkl"));
  if (steps.length === 0 && pickles.length > 0) {
    throw new UserError(
      `${pickles[0]}: a pickle of Python, which lawfit does not read; allowed: the folder with metrics_step<N>.json that it was made of`,
    );
  }
  if (steps.length === 0) throw new UserError(`${paths.join(", ")}: no metrics_step<N>.json of OLMo-core`);
  const measured = new Measurements();
  const { log } = measured;
  if (pickles.length > 0) log.drop("file", "a pickle of Python", basename(pickles[0]!), pickles.length);
  const summaries = found.filter((path) => basename(path) === "metrics.json").length;
  if (summaries > 0)
    log.drop("file", "metrics.json repeats the last metrics_step<N>.json", undefined, summaries);
  const documents: { path: string; step: number; trunk: string; document: JsonObject }[] = [];
  for (const path of steps.sort((a, b) => stepOf(a) - stepOf(b))) {
    try {
      documents.push({
        path,
        step: stepOf(path),
        trunk: basename(dirname(path)),
        document: objectOf(readJson(path)),
      });
    } catch (error) {
      if (!(error instanceof BrokenJson)) throw error;
      log.drop("file", error.message, `${path}, line ${error.line}`);
    }
  }
  const version = versionOf(documents.map(({ document }) => document));
  if (version.isMixed)
    log.note(
      `evaluators log two versions of a metric: ${version.suffix === "" ? "the first" : "v2"} is taken everywhere`,
    );
  const unsure = new Set<string>();
  for (const { path, step, trunk, document } of documents) {
    const row = measured.addFile({ path, rows: 1 });
    const number = (key: string) => numberOf(document[key], log, () => `${path}: ${key}`);
    const d = number("throughput/total tokens");
    const n = number("num_params") ?? number("train/num_params");
    const multiple =
      number("throughput/chinchilla multiple") ??
      multipleOf(n ?? readModelName(trunk, "", options.pattern).n, d);
    const decay = multiple === undefined ? undefined : decayedAt(multiple);
    if (multiple === undefined) unsure.add(trunk);
    const place = {
      model: decay === undefined ? trunk : `${trunk}-${decay}xC`,
      family: trunk,
      ...(decay === undefined && multiple !== undefined && { phase: "pre-decay" }),
    };
    // The name of a trunk says its size, and that of a run how long it was trained.
    const named = readModelName(trunk, "", options.pattern).n;
    for (const [subject, metrics] of subjectsOf(document, version.suffix, log, path)) {
      const measurement: Measurement = { ...place, subject, metrics, ...{ n: n ?? named, d, step, row } };
      measured.add(measurement);
    }
  }
  if (unsure.size > 0) {
    log.note(
      `neither a Chinchilla multiple nor parameters: which checkpoints are before a decay is not known, all are of one run: ${someOf(unsure)}`,
    );
  }
  log.note(
    "runs of one family are decays of one trunk, so they are not independent: --cluster family (bootstrap: {cluster: family}) draws them together",
  );
  return assemble(measured, paths.join(", "), options);
}

function stepOf(path: string): number {
  return Number(STEP_FILE.exec(basename(path))![1]);
}

function multipleOf(n: number | undefined, d: number | undefined): number | undefined {
  return n === undefined || d === undefined ? undefined : d / (20 * n);
}

/** The multiple of Chinchilla-optimal tokens at which a decay ends: a power of two, of which the steps may be off by 2 %; undefined between. */
function decayedAt(multiple: number): number | undefined {
  const nearest = 2 ** Math.round(Math.log2(multiple));
  return nearest >= 0.25 && Math.abs(multiple / nearest - 1) < 0.02 ? nearest : undefined;
}

/** Which of two versions of labels is taken: the one that all files have; the first of both. */
function versionOf(documents: readonly JsonObject[]): { suffix: "" | " v2"; isMixed: boolean } {
  const has = (pattern: RegExp) => (document: JsonObject) =>
    Object.keys(document).some((key) => pattern.test(key));
  const [first, second] = [has(/\((?!.* v2\)).*\)$/), has(/ v2\)$/)];
  const suffix = documents.every(second) && !documents.every(first) ? " v2" : "";
  return { suffix, isMixed: documents.some(first) && documents.some(second) };
}

function subjectsOf(
  document: JsonObject,
  suffix: "" | " v2",
  log: Measurements["log"],
  path: string,
): Map<string, Map<string, number>> {
  const subjects = new Map<string, Map<string, number>>();
  for (const [key, value] of Object.entries(document)) {
    const [, , task, label = ""] = /^eval\/(merged\/)?downstream\/(.+) \((.+)\)$/.exec(key) ?? [];
    const [, , domain] = /^eval\/(merged\/)?lm\/(.+)\/CE loss$/.exec(key) ?? [];
    if (task === undefined && domain === undefined) continue;
    if (task !== undefined && / v2$/.test(label) !== (suffix !== "")) continue;
    const metric = domain !== undefined ? "loss" : LABELS[label.replace(/ v2$/, "")];
    if (metric === undefined) {
      log.drop("value", `a label that is not known: ${label}`, key);
      continue;
    }
    const number = numberOf(value, log, () => `${path}: ${key}`);
    if (number !== undefined) getOrInsert(subjects, (task ?? domain)!, () => new Map()).set(metric, number);
  }
  return subjects;
}

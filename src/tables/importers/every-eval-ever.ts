import { basename } from "node:path";
import { UserError } from "../../errors.ts";
import { assemble } from "./assemble.ts";
import type { Imported, Importer, ImportOptions, Listing } from "./importer.ts";
import { BrokenJson, filesUnder, type JsonObject, objectOf, readJson } from "./json-files.ts";
import { Measurements, numberOf } from "./measurements.ts";
import { splitCheckpointPath } from "./model-names.ts";

/**
 * Files of the shared schema Every Eval Ever (arXiv 2606.14516): `<uuid>.json` with `evaluation_results`. The subject is the
 * `evaluation_name`, and metrics have the names of `metric_config`.
 */
export const everyEvalEver: Importer = {
  name: "every-eval-ever",
  description: "a folder of the schema Every Eval Ever: JSON files with evaluation_results",
  read: readEvaluations,
  looksLike,
};

async function looksLike({ names, head }: Listing): Promise<string | undefined> {
  for (const name of names.filter((name) => name.endsWith(".json")).slice(0, 3)) {
    const text = await head(name);
    if (/"(evaluation_results|evaluation_id|eval_library)"\s*:/.test(text) && /"schema_version"/.test(text))
      return basename(name);
  }
  return undefined;
}

async function readEvaluations(paths: readonly string[], options: ImportOptions = {}): Promise<Imported> {
  const found = await filesUnder(paths, (name) => name.endsWith(".json"));
  const measured = new Measurements();
  const { log } = measured;
  const documents: { path: string; document: JsonObject; time: string }[] = [];
  for (const path of found) {
    try {
      const document = objectOf(readJson(path));
      const time = String(document.evaluation_timestamp ?? document.retrieved_timestamp ?? "");
      if (Array.isArray(document.evaluation_results)) documents.push({ path, document, time });
      else log.drop("file", "without evaluation_results", basename(path));
    } catch (error) {
      if (!(error instanceof BrokenJson)) throw error;
      log.drop("file", error.message, `${path}, line ${error.line}`);
    }
  }
  if (documents.length === 0) {
    throw new UserError(
      [`${paths.join(", ")}: no file with evaluation_results among ${found.length}`, ...log.lines()].join(
        "; ",
      ),
    );
  }
  for (const { path, document } of documents.sort((a, b) =>
    a.time < b.time ? -1 : a.time > b.time ? 1 : 0,
  )) {
    const row = measured.addFile({ path, rows: 1 });
    const info = objectOf(document.model_info);
    const details = objectOf(info.additional_details);
    const [model, folder] = splitCheckpointPath(String(info.id ?? info.name ?? ""));
    if (model === "") {
      log.drop("file", "without model_info.id", basename(path));
      continue;
    }
    const revision = [info.revision, details.revision, details.model_revision].find(
      (text) => typeof text === "string",
    );
    (document.evaluation_results as unknown[]).forEach((given, index) => {
      const result = objectOf(given);
      const metrics = metricsOf(result, log, `${path}: evaluation_results[${index}]`);
      measured.add({
        model,
        revision: (revision as string | undefined) ?? folder,
        subject: String(result.evaluation_name ?? "unnamed"),
        metrics,
        row,
      });
    });
  }
  return assemble(measured, paths.join(", "), options);
}

function metricsOf(result: JsonObject, log: Measurements["log"], place: string): Map<string, number> {
  const config = objectOf(result.metric_config);
  const details = objectOf(result.score_details);
  const uncertainty = objectOf(details.uncertainty);
  const score = numberOf(details.score, log, () => `${place}.score_details.score`);
  const metrics = new Map<string, number>();
  if (score === undefined) return metrics;
  const given = String(config.metric_name ?? config.metric_id ?? "score").toLowerCase();
  const name = given.replace(/[^a-z0-9]+/g, "_").replace(/^_|_$/g, "") || "score";
  const isLoss = config.lower_is_better === true;
  // An accuracy of which less is better is an error rate.
  const metric = isLoss && /acc|exact|score|f1/.test(name) ? `${name}_lower_is_better` : name;
  const isPerCent = !isLoss && config.min_score === 0 && config.max_score === 100;
  const unit = isPerCent ? 100 : 1;
  if (isPerCent) log.note("scores from 0 to 100 by their metric_config are divided by 100");
  metrics.set(metric, score / unit);
  const error = objectOf(uncertainty.standard_error).value ?? uncertainty.standard_error;
  if (typeof error === "number") metrics.set(metric + Measurements.STANDARD_ERROR, error / unit);
  const questions = uncertainty.num_samples;
  if (typeof questions === "number" && questions > 0) metrics.set(Measurements.QUESTIONS, questions);
  return metrics;
}

import { basename, dirname } from "node:path";
import { getOrInsert } from "../../collections.ts";
import { UserError } from "../../errors.ts";
import { assemble } from "./assemble.ts";
import type { Imported, Importer, ImportOptions, Listing } from "./importer.ts";
import { eachJsonLine, filesUnder, objectOf } from "./json-files.ts";
import { readLoggedKey } from "./logged-keys.ts";
import { Measurements, numberOf } from "./measurements.ts";

/**
 * `tracker_metrics.jsonl` of Marin and Levanter: a line for each run, with `config` and the last values of what was logged in `summary`. A
 * run is named as its folder. n is `parameter_count`, with embeddings, d `throughput/total_tokens`, c 1e9 times `throughput/total_gflops`.
 */
export const marin: Importer = {
  name: "marin",
  description: "tracker_metrics.jsonl of Marin and Levanter, in the folders of the runs",
  read: readMarin,
  looksLike: async ({ names }: Listing) => names.find((name) => basename(name) === FILE),
};

const FILE = "tracker_metrics.jsonl";

async function readMarin(paths: readonly string[], options: ImportOptions = {}): Promise<Imported> {
  const found = await filesUnder(paths, (name) => name === FILE);
  if (found.length === 0) throw new UserError(`${paths.join(", ")}: no ${FILE}`);
  const measured = new Measurements();
  const { log } = measured;
  for (const path of found) {
    const first = measured.files.reduce((rows, file) => rows + file.rows, 0);
    const lines = await eachJsonLine(
      path,
      (line, number) => {
        const summary = objectOf(line.summary);
        const sizes: { n?: number; d?: number; c?: number } = {};
        const bySubject = new Map<string, Map<string, number>>();
        for (const [key, given] of Object.entries(summary)) {
          const logged =
            key === "parameter_count"
              ? ({ kind: "count", count: "n", factor: 1 } as const)
              : readLoggedKey(key, options.columns);
          if (logged?.kind !== "metric" && logged?.kind !== "count") continue;
          const value = numberOf(given, log, () => `${path}, line ${number}: ${key}`);
          if (value === undefined) continue;
          if (logged.kind === "count") sizes[logged.count] ??= value * logged.factor;
          else getOrInsert(bySubject, logged.subject, () => new Map()).set(logged.metric, value);
        }
        if (bySubject.size === 0)
          log.drop("row", "without any metric of an evaluation", `${path}, line ${number}`);
        const step = summary.global_step ?? summary._step;
        for (const [subject, metrics] of bySubject) {
          measured.add({
            model: basename(dirname(path)),
            subject,
            metrics,
            ...sizes,
            ...(typeof step === "number" && { step }),
            row: first + number - 1,
          });
        }
      },
      (problem) => log.drop("row", problem.message, `${path}, line ${problem.line}`),
    );
    measured.addFile({ path, rows: lines, lines: (row) => row + 1 });
  }
  log.note("n is parameter_count where the files have it, which counts embeddings too");
  return assemble(measured, paths.join(", "), options);
}

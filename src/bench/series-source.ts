import { existsSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "../solve/paths.ts";
import type { CheckpointTable } from "../tables/checkpoint-table.ts";
import { olmoLadder } from "../tables/importers/olmo-ladder.ts";
import { readCheckpointTable } from "../tables/read-checkpoint-table.ts";

/** The simulated ladder that comes with the package. */
const sample = join(packageFolder, "data-samples", "ladder", "checkpoints.parquet");

/**
 * The folder of the real OLMo ladder runs where this machine has one: `data/olmo-ladder` of $LAWFIT_SHARED, or of
 * `shared` beside the package.
 */
export function realLadderFolder(): string | undefined {
  const folder = join(
    process.env.LAWFIT_SHARED || join(packageFolder, "..", "shared"),
    "data",
    "olmo-ladder",
  );
  return existsSync(folder) ? folder : undefined;
}

/** A ladder's checkpoint table, and whether it was measured or simulated. */
export interface SeriesSource {
  table: CheckpointTable;
  data: "real" | "simulated";
}

/**
 * Reads the ladder that the benchmark's series come from: the real runs, else the simulated sample.
 *
 * @param folder raw files of the OLMo ladder. @default where `realLadderFolder` finds them
 * @throws UserError where the folder given holds no such files
 */
export async function readSeriesSource(folder = realLadderFolder()): Promise<SeriesSource> {
  if (folder === undefined) return { table: await readCheckpointTable(sample), data: "simulated" };
  return { table: (await olmoLadder.read([folder])).table, data: "real" };
}

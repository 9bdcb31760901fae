import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { CellDraws, TargetDraws } from "../bootstrap/bootstrap-cells.ts";
import type { Cell } from "../plan/plan-sweep.ts";
import { temporaryName } from "../store/atomic.ts";
import { diskError } from "../store/disk-errors.ts";
import type { Table } from "../tables/table.ts";
import { parquetStream } from "../tables/write.ts";

/** Table `draws` on its way to the disk. */
export interface DrawsFile {
  add(draws: CellDraws): Promise<void>;
  /** The finished table, to be moved into the job directory. */
  finish(): Promise<{ path: string; rows: number }>;
  /** Removes what is left of it. */
  close(): Promise<void>;
}

/**
 * Opens a temporary folder in a job directory that takes the draws until the directory is written.
 *
 * @param directory that this process has claimed (`claimDirectory`)
 */
export async function openDrawsFile(directory: string): Promise<DrawsFile> {
  const folder = join(directory, temporaryName());
  const failed = (error: unknown): never => {
    throw diskError(error, directory, "; what was solved stays: the same command goes on from there");
  };
  await mkdir(folder).catch(failed);
  const stream = parquetStream(folder, drawsTable({ id: 0, task: "" }, "", noDraws, 0));
  return {
    async add({ cell, targets }) {
      for (const { target, values } of targets) {
        for (let first = 0; first < values.predicted.length; first += MOST_ROWS) {
          await stream.append(drawsTable(cell, target, values, first)).catch(failed);
        }
      }
    },
    async finish() {
      const path = join(folder, "draws.parquet");
      return { path, rows: await stream.finish(path).catch(failed) };
    },
    async close() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Rows that are made into a table at once. */
const MOST_ROWS = 50_000;

const none = new Float64Array(0);
const noDraws: TargetDraws["values"] = { predicted: none, feature: none, link: none };

/** The draws of a target of a cell, one row a replicate, from one of them on. */
function drawsTable(
  { id, task }: Pick<Cell, "id" | "task">,
  target: string,
  { predicted, feature, link }: TargetDraws["values"],
  first: number,
): Table {
  const rows = Math.min(MOST_ROWS, predicted.length - first);
  const part = (values: Float64Array): Float64Array => values.subarray(first, first + rows);
  return {
    rows,
    columns: [
      { name: "cell", type: "int64", values: new Array<number>(rows).fill(id) },
      { name: "task", type: "string", values: new Array<string>(rows).fill(task) },
      { name: "target", type: "string", values: new Array<string>(rows).fill(target) },
      { name: "replicate", type: "int64", values: Array.from({ length: rows }, (_, i) => first + i + 1) },
      { name: "predicted", type: "float64", values: part(predicted) },
      { name: "feature_predicted", type: "float64", values: part(feature) },
      { name: "link_predicted", type: "float64", values: part(link) },
    ],
  };
}

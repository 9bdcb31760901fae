import { resolve } from "node:path";
import { recordsOf } from "../draw/records.ts";
import { writeReport } from "../report/load.ts";
import { jobOf } from "../report/read-job.ts";
import { type RunSweepOptions, runSweep, type SweepResult } from "../run/run-sweep.ts";
import type { SweepSpec } from "../spec/spec.ts";
import type { Table } from "../tables/table.ts";
import { type AskedRun, readRun } from "./read-run.ts";
import { writeWith } from "./write-with.ts";

/** Which cells are asked, and where the answer is written. */
export interface AnswerPlaces {
  /** SQL predicate on the columns of table `cells` of a finished run: those that are asked. @default all */
  cells?: string | undefined;
  /**
   * Run directory to write with the tables of the answer; its page, with the figure, is beside it. Of a table that is fitted first it is that of the
   * fit; of a finished run it gets the run's tables, and may be the run itself. @default nothing is written
   */
  out?: string | undefined;
}

/** An answer by the laws of a run. */
export interface Answer<Tables = Readonly<Record<string, Table>>> {
  /** The tables of the answer by name. */
  tables: Tables;
  /** The fit of a table, with the tables of the answer; undefined of a finished run. */
  fitted: SweepResult | undefined;
  /** The design choices that the run has columns of. */
  axes: string[];
  /** Files that were written beside the run directory. */
  files: string[];
}

/** What answers are made with. */
export type AnswerOptions = AnswerPlaces & Omit<RunSweepOptions, "out">;

/**
 * Answers a question by the laws of a finished run, or of a sweep of method `fit`, which is fitted first and keeps its resamples.
 *
 * @param source a run's directory, or a sweep
 * @param command what asks, for messages
 * @param name of the answer's table
 * @throws UserError where there is no such run, and as `runSweep` does
 */
export async function answer<Tables extends Readonly<Record<string, Table>>>(
  source: string | SweepSpec,
  { out, cells, ...options }: AnswerOptions,
  command: string,
  make: (run: AskedRun, where: string) => Tables | Promise<Tables>,
): Promise<Answer<Tables>> {
  const where = typeof source === "string" ? source : command;
  const fitted =
    typeof source === "string" ? undefined : await runSweep(withDraws(source), { ...options, out, where });
  const run = fitted === undefined ? await readRun(source as string, cells) : runOf(fitted);
  const { job } = run;
  const tables = await make(run, where);
  const result = {
    tables,
    fitted: fitted && { ...fitted, tables: { ...fitted.tables, ...tables } },
    axes: job.axes.map((axis) => axis.name),
  };
  if (out === undefined) return { ...result, files: [] };
  const isSame = fitted !== undefined || resolve(out) === resolve(job.directory);
  await writeWith(out, job, tables, { isSame, ...options });
  const { files } = await writeReport(out, { onWarning: options.onWarning });
  return { ...result, files };
}

/** A sweep whose resamples are kept: intervals are from them. */
function withDraws(spec: SweepSpec): SweepSpec {
  return spec.bootstrap === undefined ? spec : { ...spec, bootstrap: { ...spec.bootstrap, draws: true } };
}

function runOf({ manifest, tables }: SweepResult): AskedRun {
  return { job: jobOf("", manifest, tables), cells: recordsOf(tables.cells) };
}

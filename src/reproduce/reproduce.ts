import { entryOf } from "../errors.ts";
import { getMethod } from "../registry.ts";
import { type RunSweepOptions, runSweep } from "../run/run-sweep.ts";
import type { SweepSpec } from "../spec/spec.ts";
import { type ComparedTable, comparePaper, countVerdicts, type Verdict } from "./compare.ts";
import { ladderPaper } from "./ladder/ladder.ts";
import { lossToLossPaper } from "./loss-to-loss/loss-to-loss.ts";
import type { Paper } from "./paper.ts";
import { indexResults } from "./results.ts";

/** The papers by name. A new one is a record in a folder of its own and a line here. */
export const papers: ReadonlyMap<string, Paper> = new Map(
  [ladderPaper, lossToLossPaper].map((paper) => [paper.name, paper]),
);

/**
 * The paper of a name.
 *
 * @throws UserError with the nearest name where there is none
 */
export function getPaper(name: string): Paper {
  return entryOf(papers, name, "unknown paper");
}

export interface ReproduceOptions
  extends Pick<SweepSpec, "starts" | "seed" | "backend" | "threads">,
    Pick<RunSweepOptions, "out" | "onStatus" | "onWarning" | "onProgress" | "solver"> {
  /** Checkpoint table: files and globs. */
  table: string | string[];
}

/** A paper's tables with our numbers in them. */
export interface Reproduction {
  paper: Pick<Paper, "name" | "title" | "source">;
  tables: ComparedTable[];
  /** Printed numbers of each verdict. */
  counts: Record<Verdict, number>;
}

/**
 * Runs the sweep of a paper on a table and compares its printed numbers with the results.
 *
 * @param name of the paper
 * @throws UserError for an unknown paper, and for a table that lacks a task, a target or a metric that a printed
 * number needs
 */
export async function reproduce(name: string, options: ReproduceOptions): Promise<Reproduction> {
  const paper = getPaper(name);
  const { table, starts, seed, backend, threads, ...sweepOptions } = options;
  const { tables, manifest } = await runSweep(
    { ...paper.sweep, table, starts, seed, backend, threads },
    { ...sweepOptions, fresh: true, where: `reproduce ${name}` },
  );
  const { axes } = getMethod(String(manifest.sweep.method), `reproduce ${name}`);
  const source = typeof table === "string" ? table : table.join(", ");
  const compared = comparePaper(paper, indexResults(tables, axes, source), source);
  const { title, source: citation } = paper;
  return { paper: { name, title, source: citation }, tables: compared, counts: countVerdicts(compared) };
}

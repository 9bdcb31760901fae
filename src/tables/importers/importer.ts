import { UserError } from "../../errors.ts";
import type { CheckpointTable } from "../checkpoint-table.ts";

/** What an importer made of files. */
export interface Imported {
  table: CheckpointTable;
  /** What was left out and why, one line each, for people. */
  notes: string[];
}

/** Turns one published or common layout of run files into a checkpoint table. */
export interface Importer {
  /** Name on the command line, in kebab case. */
  name: string;
  /** What it reads, in a sentence. */
  description: string;
  /**
   * @param paths what the user gave, one at least: a folder, or files and globs, as the layout is
   * @throws UserError for paths that do not hold this layout
   */
  read(paths: readonly string[]): Promise<Imported>;
}

/**
 * The one path of an importer that takes no more.
 *
 * @param what what the path is, for messages: `folder`
 */
export function onlyPath(importer: string, what: string, paths: readonly string[]): string {
  const [path] = paths;
  if (path !== undefined && paths.length === 1) return path;
  throw new UserError(`${importer}: ${paths.length} paths (${paths.join(", ")}); allowed: one ${what}`);
}

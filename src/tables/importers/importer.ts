import type { CheckpointTable } from "../checkpoint-table.ts";

/** What an importer made of a folder. */
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
  /** @throws UserError for a folder that does not hold this layout */
  read(folder: string): Promise<Imported>;
}

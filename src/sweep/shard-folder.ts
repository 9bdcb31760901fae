import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { ownFolder } from "../store/places.ts";
import type { Part } from "./part.ts";

const NAME = /^shard-\d+-of-\d+$/;

/** The run directory of one part of a run, inside the directory of the whole. */
export function shardFolder(directory: string, { index, count }: Part): string {
  return join(directory, `shard-${index}-of-${count}`);
}

export function isShardFolder(name: string): boolean {
  return NAME.test(name);
}

/**
 * The run directories of parts inside a directory; none where it is missing.
 *
 * @throws UserError where one is a link: a shard that lies elsewhere is given by its own name
 */
export async function shardFolders(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => []);
  const number = (name: string) => Number(name.split("-")[1]);
  const folders = names
    .filter(isShardFolder)
    .sort((a, b) => number(a) - number(b))
    .map((name) => join(directory, name));
  for (const folder of folders) await ownFolder(folder);
  return folders;
}

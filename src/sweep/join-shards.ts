import { copyFile, link, readdir } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { UserError } from "../errors.ts";
import { makeFolder } from "../store/disk-errors.ts";
import { ownFolder } from "../store/places.ts";
import { readEntries, readShardIndex, type ShardEntry, unpack } from "../store/shard-file.ts";
import { writeAtomically } from "../tables/atomic.ts";
import { SHARDS } from "./open-run.ts";

/** A result in a run directory. */
interface Found {
  directory: string;
  path: string;
  head: number;
  entry: ShardEntry;
}

/**
 * Puts the shard files of several run directories into one folder: as further names of the same files where the file
 * system has them, else as copies.
 *
 * @throws UserError where two directories own the same result, or have different bytes for one that both needed
 */
export async function joinShards(directories: readonly string[], folder: string): Promise<void> {
  await makeFolder(folder);
  const owners = new Map<string, Found>();
  const borrowed: Found[] = [];
  for (const directory of directories) {
    const shards = join(directory, SHARDS);
    await ownFolder(shards);
    for (const name of (await readdir(shards).catch(() => [])).filter((one) => one.endsWith(".shard"))) {
      const path = join(shards, name);
      const index = await readShardIndex(path);
      for (const entry of index?.entries ?? []) {
        const { key } = entry;
        const own = { directory, path, head: index!.head, entry };
        const before = owners.get(key);
        if (entry.borrowed) borrowed.push(own);
        else if (before === undefined) owners.set(key, own);
        else if (before.directory !== directory) {
          throw new UserError(`result ${key} is doubled: ${before.directory} and ${directory} both have it`);
        }
      }
      await linkOrCopy(path, join(folder, name));
    }
  }
  for (const own of borrowed) {
    const { key } = own.entry;
    const owner = owners.get(key);
    if (owner === undefined || (await isSame(owner, own))) continue;
    throw new UserError(
      `result ${key} is not the same in ${owner.directory} and ${own.directory}: their machines do not compute the same bits`,
    );
  }
}

/** Equal numbers may be written as other bytes: a whole number as an integer or as a float. */
async function isSame(a: Found, b: Found): Promise<boolean> {
  if (a.entry.sha256 === b.entry.sha256) return true;
  const [first, second] = await Promise.all(
    [a, b].map(async ({ path, head, entry }) => (await readEntries(path, head, [entry]))[0]),
  );
  // What is damaged is found when it is read.
  if (first === undefined || second === undefined) return true;
  return isDeepStrictEqual(unpack(first), unpack(second));
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") return;
    // Another disk, or a file system without hard links.
    await writeAtomically(to, (temporary) => copyFile(from, temporary));
  });
}

import { copyFile, link, readdir } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { diskError, makeFolder } from "../store/disk-errors.ts";
import { readShardIndex } from "../store/shard-file.ts";
import { SHARDS } from "./open-run.ts";

/**
 * Puts the shard files of several run directories into one folder: as further names of the same files where the file
 * system has them, else as copies.
 *
 * @throws UserError where two directories own the same result, or have different bytes for one that both needed
 */
export async function joinShards(directories: readonly string[], folder: string): Promise<void> {
  await makeFolder(folder);
  const owners = new Map<string, { directory: string; sha256: string }>();
  const borrowed: { key: string; directory: string; sha256: string }[] = [];
  for (const directory of directories) {
    const shards = join(directory, SHARDS);
    for (const name of (await readdir(shards).catch(() => [])).filter((one) => one.endsWith(".shard"))) {
      const path = join(shards, name);
      const index = await readShardIndex(path);
      for (const { key, sha256, borrowed: isBorrowed } of index?.entries ?? []) {
        const own = { directory, sha256 };
        const before = owners.get(key);
        if (isBorrowed) borrowed.push({ key, ...own });
        else if (before === undefined) owners.set(key, own);
        else if (before.directory !== directory) {
          throw new UserError(`result ${key} is doubled: ${before.directory} and ${directory} both have it`);
        }
      }
      await linkOrCopy(path, join(folder, name));
    }
  }
  const differing = borrowed.find(({ key, sha256 }) => owners.has(key) && owners.get(key)!.sha256 !== sha256);
  if (differing !== undefined) {
    throw new UserError(
      `result ${differing.key} is not the same in ${owners.get(differing.key)!.directory} and ${differing.directory}: ` +
        "their machines do not compute the same bits",
    );
  }
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") return;
    await copyFile(from, to).catch((failed: unknown) => {
      throw diskError(failed, to);
    });
  });
}

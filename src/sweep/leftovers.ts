import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isTemporaryName } from "../tables/atomic.ts";

/** Removes what programs that were killed left in a run directory. Only who has its lock may: others may be writing there. */
export async function removeLeftovers(directory: string): Promise<void> {
  for (const name of (await readdir(directory)).filter(isTemporaryName)) {
    await rm(join(directory, name), { recursive: true, force: true });
  }
}

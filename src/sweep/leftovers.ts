import { randomBytes } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Milliseconds after which a temporary folder that nothing is written to any more was left by a program that is gone. */
const FORGOTTEN = 3_600_000;

/** A name for a temporary folder beside a folder that is being made; nobody else's. */
export function temporaryBeside(target: string): string {
  return join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}.tmp`);
}

/** Removes the temporary folders that programs which were killed left beside a folder. */
export async function removeLeftovers(target: string): Promise<void> {
  const parent = dirname(target);
  const start = `.${basename(target)}.`;
  for (const name of await readdir(parent)) {
    if (!(name.startsWith(start) && /^[0-9a-f]{12}\.tmp$/.test(name.slice(start.length)))) continue;
    // Another program may have removed it meanwhile.
    const found = await stat(join(parent, name)).catch(() => undefined);
    if (!found || Date.now() - found.mtimeMs < FORGOTTEN) continue;
    await rm(join(parent, name), { recursive: true, force: true });
  }
}

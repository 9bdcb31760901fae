import { randomBytes } from "node:crypto";
import { link, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { UserError } from "../errors.ts";
import { diskError } from "./disk-errors.ts";
import { isGone, type ProcessIdentity, thisProcess } from "./machine.ts";

/** Name of the file in a folder that one process at a time holds. */
export const LOCK = ".lock";

/** What the file says. */
export interface LockHolder extends ProcessIdentity {
  token: string;
  since: string;
}

export interface LockOptions {
  /** Milliseconds between two signs of life of a holder. @default 5000 */
  beat?: number;
  /** Milliseconds without one after which a holder on another machine is taken as gone. @default 60000 */
  patience?: number;
  /** Told that a holder on another machine is waited for. */
  onStatus?: ((line: string) => void) | undefined;
}

/**
 * Takes a folder for this process, so that no other writes there. A lock whose process is gone is taken over: on the
 * same machine at once, of another machine when it has shown no sign of life for a minute (the time of the file, as the
 * file system tells it: clocks are not compared).
 *
 * @returns releases it
 * @throws UserError naming who has it
 */
export async function lockDirectory(
  directory: string,
  options: LockOptions = {},
): Promise<() => Promise<void>> {
  const { beat = 5000, patience = 60_000, onStatus } = options;
  const path = join(directory, LOCK);
  const token = randomBytes(8).toString("hex");
  const own = join(directory, `${LOCK}.${token}`);
  const holder: LockHolder = { ...thisProcess(), token, since: new Date().toISOString() };
  await writeFile(own, `${JSON.stringify(holder)}\n`).catch((error: unknown) => {
    throw diskError(error, own);
  });
  try {
    // A link is made in one step, and by one process.
    while (!(await tryLink(own, path))) await removeStale(directory, { beat, patience, onStatus });
  } finally {
    await rm(own, { force: true });
  }
  const heart = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, beat).unref();
  return async () => {
    clearInterval(heart);
    if ((await lockHolder(directory))?.token === token) await rm(path, { force: true });
  };
}

/** Who has a folder; undefined where nobody has. */
export async function lockHolder(directory: string): Promise<LockHolder | undefined> {
  try {
    return JSON.parse(await readFile(join(directory, LOCK), "utf8")) as LockHolder;
  } catch {
    return undefined;
  }
}

/** Removes the lock of a process that is gone, or says who has it. */
async function removeStale(
  directory: string,
  { beat, patience, onStatus }: Required<Omit<LockOptions, "onStatus">> & Pick<LockOptions, "onStatus">,
): Promise<void> {
  const path = join(directory, LOCK);
  const holder = await lockHolder(directory);
  const gone = holder === undefined ? undefined : isGone(holder);
  if (holder !== undefined && gone === false) throw inUse(directory, holder);
  if (gone === undefined && (await showsLife(path, { beat, patience }, holder, onStatus))) {
    throw inUse(directory, holder);
  }
  // Another process may have taken the stale lock over meanwhile. One at a time looks again and removes it, so that what is
  // removed is what was found stale.
  const isAlone = await alone(`${path}.removed`, async () => {
    const found = await lockHolder(directory);
    if (found?.token === holder?.token) await rm(path, { force: true });
  });
  if (!isAlone) await wait(TURN);
}

/** Milliseconds to wait for another process that removes a stale lock, and after which it is taken as gone itself. */
const TURN = 10;
const TURN_IS_OVER = 10_000;

/** Does something while no other process does; @returns whether it was done */
async function alone(path: string, work: () => Promise<void>): Promise<boolean> {
  try {
    await writeFile(path, "", { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw diskError(error, path);
    const since = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    );
    if (since !== undefined && Date.now() - since > TURN_IS_OVER) await rm(path, { force: true });
    return false;
  }
  try {
    await work();
  } finally {
    await rm(path, { force: true });
  }
  return true;
}

/** Whether the time of the lock's file changes. */
async function showsLife(
  path: string,
  { beat, patience }: Required<Pick<LockOptions, "beat" | "patience">>,
  holder: LockHolder | undefined,
  onStatus: LockOptions["onStatus"],
): Promise<boolean> {
  const timeOf = () =>
    stat(path).then(
      ({ mtimeMs, ino }) => `${mtimeMs} ${ino}`,
      () => undefined,
    );
  const first = await timeOf();
  const until = performance.now() + patience;
  let isTold = false;
  while (performance.now() < until) {
    await wait(Math.min(beat, patience) / 4);
    const now = await timeOf();
    if (now === undefined) return false;
    if (now !== first) return true;
    if (!isTold) onStatus?.(`waiting whether ${nameOf(holder)}, which has the lock, is alive`);
    isTold = true;
  }
  return false;
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw diskError(error, to);
  }
}

function nameOf(holder: LockHolder | undefined): string {
  return holder === undefined ? "another process" : `process ${holder.pid} on ${holder.host}`;
}

function inUse(directory: string, holder: LockHolder | undefined): UserError {
  const since = holder === undefined ? "" : `, since ${holder.since}`;
  return new UserError(
    `${directory}: in use by ${nameOf(holder)}${since}; allowed: one process at a time (lawfit status ${directory})`,
  );
}

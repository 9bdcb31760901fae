import { randomBytes } from "node:crypto";
import { closeSync, futimes, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { lstat, open } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { diskError } from "./disk-errors.ts";
import { isGone, processIdentity, thisProcess } from "./machine.ts";
import { readOwnBytes } from "./places.ts";

/** Name of the lock file of a folder: one process at a time holds it. */
export const LOCK = ".lock";

const lockHolderSchema = processIdentity.extend({ token: z.string(), since: z.string() });

/** What a lock file says about its holder. */
type LockHolder = z.output<typeof lockHolderSchema>;

export interface LockOptions {
  /** Milliseconds between two signs of life of the holder. @default 5000 */
  beat?: number;
  /** Milliseconds without a sign of life after which a holder on another machine counts as gone. @default 60000 */
  patience?: number;
  /** Called with a line when a holder on another machine is waited for. */
  onWaiting?: ((line: string) => void) | undefined;
  /** Ends the wait. */
  signal?: AbortSignal | undefined;
}

/** How another process is waited for. */
type Waiting = Required<Pick<LockOptions, "beat" | "patience">> & Pick<LockOptions, "signal">;

/** Largest number of bytes that is read of a lock file. */
const MOST_BYTES = 65_536;
/** Milliseconds between two looks at a file that another process is about to write. */
const TURN = 10;
/** Milliseconds after which a process that removes a stale lock counts as gone itself. */
const TURN_IS_OVER = 10_000;

/**
 * Locks a folder for this process, so that no other writes there. A lock whose process has ended is taken over: at once if it
 * ran on this machine, otherwise after a minute without a sign of life. The minute is measured here and not read from the
 * file's time, because the clocks of two machines may differ.
 *
 * @returns releases the lock
 * @throws UserError that names the holder, or where the lock is not a file; an `AbortError` where the signal ends the wait
 */
export async function lockDirectory(
  directory: string,
  options: LockOptions = {},
): Promise<() => Promise<void>> {
  const { beat = 5000, patience = 60_000, onWaiting, signal } = options;
  const path = join(directory, LOCK);
  await readOwnBytes(path, MOST_BYTES);
  const token = randomBytes(8).toString("hex");
  const text = `${JSON.stringify({ ...thisProcess(), token, since: new Date().toISOString() })}\n`;
  let file = takeFile(path, text);
  while (file === undefined) {
    await removeStale(directory, { beat, patience, onWaiting, signal });
    file = takeFile(path, text);
  }
  const held = file;
  const heart = setInterval(() => {
    const now = new Date();
    // The time of the file that was created here, even if another file has its name by now.
    futimes(held, now, now, () => {});
  }, beat).unref();
  return async () => {
    clearInterval(heart);
    closeSync(held);
    if (readNow(path) === text) rmSync(path, { force: true });
  };
}

/** The holder of a folder's lock; undefined where there is none, or it cannot be read. */
export async function lockHolder(directory: string): Promise<LockHolder | undefined> {
  return holderIn((await look(join(directory, LOCK)))?.text);
}

/** Whether the holder of a folder's lock shows a sign of life within `patience` milliseconds. */
export async function showsLife(
  directory: string,
  { beat = 5000, patience = 3 * beat }: Pick<LockOptions, "beat" | "patience"> = {},
): Promise<boolean> {
  const path = join(directory, LOCK);
  const before = await look(path);
  return before !== undefined && (await firstChange(path, before, { beat, patience })) === "beat";
}

/**
 * Creates a file that did not exist, and writes to it. Not every file system has hard links, or renames that fail where the
 * target exists; all have exclusive creation.
 *
 * @returns its descriptor; undefined where the file existed
 */
function takeFile(path: string, text: string): number | undefined {
  let file: number;
  try {
    file = openSync(path, "wx");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
    throw diskError(error, path);
  }
  try {
    writeSync(file, text);
  } catch (error) {
    closeSync(file);
    rmSync(path, { force: true });
    throw diskError(error, path);
  }
  // A process that was suspended between the two calls may have lost the file to another.
  if (readNow(path) === text) return file;
  closeSync(file);
  return undefined;
}

/** Removes the lock of a process that has ended. @throws UserError that names the holder, where it is alive */
async function removeStale(
  directory: string,
  { onWaiting, ...waiting }: Waiting & Pick<LockOptions, "onWaiting">,
): Promise<void> {
  const path = join(directory, LOCK);
  const before = await look(path);
  if (before === undefined) return;
  const holder = holderIn(before.text);
  const gone = holder === undefined ? undefined : isGone(holder);
  if (gone === false) throw inUse(directory, holder);
  if (gone === undefined) {
    const tell = () => onWaiting?.(`waiting to see whether ${nameOf(holder)}, which has the lock, is alive`);
    const change = await firstChange(path, before, { ...waiting, onWait: tell });
    if (change === "beat") throw inUse(directory, holder);
    // The file was removed, replaced or completed meanwhile, and has to be looked at again.
    if (change !== undefined) return;
  }
  // Another process may have taken the stale lock over meanwhile. One process at a time looks again and removes it, so that
  // only the lock that was found stale is removed.
  const turn = { ...waiting, beat: 4 * TURN, patience: Math.min(waiting.patience, TURN_IS_OVER) };
  await alone(`${path}.removed`, turn, () => {
    if (readNow(path) === before.text) rmSync(path, { force: true });
  });
}

/** Does work that one process at a time may do; where another is doing it, waits for that one and does nothing. */
async function alone(path: string, turn: Waiting, work: () => void): Promise<void> {
  const file = takeFile(path, randomBytes(8).toString("hex"));
  if (file === undefined) {
    const other = await look(path);
    const change = other && (await firstChange(path, other, turn));
    // The other process ended before it removed its file.
    if (other !== undefined && change === undefined) rmSync(path, { force: true });
    return;
  }
  try {
    work();
  } finally {
    closeSync(file);
    rmSync(path, { force: true });
  }
}

/** The state of a lock file. */
interface Look {
  text: string;
  time: number;
}

/** The state of a file; undefined where there is none. It is opened, because network file systems cache the times of files. */
async function look(path: string): Promise<Look | undefined> {
  if (!(await lstat(path).catch(() => undefined))?.isFile()) return undefined;
  const handle = await open(path, "r").catch(() => undefined);
  try {
    const { buffer, bytesRead } = (await handle?.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0)) ?? {};
    const { mtimeMs: time } = (await handle?.stat()) ?? {};
    return buffer === undefined || time === undefined
      ? undefined
      : { text: buffer.toString("utf8", 0, bytesRead), time };
  } finally {
    await handle?.close();
  }
}

function readNow(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function holderIn(text: string | undefined): LockHolder | undefined {
  try {
    return lockHolderSchema.safeParse(JSON.parse(text ?? "")).data;
  } catch {
    return undefined;
  }
}

/**
 * What happens first to a lock file: `beat`, its time changes; `other`, it is removed or its text changes.
 *
 * @returns undefined where nothing happens within `patience` milliseconds
 */
async function firstChange(
  path: string,
  before: Look,
  { beat, patience, signal, onWait }: Waiting & { onWait?: () => void },
): Promise<"beat" | "other" | undefined> {
  const until = performance.now() + patience;
  let isTold = false;
  // A file that was just created is about to be written.
  if (before.text === "") await wait(TURN);
  while (performance.now() < until) {
    const now = await look(path);
    if (now?.text !== before.text) return "other";
    if (now.time !== before.time) return "beat";
    if (!isTold) onWait?.();
    isTold = true;
    await wait(Math.min(beat, patience) / 4, undefined, { signal });
  }
  return undefined;
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

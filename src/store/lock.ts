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

/** Name of the file in a folder that one process at a time holds. */
export const LOCK = ".lock";

const lockHolderSchema = processIdentity.extend({ token: z.string(), since: z.string() });

/** What the file says. */
export type LockHolder = z.output<typeof lockHolderSchema>;

export interface LockOptions {
  /** Milliseconds between two signs of life of a holder. @default 5000 */
  beat?: number;
  /** Milliseconds without one after which a holder on another machine is taken as gone. @default 60000 */
  patience?: number;
  /** Told that a holder on another machine is waited for. */
  onWaiting?: ((line: string) => void) | undefined;
  /** Ends the wait. */
  signal?: AbortSignal | undefined;
}

/** What a wait goes by. */
type Waiting = Required<Pick<LockOptions, "beat" | "patience">> & Pick<LockOptions, "signal">;

/** Bytes of a lock's file that are looked at. */
const MOST_BYTES = 65_536;
/** Milliseconds between two looks at what another process is about to do. */
const TURN = 10;
/** Milliseconds after which a process that removes a stale lock is taken as gone itself. */
const TURN_IS_OVER = 10_000;

/**
 * Takes a folder for this process, so that no other writes there. A lock whose process is gone is taken over: on the
 * same machine at once, of another machine when it has shown no sign of life for a minute. That is watched, not read from
 * the file's time: clocks are not compared.
 *
 * @returns releases it
 * @throws UserError naming who has it, and where the lock is no file; an `AbortError` where the signal ends the wait
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
    // Of the file that was made here, wherever its name leads by now.
    futimes(held, now, now, () => {});
  }, beat).unref();
  return async () => {
    clearInterval(heart);
    closeSync(held);
    if (readNow(path) === text) rmSync(path, { force: true });
  };
}

/** Who has a folder; undefined where nobody has, or nobody can tell. */
export async function lockHolder(directory: string): Promise<LockHolder | undefined> {
  return holderIn((await look(join(directory, LOCK)))?.text);
}

/** Whether whoever has a folder shows a sign of life while it is watched, for as long as `patience`. */
export async function showsLife(
  directory: string,
  { beat = 5000, patience = 3 * beat }: Pick<LockOptions, "beat" | "patience"> = {},
): Promise<boolean> {
  const path = join(directory, LOCK);
  const before = await look(path);
  return before !== undefined && (await firstChange(path, before, { beat, patience })) === "beat";
}

/**
 * Makes a file that no other process can have made, and writes to it. Not every file system has hard links or
 * renames that fail where something is; this all have.
 *
 * @returns its descriptor; undefined where one is there
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
  // A process that was held up for long between the two has lost the file to another.
  if (readNow(path) === text) return file;
  closeSync(file);
  return undefined;
}

/** Removes the lock of a process that is gone, or says who has it. */
async function removeStale(
  directory: string,
  { onWaiting, ...waiting }: Waiting & Pick<LockOptions, "onWaiting">,
): Promise<void> {
  const path = join(directory, LOCK);
  const found = await look(path);
  if (found === undefined) return;
  const holder = holderIn(found.text);
  const gone = holder === undefined ? undefined : isGone(holder);
  if (gone === false) throw inUse(directory, holder);
  if (gone === undefined) {
    const tell = () => onWaiting?.(`waiting whether ${nameOf(holder)}, which has the lock, is alive`);
    const change = await firstChange(path, found, { ...waiting, onWait: tell });
    if (change === "beat") throw inUse(directory, holder);
    // Gone, another's, or written to its end meanwhile: looked at again.
    if (change !== undefined) return;
  }
  // Another process may have taken the stale lock over meanwhile. One at a time looks again and removes it, in one go, so
  // that what is removed is what was found stale.
  const turn = { ...waiting, beat: 4 * TURN, patience: Math.min(waiting.patience, TURN_IS_OVER) };
  await alone(`${path}.removed`, turn, () => {
    if (readNow(path) === found.text) rmSync(path, { force: true });
  });
}

/** Does something while no other process does; where another is at it, waits for it and does nothing. */
async function alone(path: string, turn: Waiting, work: () => void): Promise<void> {
  const file = takeFile(path, randomBytes(8).toString("hex"));
  if (file === undefined) {
    const other = await look(path);
    const change = other && (await firstChange(path, other, turn));
    // It ended at its turn.
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

/** A lock's file at a moment. */
interface Look {
  text: string;
  time: number;
}

/** Undefined where no file is there. What it says is read anew: network file systems may remember times for a while. */
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
 * What happens first to a lock's file: `beat`, its time changes; `other`, it is gone or says something else.
 *
 * @returns undefined where nothing does for as long as `patience`
 */
async function firstChange(
  path: string,
  before: Look,
  { beat, patience, signal, onWait }: Waiting & { onWait?: () => void },
): Promise<"beat" | "other" | undefined> {
  const until = performance.now() + patience;
  let isTold = false;
  // One that was just made says who made it in a moment.
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

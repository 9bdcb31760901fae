import type { Stats } from "node:fs";
import { lstat, mkdir, readdir, rm, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { diskError, makeFolder } from "../store/disk-errors.ts";
import { readChecked, writeChecked } from "./checked-file.ts";
import { NoKernelError } from "./fallback.ts";
import { cacheFolders } from "./paths.ts";

/** A compiled kernel in the cache, whole as it was written. */
export interface CachedFile {
  path: string;
  content: Buffer;
}

/** Told, a line each, what is wrong with the cache. */
export type OnWarning = (line: string) => void;

/**
 * Files of a name in the folders of the cache, best folder first. One that was cut or changed is none, and so is one that others can
 * write: it is removed, which is said.
 */
export async function cachedFiles(name: string, onWarning: OnWarning = () => {}): Promise<CachedFile[]> {
  const files: CachedFile[] = [];
  for (const path of await cachePaths(name, onWarning)) {
    let harmed = "damaged kernels (cut short, or changed)";
    const content = await readChecked(path, (stats) => {
      if (isSafe(stats)) return true;
      harmed = isTheirs(stats) ? "kernels of another user" : "kernels that others can write";
      return false;
    });
    if (content === "damaged") {
      const isRemoved = await unlink(path).then(
        () => true,
        (error: NodeJS.ErrnoException) => error.code === "ENOENT",
      );
      const done = isRemoved
        ? "they are removed, and compiled anew where there is no other copy"
        : "they cannot be removed, and are not used";
      onWarning(`${dirname(path)} has ${harmed}: ${done}`);
    } else if (content !== undefined) files.push({ path, content });
  }
  return files;
}

/** Where a file of a name would be found: in the folders of the cache that are there and can be used, best folder first. */
export async function cachePaths(name: string, onWarning: OnWarning = () => {}): Promise<string[]> {
  const paths: string[] = [];
  for await (const folder of usableFolders(onWarning, false)) paths.push(join(folder, name));
  return paths;
}

/**
 * Puts a file into the first folder of the cache that takes it and where it can be used. It is said where that is not the first.
 *
 * @param use what is done with the file. Where it throws, the next folder is tried (libraries load from no folder of a disk mounted
 * `noexec`); not where it throws NoKernelError
 * @param attempt the same of the file before it has its name: where it throws, no other process ever finds it
 * @throws NoKernelError where no folder takes it, or what `use` or `attempt` threw last
 */
export async function putIntoCache<Use>(
  name: string,
  content: Uint8Array,
  use: (path: string) => Use | Promise<Use>,
  onWarning: OnWarning = () => {},
  attempt: (temporary: string, path: string) => Promise<void> = async () => {},
): Promise<Use> {
  const failures: string[] = [];
  let last: unknown;
  for await (const folder of usableFolders(onWarning, true)) {
    const path = join(folder, name);
    let isUsed = false;
    try {
      await writeChecked(path, content, async (temporary) => {
        isUsed = true;
        await attempt(temporary, path);
        isUsed = false;
      });
      await removeLeftOvers(folder, onItsWay);
      isUsed = true;
      const used = await use(path);
      for (const line of failures) onWarning(`${line}; compiled kernels are kept in ${folder}`);
      return used;
    } catch (error) {
      if (error instanceof NoKernelError) throw error;
      if (!isUsed) {
        failures.push(messageOf(diskError(error, folder)));
        continue;
      }
      await rm(path, { force: true });
      failures.push(`${folder}: ${messageOf(error)}`);
      last = error;
    }
  }
  throw last ?? new NoKernelError(`compiled kernels can be kept nowhere (${failures.join("; ")})`);
}

/** Where compiled kernels are kept, and why not where they should be. */
export async function describeCache(): Promise<string> {
  const warnings: string[] = [];
  try {
    const { value: folder } = await usableFolders((line) => warnings.push(line), true).next();
    return warnings[0] ?? folder!;
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * The folders of the cache that nobody else can have put anything into, one after the other: a later one is looked at, and made, when
 * those before it did not do. What is wrong with those is said.
 *
 * @param isMade whether a folder that is not there is made; else it is passed over
 * @throws NoKernelError where there is none
 */
async function* usableFolders(onWarning: OnWarning, isMade: boolean): AsyncGenerator<string> {
  const faulty: string[] = [];
  let isFirst = true;
  for (const folder of cacheFolders()) {
    const fault = await faultOf(folder, isMade);
    if (fault !== undefined) {
      if (fault !== absent) faulty.push(`${folder} ${fault}`);
      continue;
    }
    if (isFirst) for (const line of faulty) onWarning(`${line}: compiled kernels are kept in ${folder}`);
    isFirst = false;
    yield folder;
  }
  if (isFirst && isMade) throw new NoKernelError(`no folder for compiled kernels: ${faulty.join("; ")}`);
}

const absent = "is not there";

/** What is wrong with a folder: "belongs to another user". */
async function faultOf(folder: string, isMade: boolean): Promise<string | undefined> {
  try {
    if (isMade) await makeOwn(folder);
    const stats = await stat(folder);
    if (!stats.isDirectory()) return "is no folder";
    if (isSafe(stats)) return undefined;
    if (isTheirs(stats)) return "belongs to another user";
    // Of a folder for everybody, as /tmp, that is as it should be.
    const isForAll = (stats.mode & 0o1000) !== 0;
    return `can be written by others${isForAll ? "" : ` (chmod go-w ${folder})`}`;
  } catch (error) {
    // What is wrong is said where it is to be made.
    if (!isMade) return absent;
    return `cannot be used (${messageOf(diskError(error, folder))})`;
  }
}

/** Makes a folder that nobody but its owner enters, where there is none. */
async function makeOwn(folder: string): Promise<void> {
  await makeFolder(dirname(folder));
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}

/**
 * Whether nobody but this user, and root, can have written something: what is in the cache is run. A digest is no protection, for
 * whoever writes there can work it out.
 */
function isSafe(stats: Stats): boolean {
  return process.getuid === undefined || (!isTheirs(stats) && (stats.mode & 0o022) === 0);
}

function isTheirs({ uid }: Stats): boolean {
  return uid !== process.getuid?.() && uid !== 0;
}

/** Files on their way into the cache, now and of before they had digests. */
const onItsWay = /^(\.([0-9a-f]{32}\.\w+\.)?[0-9a-f]{12}\.tmp|[0-9a-f]{32}\.\w+\.\d+\.[0-9a-f]{8})$/;

/** Milliseconds after which what is on its way is a process's that has ended. */
const abandoned = 3_600_000;

/** Folders that this process has cleared. */
const cleared = new Set<string>();

/** Removes what processes of this user left in a folder that ended as they wrote; once in the life of a process. */
export async function removeLeftOvers(folder: string, names: RegExp): Promise<void> {
  if (cleared.has(folder)) return;
  cleared.add(folder);
  const found = (await readdir(folder).catch(() => [])).filter((name) => names.test(name));
  for (const path of found.map((name) => join(folder, name))) {
    const stats = await lstat(path).catch(() => undefined);
    if (stats === undefined || Date.now() - stats.mtimeMs < abandoned) continue;
    // Nothing of other users: while root removes a folder of theirs they could put a link in its place.
    if (stats.uid !== (process.getuid?.() ?? stats.uid)) continue;
    await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

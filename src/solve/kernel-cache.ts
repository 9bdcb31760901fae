import { lstat, mkdir, readdir, rm, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { diskError, makeFolder } from "../store/disk-errors.ts";
import { isSafe, isTheirs, readChecked, writeChecked } from "./checked-file.ts";
import { NoKernelError } from "./fallback.ts";
import { cacheFolders } from "./paths.ts";

/** A file of the cache, intact as it was written. */
interface CachedFile {
  path: string;
  content: Buffer;
}

/** Called with a line for each fault of the cache. */
export type OnWarning = (line: string) => void;

/**
 * The files of a name in the folders of the cache, the best folder first. Files that are damaged, or that other users can write, are
 * removed with a warning.
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
        ? "they are removed, and compiled again unless there is another copy"
        : "they cannot be removed, and are not used";
      onWarning(`${dirname(path)} has ${harmed}: ${done}`);
    } else if (content !== undefined) files.push({ path, content });
  }
  return files;
}

/** The paths of a file in those folders of the cache that exist and can be used, the best folder first. */
export async function cachePaths(name: string, onWarning: OnWarning = () => {}): Promise<string[]> {
  const paths: string[] = [];
  for await (const folder of usableFolders(onWarning, false)) paths.push(join(folder, name));
  return paths;
}

/**
 * Writes a file into the first folder of the cache where it can be written and used, with a warning where that is not the first one.
 *
 * @param use uses the file. Where it throws, the next folder is tried (a disk mounted `noexec` loads no libraries), except after a
 * NoKernelError
 * @param attempt uses the file before it gets its name; where it throws, no other process ever finds the file
 * @throws NoKernelError where no folder takes the file, or the last error of `use` or `attempt`
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
  throw last ?? new NoKernelError(`no folder can hold compiled kernels (${failures.join("; ")})`);
}

/** The folder where compiled kernels are kept, or the fault of the folder where they should be. */
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
 * The folders of the cache to which no other user can write. A later folder is checked, and created, only when the caller asks for
 * it; faults of those before it are warned of.
 *
 * @param isMade whether a missing folder is created; otherwise it is skipped
 * @throws NoKernelError where no folder can be used
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

const absent = "does not exist";

/** The fault of a folder, such as "belongs to another user"; undefined where it has none. */
async function faultOf(folder: string, isMade: boolean): Promise<string | undefined> {
  try {
    if (isMade) await makeOwn(folder);
    const stats = await stat(folder);
    if (!stats.isDirectory()) return "is not a folder";
    if (isSafe(stats)) return undefined;
    if (isTheirs(stats)) return "belongs to another user";
    // A folder for everybody, like /tmp, has these permissions for good reason.
    const isForAll = (stats.mode & 0o1000) !== 0;
    return `can be written by others${isForAll ? "" : ` (chmod go-w ${folder})`}`;
  } catch (error) {
    // The fault is reported when the folder is to be created.
    if (!isMade) return absent;
    return `cannot be used (${messageOf(diskError(error, folder))})`;
  }
}

/** Creates a folder that only its owner can enter, unless it exists. */
async function makeOwn(folder: string): Promise<void> {
  await makeFolder(dirname(folder));
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}

/** Names of files on their way into the cache, of this version and of earlier ones without digests. */
const onItsWay = /^(\.([0-9a-f]{32}\.\w+\.)?[0-9a-f]{12}\.tmp|[0-9a-f]{32}\.\w+\.\d+\.[0-9a-f]{8})$/;

/** Milliseconds after which a file on its way counts as left behind. */
const abandoned = 3_600_000;

/** Folders that this process has cleaned up. */
const cleared = new Set<string>();

/** Removes what processes of this user left behind in a folder; each process does so once for a folder. */
export async function removeLeftOvers(folder: string, names: RegExp): Promise<void> {
  if (cleared.has(folder)) return;
  cleared.add(folder);
  const left = (await readdir(folder).catch(() => [])).filter((name) => names.test(name));
  for (const path of left.map((name) => join(folder, name))) {
    const stats = await lstat(path).catch(() => undefined);
    if (stats === undefined || Date.now() - stats.mtimeMs < abandoned) continue;
    // Files of other users are left alone: while root removes a folder of theirs they could put a link in its place.
    if (stats.uid !== (process.getuid?.() ?? stats.uid)) continue;
    await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { countOf } from "../text.ts";
import { isTemporaryName, writeAtomically } from "./atomic.ts";
import { makeFolder } from "./disk-errors.ts";
import {
  PACK_ENDING,
  type PackEntry,
  type PackedResult,
  packBytes,
  packName,
  packResult,
  readPackIndex,
  readResults,
  unpack,
} from "./pack-file.ts";

/** Where a result lies. */
interface Place {
  path: string;
  /** Length of the file's first line in bytes. */
  head: number;
  entry: PackEntry;
}

interface ResultStoreOptions {
  /** Called with a line for each file that was damaged. */
  onWarning?: ((line: string) => void) | undefined;
  /** Whether results that belong to another shard of the job are left out. @default false */
  ownOnly?: boolean;
  /** Milliseconds of work that are gathered into one file. @default 2000 */
  interval?: number;
}

/** About how many bytes are gathered into one file. */
const MOST_BYTES = 8 << 20;

/**
 * Finished results on disk, by the hash of everything that they depend on. The results of about two seconds are written
 * together as one pack, which exists whole or not at all. One process writes at a time (`lockDirectory`).
 */
export class ResultStore {
  readonly #folder: string;
  readonly #places = new Map<string, Place>();
  readonly #interval: number;
  #waiting: PackedResult[] = [];
  readonly #waitingByKey = new Map<string, PackedResult>();
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #failed: unknown;
  #writing: Promise<void> = Promise.resolve();
  readonly #onWarning: ResultStoreOptions["onWarning"];
  readonly #salvaged = new Set<string>();

  readonly #ownOnly: boolean;

  private constructor(folder: string, { onWarning, ownOnly = false, interval = 2000 }: ResultStoreOptions) {
    this.#folder = folder;
    this.#interval = interval;
    this.#onWarning = onWarning;
    this.#ownOnly = ownOnly;
  }

  /**
   * Opens the store in a folder, which is created if it is missing. Damaged results are dropped; intact results of the same
   * file are kept.
   *
   * @throws UserError where the folder cannot be created or written
   */
  static async open(folder: string, options: ResultStoreOptions = {}): Promise<ResultStore> {
    await makeFolder(folder);
    const store = new ResultStore(folder, options);
    const damaged: string[] = [];
    for (const name of (await readdir(folder)).sort()) {
      const path = join(folder, name);
      // A program was killed while it wrote this file.
      if (isTemporaryName(name)) await rm(path, { recursive: true, force: true });
      if (!name.endsWith(PACK_ENDING)) continue;
      const index = await readPackIndex(path);
      if (index === undefined || index.fileSize !== index.size) damaged.push(path);
      for (const entry of index?.entries ?? [])
        if (!(options.ownOnly && entry.borrowed))
          store.#places.set(entry.key, { path, head: index!.head, entry });
    }
    for (const path of damaged) await store.#salvage(path);
    return store;
  }

  /** Number of results, those that are not written yet included. */
  get size(): number {
    return this.#places.size + this.#waitingByKey.size;
  }

  has(key: string): boolean {
    return this.#places.has(key) || this.#waitingByKey.has(key);
  }

  /** Results by key. Keys that are unknown, or whose bytes on disk have changed, are missing from the map. */
  async get(keys: readonly string[]): Promise<Map<string, unknown>> {
    const results = new Map<string, unknown>();
    const byFile = new Map<string, Place[]>();
    for (const key of new Set(keys)) {
      const waiting = this.#waitingByKey.get(key);
      if (waiting !== undefined) results.set(key, unpack(waiting));
      const place = this.#places.get(key);
      if (waiting !== undefined || place === undefined) continue;
      byFile.set(place.path, [...(byFile.get(place.path) ?? []), place]);
    }
    for (const [path, places] of byFile) {
      const entries = places.map(({ entry }) => entry);
      const read = await readResults(path, places[0]!.head, entries);
      for (const packed of read) if (packed !== undefined) results.set(packed.key, unpack(packed));
      if (read.includes(undefined)) await this.#salvage(path);
    }
    return results;
  }

  /**
   * Takes a result. It is written with the next pack, at the latest by `flush`.
   *
   * @param borrowed whether it belongs to another shard of the job
   * @throws UserError where the disk is full; results that are on disk stay
   */
  async put(key: string, value: unknown, borrowed = false): Promise<void> {
    if (this.has(key)) return;
    if (this.#failed !== undefined) throw this.#failed;
    if (this.#waiting.length === 0) {
      // A failure is thrown by the next call of `put` or `flush`.
      this.#timer = setTimeout(() => this.flush().catch(() => {}), this.#interval).unref();
    }
    const packed = packResult(key, value, borrowed);
    this.#waiting.push(packed);
    this.#waitingByKey.set(key, packed);
    this.#bytes += packed.bytes.length;
    if (this.#bytes >= MOST_BYTES) await this.flush();
  }

  /** Writes the results that wait. @throws as `put` does */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#failed !== undefined) throw this.#failed;
    const packed = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    // Files are written one after the other, and callers wait meanwhile, so that results do not pile up before a slow disk.
    const before = this.#writing;
    const work = before.then(() => (packed.length === 0 ? undefined : this.#write(packed)));
    this.#writing = work.catch((error: unknown) => {
      this.#failed = error;
    });
    await work;
  }

  async #write(packed: readonly PackedResult[]): Promise<void> {
    const path = join(this.#folder, packName(packed));
    const content = packBytes(packed);
    const advice = `; ${countOf(this.#places.size, "finished result")} in ${this.#folder} are kept: free some space and repeat the command to continue`;
    await writeAtomically(path, (temporary) => writeFile(temporary, content), advice);
    const index = (await readPackIndex(path))!;
    for (const entry of index.entries) {
      this.#places.set(entry.key, { path, head: index.head, entry });
      this.#waitingByKey.delete(entry.key);
    }
  }

  /** Keeps the intact results of a damaged file, and removes the file. */
  async #salvage(path: string): Promise<void> {
    if (this.#salvaged.has(path)) return;
    this.#salvaged.add(path);
    const index = await readPackIndex(path).catch(() => undefined);
    const entries = index?.entries ?? [];
    const read = index === undefined ? [] : await readResults(path, index.head, entries);
    const whole = read.filter((result) => result !== undefined);
    for (const { key } of entries) if (this.#places.get(key)?.path === path) this.#places.delete(key);
    const missing = whole.filter(
      ({ key, borrowed }) => !(this.#places.has(key) || (this.#ownOnly && borrowed)),
    );
    if (missing.length > 0) await this.#write(missing);
    await rm(path, { force: true });
    const lost =
      index === undefined
        ? "what it held"
        : `${entries.length - whole.length} of its ${countOf(entries.length, "result")}`;
    this.#onWarning?.(`${path}: damaged (cut short or changed): ${lost} will be computed again`);
  }
}

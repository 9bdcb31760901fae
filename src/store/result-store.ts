import { readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { countOf } from "../text.ts";
import { isTemporaryName, writeAtomically } from "./atomic.ts";
import { makeFolder } from "./disk-errors.ts";
import {
  type PackedEntry,
  packEntry,
  packShard,
  readEntries,
  readShardIndex,
  type ShardEntry,
  shardName,
  unpack,
} from "./shard-file.ts";

/** Where an entry lies. */
interface Place {
  path: string;
  head: number;
  entry: ShardEntry;
}

export interface ResultStoreOptions {
  /** Told, a line each, of files that were damaged. */
  onWarning?: ((line: string) => void) | undefined;
  /** Whether results that another shard of the job owns are left out. @default false */
  ownOnly?: boolean;
  /** Milliseconds of work that are gathered into a shard. @default 2000 */
  interval?: number;
}

/** Bytes that are gathered into a shard, about. */
const MOST_BYTES = 8 << 20;
const ENDING = ".shard";

/**
 * Finished results on the disk, under the hash of all that they depend on. Results of some two seconds go into a file
 * together; a file is there whole or not at all. One process writes at a time (`lockDirectory`).
 */
export class ResultStore {
  readonly #folder: string;
  readonly #places = new Map<string, Place>();
  readonly #interval: number;
  #waiting: PackedEntry[] = [];
  readonly #waitingByKey = new Map<string, PackedEntry>();
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
   * Opens the store in a folder, which is made where it is missing. What is damaged is given up, what is whole beside it in the
   * same file is kept.
   *
   * @throws UserError where the folder cannot be made or written
   */
  static async open(folder: string, options: ResultStoreOptions = {}): Promise<ResultStore> {
    await makeFolder(folder);
    const store = new ResultStore(folder, options);
    const damaged: string[] = [];
    for (const name of (await readdir(folder)).sort()) {
      const path = join(folder, name);
      // Of a program that was killed while it wrote.
      if (isTemporaryName(name)) await rm(path, { recursive: true, force: true });
      if (!name.endsWith(ENDING)) continue;
      const index = await readShardIndex(path);
      if (index === undefined || index.found !== index.size) damaged.push(path);
      for (const entry of index?.entries ?? [])
        if (!(options.ownOnly && entry.borrowed))
          store.#places.set(entry.key, { path, head: index!.head, entry });
    }
    for (const path of damaged) await store.#salvage(path);
    return store;
  }

  /** Results that are there. */
  get size(): number {
    return this.#places.size + this.#waitingByKey.size;
  }

  has(key: string): boolean {
    return this.#places.has(key) || this.#waitingByKey.has(key);
  }

  /** Results by key; those that are not there, or whose bytes are not what was written, are missing. */
  async get(keys: readonly string[]): Promise<Map<string, unknown>> {
    const found = new Map<string, unknown>();
    const byFile = new Map<string, Place[]>();
    for (const key of new Set(keys)) {
      const waiting = this.#waitingByKey.get(key);
      if (waiting !== undefined) found.set(key, unpack(waiting));
      const place = this.#places.get(key);
      if (waiting !== undefined || place === undefined) continue;
      byFile.set(place.path, [...(byFile.get(place.path) ?? []), place]);
    }
    for (const [path, places] of byFile) {
      const entries = places.map(({ entry }) => entry);
      const read = await readEntries(path, places[0]!.head, entries);
      for (const packed of read) if (packed !== undefined) found.set(packed.key, unpack(packed));
      if (read.includes(undefined)) await this.#salvage(path);
    }
    return found;
  }

  /**
   * Takes a result. It is on the disk when the shard is written that it is gathered into, at the latest after `flush`.
   *
   * @param borrowed whether another shard of the job owns it
   * @throws UserError where the disk takes no more; what is on the disk stays
   */
  async put(key: string, value: unknown, borrowed = false): Promise<void> {
    if (this.has(key)) return;
    if (this.#failed !== undefined) throw this.#failed;
    if (this.#waiting.length === 0) {
      // Its failure is told to the next who comes.
      this.#timer = setTimeout(() => this.flush().catch(() => {}), this.#interval).unref();
    }
    const packed = packEntry(key, value, borrowed);
    this.#waiting.push(packed);
    this.#waitingByKey.set(key, packed);
    this.#bytes += packed.bytes.length;
    if (this.#bytes >= MOST_BYTES) await this.flush();
  }

  /** Writes what waits. @throws as `put` does */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#failed !== undefined) throw this.#failed;
    const packed = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    // One file after the other; who comes meanwhile waits, so that results do not pile up before a slow disk.
    const before = this.#writing;
    const work = before.then(() => (packed.length === 0 ? undefined : this.#write(packed)));
    this.#writing = work.catch((error: unknown) => {
      this.#failed = error;
    });
    await work;
  }

  async #write(packed: readonly PackedEntry[]): Promise<void> {
    const path = join(this.#folder, shardName(packed));
    const content = packShard(packed);
    const advice = `; ${countOf(this.#places.size, "finished result")} in ${this.#folder} stay: make room and run the same command again to go on`;
    await writeAtomically(path, (temporary) => writeFile(temporary, content), advice);
    const index = (await readShardIndex(path))!;
    for (const entry of index.entries) {
      this.#places.set(entry.key, { path, head: index.head, entry });
      this.#waitingByKey.delete(entry.key);
    }
  }

  /** Keeps what is whole in a damaged file, and removes it. */
  async #salvage(path: string): Promise<void> {
    if (this.#salvaged.has(path)) return;
    this.#salvaged.add(path);
    const index = await readShardIndex(path).catch(() => undefined);
    const entries = index?.entries ?? [];
    const read = index === undefined ? [] : await readEntries(path, index.head, entries);
    const whole = read.filter((one) => one !== undefined);
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

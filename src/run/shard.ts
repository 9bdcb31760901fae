import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Problem } from "../solve/problem.ts";
import { ownFolder } from "../store/places.ts";

/** One of several parts of a job, for one machine: `index` from 1 to `count`. */
export interface Shard {
  index: number;
  count: number;
}

/** `2/8`. */
export function shardName({ index, count }: Shard): string {
  return `${index}/${count}`;
}

/** Which shard of a job owns a problem, and all work on it. The same on every machine. */
export class Ownership {
  readonly shard: Shard;
  readonly #owners: ReadonlyMap<string, number>;

  /** @param problems of the sweep that are known from its beginning: dealt out so that each shard has as much work */
  constructor(shard: Shard, problems: readonly Problem[]) {
    this.shard = shard;
    this.#owners = deal(problems, shard.count);
  }

  /**
   * Whether this shard owns a problem, from 1.
   *
   * @param key of a problem, or what begins with it: fits with a parameter held
   */
  owns(key: string): boolean {
    return this.ownerOf(key) === this.shard.index;
  }

  ownerOf(key: string): number {
    const problem = key.slice(0, 16);
    // Problems that only arise later (fits made with others, rounds of analyses) are assigned by their hash.
    return this.#owners.get(problem) ?? 1 + (hashOf(problem) % this.shard.count);
  }
}

/** Deals problems like cards, the largest first, in alternating order, so that the sums differ little. */
function deal(problems: readonly Problem[], count: number): Map<string, number> {
  const cost = ({ response, form }: Problem): number => response.length * form.parameterNames.length;
  const sorted = problems.toSorted((a, b) => cost(b) - cost(a) || (a.key < b.key ? -1 : 1));
  return new Map(
    sorted.map(({ key }, i) => {
      const place = i % (2 * count);
      return [key, 1 + (place < count ? place : 2 * count - 1 - place)];
    }),
  );
}

function hashOf(text: string): number {
  return createHash("sha256").update(text).digest().readUInt32LE(0);
}

const NAME = /^shard-\d+-of-\d+$/;

/** The job directory of one shard of a job, inside the directory of the whole. */
export function shardFolder(directory: string, { index, count }: Shard): string {
  return join(directory, `shard-${index}-of-${count}`);
}

export function isShardFolder(name: string): boolean {
  return NAME.test(name);
}

/**
 * The job directories of shards inside a directory; empty if it is missing.
 *
 * @throws UserError where one is a link: a shard that lies elsewhere is given by its own name
 */
export async function shardFolders(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => []);
  const number = (name: string) => Number(name.split("-")[1]);
  const folders = names
    .filter(isShardFolder)
    .sort((a, b) => number(a) - number(b))
    .map((name) => join(directory, name));
  for (const folder of folders) await ownFolder(folder);
  return folders;
}

import { z } from "zod";
import { UserError } from "../errors.ts";
import { readOwnBytes } from "../store/places.ts";
import { describeValue, valueAt } from "./spec.ts";
import { version } from "./version.ts";

/** Bytes of a JSON file of a run directory at most: a hundred thousand tables of a glob are a third of it. */
const MOST_BYTES = 64 << 20;

/** Numbers and names that files of a run directory have. */
export const count = z.int().nonnegative();
export const tableChecksums = z.array(z.looseObject({ path: z.string(), rows: count, sha256: z.string() }));
export const sweepFileCopy = z.looseObject({ path: z.string(), text: z.string() }).nullable();
/** Number and count of a shard. */
export const partSchema = z
  .object({ index: z.int().positive(), count: z.int().positive().max(1_000_000) })
  .refine(({ index, count: all }) => index <= all, "allowed: an index from 1 to count");

/**
 * Reads a JSON file of a run directory. What it says may come from anywhere, so all of it is checked before any of it is used.
 *
 * @returns undefined where the file is missing, or says that it is another program's
 * @throws UserError naming file, key and value where it is damaged, not what lawfit writes, or of a later version of lawfit
 */
export async function readRunJson<Content>(
  path: string,
  schema: z.ZodType<Content>,
): Promise<Content | undefined> {
  const bytes = await readOwnBytes(path, MOST_BYTES);
  if (bytes === undefined) return undefined;
  const content = parseJson(bytes, path);
  const { program = "lawfit", version: writer } =
    typeof content === "object" && content !== null ? (content as Record<string, unknown>) : {};
  if (program !== "lawfit") return undefined;
  if (typeof writer === "string" && isLater(writer)) {
    throw new UserError(
      `${path}: written by lawfit ${writer}, and this is ${version}; allowed: no later version`,
    );
  }
  const { data, error } = schema.safeParse(content);
  if (error === undefined) return data;
  const { path: keys, message } = error.issues[0]!;
  const value = describeValue(valueAt(content, keys));
  const place = keys.length === 0 ? "" : `${JSON.stringify(keys.join(".")).slice(1, -1)}: `;
  throw new UserError(`${path}: ${place}${value}: ${message}; it was damaged, or not written by lawfit`);
}

function parseJson(bytes: Buffer, path: string): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (error) {
    const reason = bytes.length === 0 ? "it is empty" : (error as Error).message.split("\n")[0];
    throw new UserError(
      `${path}: is no JSON: ${reason}; it was cut short, damaged, or not written by lawfit`,
    );
  }
}

/** Whether a version comes after this program's. */
function isLater(other: string): boolean {
  const [theirs, own] = [other, version].map((one) => one.split(/[.-]/).slice(0, 3).map(Number));
  const i = theirs!.findIndex((number, place) => number !== own![place]);
  return i >= 0 && theirs![i]! > own![i]!;
}

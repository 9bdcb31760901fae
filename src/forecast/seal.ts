import { createHash } from "node:crypto";
import { parseDocument } from "yaml";
import { UserError } from "../errors.ts";
import { shownPath } from "../store/disk-errors.ts";
import { readBytes } from "../store/places.ts";
import { canonicalJson } from "./canonical-json.ts";

/** Digits of the numbers that are sealed. Two numbers of so many digits are never the same float64, so that no digit can change unseen. */
const DIGITS = 15;

/** Largest size of a sealed file, in bytes. */
const MOST_BYTES = 64 << 20;

const ALGORITHM = "SHA-256 of the canonical JSON (RFC 8785) of this document without the key seal";

/** What a sealed document has under the key `seal`. */
export interface Seal {
  algorithm: string;
  /** 64 hexadecimal digits. */
  sha256: string;
}

/** Whether a document is as it was when it was sealed. */
export interface SealCheck {
  sealed: boolean;
  /** The hash that the document has. */
  sha256: string;
  /** The hash that it should have; null where it has no seal. */
  expected: string | null;
  /** What is wrong; null where it is sealed. */
  reason: string | null;
}

/** A document with its numbers to 15 digits, missing ones (NaN) and infinite ones as null, keys without a value left out, and its seal. */
export function seal<Document extends object>(document: Document): Document & { seal: Seal } {
  const plain = JSON.parse(
    JSON.stringify(document, (_, value: unknown) =>
      typeof value === "number" && Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : value,
    ),
  ) as Document;
  return { ...plain, seal: { algorithm: ALGORITHM, sha256: hashOf(plain) } };
}

function hashOf(document: object): string {
  return createHash("sha256").update(canonicalJson(document), "utf8").digest("hex");
}

/** Compares a document with its seal. Spaces, line ends and the order of keys do not matter. */
export function checkSeal(document: Readonly<Record<string, unknown>>): SealCheck {
  const { seal: given, ...rest } = document;
  const sha256 = hashOf(rest);
  const { algorithm, sha256: expected } = (given ?? {}) as Record<string, unknown>;
  if (typeof expected !== "string")
    return { sealed: false, sha256, expected: null, reason: "it has no seal" };
  const reason =
    algorithm !== ALGORITHM
      ? `its seal names another algorithm, ${JSON.stringify(algorithm)}`
      : sha256 !== expected
        ? `it was changed after it was sealed: its hash is ${sha256}, and the seal has ${expected}`
        : null;
  return { sealed: reason === null, sha256, expected, reason };
}

/** A JSON document of a file, and whether it is as it was when it was sealed. */
export interface SealedFile {
  document: Readonly<Record<string, unknown>>;
  check: SealCheck;
}

/**
 * Reads a sealed file.
 *
 * @throws UserError where it cannot be read, or is not a JSON object
 */
export async function readSealed(path: string): Promise<SealedFile> {
  const text = (await readBytes(path, MOST_BYTES)).toString("utf8");
  const document = parsed(text, path);
  if (typeof document !== "object" || document === null || Array.isArray(document))
    throw new UserError(`${shownPath(path)}: not a JSON object; allowed: a file that lawfit forecast wrote`);
  const check = checkSeal(document as Record<string, unknown>);
  // Of a key that is there twice JSON takes the last: a reader may see the other value.
  const twice = parseDocument(text).errors.find(({ code }) => code === "DUPLICATE_KEY");
  const line = twice?.linePos?.[0].line;
  return {
    document: document as Record<string, unknown>,
    check:
      twice === undefined
        ? check
        : { ...check, sealed: false, reason: `a key is given twice in line ${line ?? "?"}` },
  };
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${shownPath(path)}: not valid JSON: ${(error as Error).message.split("\n")[0]}`);
  }
}

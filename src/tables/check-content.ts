import { open } from "node:fs/promises";
import { UserError } from "../errors.ts";
import type { TableFormat } from "./files.ts";
import { demandWhole, firstBytes } from "./text-bytes.ts";

/** Whether a text file begins as UTF-16: with one of its byte order marks, or with a sign of ASCII in two bytes. */
function isUtf16([first, second]: Uint8Array): boolean {
  if (first === undefined || second === undefined) return false;
  const isMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return isMark || (first === 0) !== (second === 0);
}

/**
 * Says plainly when a file is empty, UTF-16, or no Parquet: DuckDB's own words differ by what it finds. Of a .gz file DuckDB reads what
 * there is, and looks neither for its end nor at its checksum.
 *
 * @throws UserError
 */
export async function checkContent(path: string, format: TableFormat): Promise<void> {
  const handle = await open(path).catch((error: Error) => {
    throw new UserError(`${path}: cannot be opened: ${error.message}`);
  });
  try {
    const { size } = await handle.stat();
    if (size === 0) throw new UserError(`${path}: the file is empty (0 bytes)`);
    if (format !== "parquet") {
      if (isUtf16(await firstBytes(path, 2))) {
        throw new UserError(`${path}: is UTF-16; allowed: UTF-8 (iconv -f UTF-16 -t UTF-8 converts)`);
      }
      await demandWhole(path);
      return;
    }
    const magic = Buffer.alloc(8);
    await handle.read(magic, 0, 4, 0);
    await handle.read(magic, 4, 4, Math.max(0, size - 4));
    if (size >= 12 && magic.toString("latin1") === "PAR1PAR1") return;
    throw new UserError(
      `${path}: not a Parquet file: it starts with ${JSON.stringify(magic.toString("latin1", 0, 4))} and ends with ` +
        `${JSON.stringify(magic.toString("latin1", 4))}, where a Parquet file has "PAR1" at both ends` +
        (magic.toString("latin1", 0, 4) === "PAR1" ? ": it has been cut" : ""),
    );
  } finally {
    await handle.close();
  }
}

import { open } from "node:fs/promises";
import { UserError } from "../errors.ts";
import type { TableFormat } from "./files.ts";

/** Byte order marks. */
const [UTF16_LITTLE, UTF16_BIG] = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])] as const;

/**
 * Says plainly when a file is empty, UTF-16, or no Parquet: DuckDB's own words differ by what it finds.
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
      const mark = Buffer.alloc(2);
      await handle.read(mark, 0, 2, 0);
      if (mark.equals(UTF16_LITTLE) || mark.equals(UTF16_BIG)) {
        throw new UserError(`${path}: is UTF-16; allowed: UTF-8 (iconv -f UTF-16 -t UTF-8 converts)`);
      }
      return;
    }
    const magic = Buffer.alloc(8);
    await handle.read(magic, 0, 4, 0);
    await handle.read(magic, 4, 4, Math.max(0, size - 4));
    if (size >= 12 && magic.toString("latin1") === "PAR1PAR1") return;
    throw new UserError(
      `${path}: not a Parquet file: it starts with ${JSON.stringify(magic.toString("latin1", 0, 4))} and ends with ` +
        `${JSON.stringify(magic.toString("latin1", 4))}, where a Parquet file has "PAR1" at both ends`,
    );
  } finally {
    await handle.close();
  }
}

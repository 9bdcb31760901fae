import { open } from "node:fs/promises";
import { UserError } from "../errors.ts";
import type { TableFormat } from "./files.ts";
import { demandNoUtf16, demandWhole, firstBytes } from "./text-bytes.ts";

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
      demandNoUtf16(await firstBytes(path, 2), path);
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

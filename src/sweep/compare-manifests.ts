import type { Manifest } from "./manifest.ts";
import { differingKeys } from "./run-differences.ts";

/** What differs between two finished runs: a line each. */
export function differentManifests(before: Manifest, after: Manifest): string[] {
  const sums = ({ tables }: Manifest) => tables.map(({ sha256 }) => sha256).join();
  const rows = ({ tables }: Manifest) => tables.map((one) => `${one.path} (${one.rows} rows)`).join(", ");
  const tables = sums(before) === sums(after) ? [] : [`table: ${rows(before)} -> ${rows(after)}`];
  const plain = { version: before.version, backend: before.backend };
  const others = differingKeys(
    { ...plain, ...withoutTable(before) },
    { version: after.version, backend: after.backend, ...withoutTable(after) },
  ).map(({ key, was, is }) => `${key}: ${was} -> ${is}`);
  return [...tables, ...others];
}

/** Keys of the sweep that say what was computed. */
function withoutTable({ sweep }: Manifest): Record<string, unknown> {
  const { table: _, threads: __, backend: ___, ...rest } = sweep;
  return rest;
}

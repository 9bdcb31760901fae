import { UserError } from "../errors.ts";

/**
 * Demands that no two columns of a file have one name, which readers settle each in its own way; nor names that differ in case alone, which SQL
 * does not tell apart.
 *
 * @throws UserError with both places
 */
export function demandDistinctNames(path: string, names: readonly string[]): void {
  const first = new Map<string, number>();
  names.forEach((name, place) => {
    const key = name.toLowerCase();
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, place);
      return;
    }
    const both =
      names[before] === name
        ? `two columns are named ${JSON.stringify(name)}`
        : `columns ${JSON.stringify(names[before])} and ${JSON.stringify(name)} differ in case alone`;
    throw new UserError(
      `${path}: ${both} (columns ${before + 1} and ${place + 1}); allowed: one column of a name`,
    );
  });
}
